import { type MoneyMoved } from '#domain';

interface ProblemFacts {
  readonly status: number;
  readonly title: string;
  /** May the same request, unchanged, go better later? */
  readonly retryable: boolean;
  /** What a request that asks for money to be moved has to fear. Reading never moves any. */
  readonly moneyMoved: MoneyMoved;
}

/** Refused before anything was stored. */
const refused = (status: number, title: string): ProblemFacts => ({
  status,
  title,
  retryable: false,
  moneyMoved: 'no',
});

/** Refused for now, before anything was stored. */
const later = (status: number, title: string): ProblemFacts => ({
  status,
  title,
  retryable: true,
  moneyMoved: 'no',
});

/** Every problem that the API answers with. The codes are stable: callers decide by them. */
export const problems = {
  'malformed-request': refused(400, 'The request cannot be read'),
  'validation-failed': refused(400, 'A field of the request is wrong'),
  'idempotency-key-missing': refused(400, 'A request that moves money needs an Idempotency-Key'),
  'idempotency-key-malformed': refused(400, 'The Idempotency-Key is not 1 to 255 visible ASCII characters'),
  unauthenticated: refused(401, 'The request does not say who it is from'),
  'callback-forged': refused(401, 'The callback is not the partner’s'),
  'insufficient-scope': refused(403, 'The client may not do this'),
  'not-found': refused(404, 'There is no such thing'),
  'method-not-allowed': refused(405, 'This address does not take this method'),
  'idempotency-key-in-flight': {
    status: 409,
    title: 'The first request with this Idempotency-Key is still being taken in',
    retryable: true,
    moneyMoved: 'unknown',
  },
  'operation-not-cancellable': refused(409, 'It is too late to withdraw the operation'),
  'operation-not-awaiting-confirmation': refused(409, 'The operation waits for no confirmation'),
  'body-too-large': refused(413, 'The body is too large'),
  'uri-too-long': refused(414, 'The address is too long'),
  'media-type-unsupported': refused(415, 'The body is not JSON'),
  'idempotency-key-reused': refused(422, 'This Idempotency-Key was used for a different request'),
  'partner-unknown': refused(422, 'There is no such partner'),
  'capability-not-supported': refused(422, 'The partner cannot do this'),
  'order-refused': refused(422, 'The partner does not take this order'),
  'not-reversible': refused(422, 'The operation cannot be reversed'),
  'amount-exceeds-original': refused(422, 'More than what is left of the original cannot be given back'),
  'rate-limited': later(429, 'Too many requests'),
  internal: { status: 500, title: 'A fault of the gateway', retryable: true, moneyMoved: 'unknown' },
  'partner-answer-unusable': later(502, 'The partner gave no usable answer'),
  'database-unavailable': {
    status: 503,
    title: 'The gateway cannot reach its database',
    retryable: true,
    moneyMoved: 'unknown',
  },
  'issuer-unavailable': later(503, 'The issuer of the token cannot be asked for its keys'),
  'partner-unavailable': later(503, 'The partner cannot be reached'),
  'partner-throttled': later(503, 'The partner takes no more requests for now'),
} as const satisfies Record<string, ProblemFacts>;

export type ProblemCode = keyof typeof problems;
export const PROBLEM_CODES = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];
