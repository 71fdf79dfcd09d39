import { type EndpointOptions } from '../http/endpoint.js';
import { cancelled, pending, reversalReceived, succeeded } from './examples.js';
import { confirmationExamples, ConfirmationRequestDto } from './confirmation.dto.js';
import { OperationDto } from './operation.dto.js';
import { reversalExamples, ReversalRequestDto } from './reversal.dto.js';
import { OperationPageDto } from './search.dto.js';
import { SUBMISSION_PROBLEMS } from './submission.docs.js';
import { TimelineDto } from './timeline.dto.js';
import { timelineExample } from './timeline.example.js';

export const searchDocs: EndpointOptions = {
  operationId: 'searchOperations',
  scope: 'operations:read',
  summary: 'Search operations',
  description:
    'By whatever is in hand: our id, your reference, the partner’s reference, a receipt, a telephone number, an amount, dates. All filters given must fit. Newest first. A client finds its own operations, and with the scope `receipts:read` also money that came in unasked.',
  answers: {
    200: {
      description: 'One page',
      schema: OperationPageDto,
      examples: {
        page: { summary: 'One found', value: { items: [succeeded], next: null } },
      },
    },
  },
  problems: ['validation-failed'],
};

export const findDocs: EndpointOptions = {
  operationId: 'getOperation',
  scope: 'operations:read',
  summary: 'Read one operation',
  description: 'As it stands now. Another client’s operation is not found.',
  answers: {
    200: {
      description: 'The operation',
      schema: OperationDto,
      examples: {
        pending: { summary: 'Waiting for the payer', value: pending },
        succeeded: { summary: 'Paid', value: succeeded },
      },
    },
  },
  problems: ['validation-failed', 'not-found'],
};

export const timelineDocs: EndpointOptions = {
  operationId: 'getTimeline',
  scope: 'operations:read',
  summary: 'Read the whole story of an operation',
  description:
    'Transitions, submissions, enquiries, what the partner told us (with the raw callback), events and discrepancies, in the order of time. Telephone numbers and secrets are masked whatever the scope.',
  answers: {
    200: {
      description: 'The story',
      schema: TimelineDto,
      examples: { paid: { summary: 'A payment that went well', value: timelineExample } },
    },
  },
  problems: ['validation-failed', 'not-found'],
};

export const confirmDocs: EndpointOptions = {
  operationId: 'confirmOperation',
  scope: 'operations:write',
  summary: 'Confirm an operation',
  description:
    'Accepts the party, the exchange or the quote that an operation in the state `awaiting_confirmation` asks about (`nextAction`), until `expiresAt`. To say no, cancel the operation. Repeating it is safe: each question is confirmed once.',
  body: { schema: ConfirmationRequestDto, examples: confirmationExamples },
  answers: {
    200: {
      description: 'Confirmed, and under way',
      schema: OperationDto,
      examples: { pending: { summary: 'On its way', value: pending } },
    },
  },
  problems: ['validation-failed', 'not-found', 'operation-not-awaiting-confirmation'],
};

export const cancelDocs: EndpointOptions = {
  operationId: 'cancelOperation',
  scope: 'operations:write',
  summary: 'Withdraw an operation',
  description:
    'Withdraws what has not been carried out: at once where the partner does not have it yet, otherwise by asking the partner, where it offers that. Where the partner does not answer, the operation stays as it is: look at its state. Repeating it is safe.',
  answers: {
    200: {
      description: 'Withdrawn; or still under way where the partner has not decided',
      schema: OperationDto,
      examples: { cancelled: { summary: 'Withdrawn', value: cancelled } },
    },
  },
  problems: [
    'validation-failed',
    'not-found',
    'operation-not-cancellable',
    'capability-not-supported',
    'partner-unavailable',
    'partner-throttled',
  ],
};

const headers = [
  'Location',
  'Idempotency-Replayed',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
] as const;

export const reverseDocs: EndpointOptions = {
  operationId: 'createReversal',
  scope: 'reversals:write',
  summary: 'Give money back',
  description:
    'Refunds a payment, or takes a transfer back, wholly or in part as the partner allows. The reversal is an operation of its own that points back (`reverses`); together they never exceed what was paid.',
  requestHeaders: ['Idempotency-Key', 'Prefer'],
  body: { schema: ReversalRequestDto, examples: reversalExamples },
  answers: {
    202: {
      description: 'Taken in, and under way',
      schema: OperationDto,
      headers,
      examples: { received: { summary: 'Taken in', value: reversalReceived } },
    },
    200: {
      description: 'The caller waited, and the reversal has ended',
      schema: OperationDto,
      headers,
      examples: {
        succeeded: {
          summary: 'Given back',
          value: { ...reversalReceived, state: 'succeeded', completedAt: '2026-11-20T09:20:03.110Z' },
        },
      },
    },
  },
  problems: [
    ...SUBMISSION_PROBLEMS.filter((code) => code !== 'partner-unknown' && code !== 'order-refused'),
    'not-found',
    'not-reversible',
    'amount-exceeds-original',
  ],
};
