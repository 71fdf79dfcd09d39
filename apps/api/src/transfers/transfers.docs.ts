import { type EndpointOptions } from '../http/endpoint.js';
import { transferReceived } from '../operations/examples.js';
import { OperationDto } from '../operations/operation.dto.js';
import { SUBMISSION_PROBLEMS } from '../operations/submission.docs.js';
import { transferExamples, TransferRequestDto } from './transfer.dto.js';

const headers = [
  'Location',
  'Idempotency-Replayed',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
] as const;

export const createTransferDocs: EndpointOptions = {
  operationId: 'createTransfer',
  scope: 'transfers:write',
  summary: 'Pay out to a payee',
  description: [
    'Credits a payee: a telephone number, a business number, an account. A transfer whose outcome a partner does not tell',
    'becomes `unknown` and is enquired about; it is never sent again blindly. Repeat a request that got no answer with the',
    'same `Idempotency-Key`: it never credits twice.',
  ].join(' '),
  requestHeaders: ['Idempotency-Key', 'Prefer'],
  body: { schema: TransferRequestDto, examples: transferExamples },
  answers: {
    202: {
      description: 'Taken in, and under way',
      schema: OperationDto,
      headers,
      examples: { received: { summary: 'Taken in', value: transferReceived } },
    },
    200: {
      description: 'The caller waited, and the transfer has ended',
      schema: OperationDto,
      headers,
      examples: {
        succeeded: {
          summary: 'Paid out',
          value: {
            ...transferReceived,
            state: 'succeeded',
            partnerReference: 'pt-185sewgm8100t',
            receipt: 'T_CPTQ3MSX4Z',
            fee: { value: '250', currency: 'XOF' },
            completedAt: '2026-11-20T09:00:02.310Z',
          },
        },
      },
    },
  },
  problems: SUBMISSION_PROBLEMS,
};
