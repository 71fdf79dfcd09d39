import { type EndpointOptions } from '../http/endpoint.js';
import { failed, pending, received, redirecting, succeeded } from '../operations/examples.js';
import { OperationDto } from '../operations/operation.dto.js';
import { SUBMISSION_PROBLEMS } from '../operations/submission.docs.js';
import { paymentExamples, PaymentRequestDto } from './payment.dto.js';

export const createPaymentDocs: EndpointOptions = {
  operationId: 'createPayment',
  scope: 'payments:write',
  summary: 'Collect from a payer',
  description: [
    'Debits a payer: a push to the telephone, a link, a QR code. The answer comes at once, before the partner is asked;',
    '`nextAction` then says what the payer has to do. With `Prefer: wait=20` the answer is held until there is something to do,',
    'or the payment has ended. Repeat a request that got no answer with the same `Idempotency-Key`: it never debits twice.',
  ].join(' '),
  requestHeaders: ['Idempotency-Key', 'Prefer'],
  body: { schema: PaymentRequestDto, examples: paymentExamples },
  answers: {
    202: {
      description: 'Taken in, and under way',
      schema: OperationDto,
      headers: ['Location', 'Idempotency-Replayed', 'Preference-Applied', 'RateLimit', 'RateLimit-Policy'],
      examples: {
        received: { summary: 'Taken in', value: received },
        pending: { summary: 'After waiting: the payer has to approve', value: pending },
        redirecting: {
          summary: 'After waiting: the payer’s browser is to be sent there',
          value: redirecting,
        },
      },
    },
    200: {
      description: 'The caller waited, and the payment has ended',
      schema: OperationDto,
      headers: ['Location', 'Idempotency-Replayed', 'Preference-Applied', 'RateLimit', 'RateLimit-Policy'],
      examples: {
        succeeded: { summary: 'Paid', value: succeeded },
        failed: { summary: 'Refused', value: failed },
      },
    },
  },
  problems: SUBMISSION_PROBLEMS,
};
