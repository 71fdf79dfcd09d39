import { type FailureReason, type PartnerWord } from '#domain';
import {
  type Declined,
  NoAnswer,
  NotReached,
  type NotSent,
  optionalText,
  readJson,
  type Reply,
  UnmappedAnswer,
  type Unknown,
} from '#partner-kit';
import { z } from 'zod';

/**
 * Refusals of a request before Wave looks at what it asks for: of the key, the wallet, the form. They say nothing
 * of an earlier try with the same reference. Source: Business API, "Errors", copies of 2022 to 2026.
 */
const REFUSED_UNSEEN: Readonly<Record<string, FailureReason>> = {
  'missing-auth-header': 'partner_misconfigured',
  'invalid-auth': 'partner_misconfigured',
  'api-key-not-provided': 'partner_misconfigured',
  'no-matching-api-key': 'partner_misconfigured',
  'api-key-revoked': 'partner_misconfigured',
  'missing-signature': 'partner_misconfigured',
  'invalid-signature': 'partner_misconfigured',
  'invalid-wallet': 'not_permitted',
  'disabled-wallet': 'not_permitted',
  'unauthorized-wallet': 'not_permitted',
  'no-permission': 'not_permitted',
  'missing-permission': 'not_permitted',
  'authorization-error': 'not_permitted',
  'aggregated-merchant-required': 'partner_misconfigured',
  'invalid-aggregated-merchant-id': 'partner_misconfigured',
  'request-not-json': 'internal',
  'request-parsing-error': 'internal',
  'request-validation-error': 'partner_rejected',
};

/** Refusals of the movement itself. Source: Business API, "Payout", "Checkout", "Reverse", copies of 2022 to 2026. */
const REFUSED: Readonly<Record<string, FailureReason>> = {
  'insufficient-funds': 'insufficient_funds',
  'country-mismatch': 'invalid_party',
  'currency-mismatch': 'partner_misconfigured',
  'recipient-minor': 'compliance_blocked',
  'recipient-account-blocked': 'party_inactive',
  'recipient-account-inactive': 'party_inactive',
  'recipient-limit-exceeded': 'limit_exceeded',
  'checkout-refund-failed': 'partner_rejected',
  'checkout-session-not-found': 'partner_rejected',
  'payout-reversal-time-limit-exceeded': 'partner_rejected',
  'payout-reversal-account-terminated': 'party_inactive',
};

/** Whose fault a `request-validation-error` is, by the field that its details name. */
const FIELDS_AT_FAULT: Readonly<Record<string, FailureReason>> = {
  amount: 'amount_invalid',
  receive_amount: 'amount_invalid',
  mobile: 'invalid_party',
  restrict_payer_mobile: 'invalid_party',
  currency: 'partner_misconfigured',
  aggregated_merchant_id: 'partner_misconfigured',
};

const UNDECIDED_CODES: readonly string[] = ['internal-server-error', 'service-unavailable'];
const NOT_FOUND_CODES: readonly string[] = ['not-found', 'checkout-session-not-found'];

const CLOSED_CODES: readonly string[] = ['checkout-session-not-open', 'checkout-session-expired'];

/** "After some seconds", says Wave of throttling. */
const RETRY_AFTER_MS = 5_000;

const extra = optionalText.catch(null);

/** All envelopes that were seen; see `readProblem` for which field wins. */
const Envelope = z.object({
  code: extra,
  error_code: extra,
  message: extra,
  error_message: extra,
  error: z
    .union([z.string(), z.object({ code: extra, message: extra })])
    .nullable()
    .catch(null),
  details: z.array(z.object({ loc: z.array(z.string()).catch([]), msg: extra })).catch([]),
});

/** An answer that is not a success, in whatever envelope. */
export interface WaveProblem {
  readonly status: number;
  /** Null where the answer is not Wave's JSON (a proxy's page). */
  readonly code: string | null;
  readonly word: PartnerWord;
  /** The fields that the details name. */
  readonly fields: readonly string[];
  readonly retryAfterMs: number;
}

export function readProblem(reply: Reply): WaveProblem {
  const envelope = readEnvelope(reply.text);
  const { error } = envelope;
  const inner = typeof error === 'string' || error === null ? { code: error, message: null } : error;
  const code = envelope.code ?? envelope.error_code ?? inner.code;
  const message = envelope.message ?? envelope.error_message ?? inner.message ?? `HTTP ${reply.status}`;
  const details = envelope.details.map(({ loc, msg }) => `${loc.join('.')}: ${msg ?? 'not accepted'}`);
  return {
    status: reply.status,
    code,
    word: { code: code ?? `http-${reply.status}`, message: [message, ...details].join('; ') },
    fields: envelope.details.flatMap(({ loc }) => loc),
    retryAfterMs: retryAfterMs(reply.headers['retry-after']),
  };
}

function readEnvelope(body: string): z.output<typeof Envelope> {
  try {
    return Envelope.parse(readJson(body));
  } catch {
    return Envelope.parse({});
  }
}

const retryAfterMs = (header: string | undefined): number =>
  header !== undefined && /^\d{1,4}$/.test(header) ? Number(header) * 1_000 : RETRY_AFTER_MS;

const isThrottled = ({ status, code }: WaveProblem) => status === 429 || code === 'too-many-requests';

/** The request may have been carried out. */
const isUndecided = ({ status, code }: WaveProblem) =>
  status === 408 || status >= 500 || (code !== null && UNDECIDED_CODES.includes(code));

/** The session cannot be expired, since it is complete or expired already. */
export function isSessionClosed(reply: Reply): boolean {
  const { status, code } = readProblem(reply);
  return status === 409 || (code !== null && CLOSED_CODES.includes(code));
}

export const isNotFound = ({ status, code }: WaveProblem): boolean =>
  status === 404 && code !== null && NOT_FOUND_CODES.includes(code);

/** A partner's word is never looked for among an object's inherited properties. */
const inTable = (table: Readonly<Record<string, FailureReason>>, word: string): FailureReason | null =>
  Object.hasOwn(table, word) ? (table[word] ?? null) : null;

/** What a code says of a movement; null: no table knows it. */
export const reasonOf = (code: string): FailureReason | null =>
  inTable(REFUSED, code) ?? inTable(REFUSED_UNSEEN, code);

const says = ({ status, word }: WaveProblem) => `Wave answered ${status} ${word.code}`;

/** What an answer other than a success says of a submission. `isRepeat`: an earlier try may have moved money. */
export function toRefusal(
  reply: Reply,
  { isRepeat }: { readonly isRepeat: boolean },
): Declined | NotSent | Unknown {
  const problem = readProblem(reply);
  const { code, word: partner } = problem;
  if (isThrottled(problem)) return toThrottled(problem);
  if (isUndecided(problem)) return { is: 'unknown', cause: new NoAnswer(says(problem)), partner };
  if (code === 'idempotency-mismatch') {
    // Something else went out under this key and may have been paid: only an enquiry can tell.
    return {
      is: 'unknown',
      cause: new UnmappedAnswer('the idempotency key is taken by other content'),
      partner,
    };
  }
  const reason = code === null ? null : refinedReason(code, problem);
  if (code === null || reason === null) {
    return { is: 'unknown', cause: new UnmappedAnswer(says(problem)), partner };
  }
  if (isRepeat && inTable(REFUSED_UNSEEN, code)) {
    return { is: 'unknown', cause: new NoAnswer(`${says(problem)} to a repeat`), partner };
  }
  return { is: 'declined', reason, partner, moneyMoved: 'no' };
}

function refinedReason(code: string, { fields }: WaveProblem): FailureReason | null {
  if (code !== 'request-validation-error') return reasonOf(code);
  const [atFault] = fields.flatMap((field) => inTable(FIELDS_AT_FAULT, field) ?? []);
  return atFault ?? reasonOf(code);
}

/** A reversal of something that Wave does not know moved nothing. */
export function toReversalRefusal(
  reply: Reply,
  order: { readonly isRepeat: boolean },
): Declined | NotSent | Unknown {
  const problem = readProblem(reply);
  if (isNotFound(problem)) {
    return { is: 'declined', reason: 'partner_rejected', partner: problem.word, moneyMoved: 'no' };
  }
  return toRefusal(reply, order);
}

const toThrottled = (problem: WaveProblem): NotSent => ({
  is: 'notSent',
  cause: new NotReached(says(problem)),
  retryAfterMs: problem.retryAfterMs,
  partner: problem.word,
});

/** What a question that was refused says of the operation: nothing. */
export function toNoNews(reply: Reply): NotSent | Unknown {
  const problem = readProblem(reply);
  if (isThrottled(problem)) return toThrottled(problem);
  return { is: 'unknown', cause: new NoAnswer(says(problem)), partner: problem.word };
}

/** For questions whose answer is not an outcome. */
export const noAnswerOf = (reply: Reply): NoAnswer => new NoAnswer(says(readProblem(reply)));
