import { type ProblemCode } from '../problems/problems.js';

/** What everything that asks for money to be moved may answer. */
export const SUBMISSION_PROBLEMS: readonly ProblemCode[] = [
  'malformed-request',
  'validation-failed',
  'idempotency-key-missing',
  'idempotency-key-malformed',
  'idempotency-key-in-flight',
  'body-too-large',
  'media-type-unsupported',
  'idempotency-key-reused',
  'partner-unknown',
  'capability-not-supported',
  'order-refused',
  'partner-unavailable',
];
