import { cut, type FailureReason, type PartnerWord } from '#domain';
import {
  type Declined,
  type InboundObjection,
  NoAnswer,
  NotReached,
  type NotSent,
  optionalText,
  PartnerBusy,
  readJson,
  type Reply,
  type Unknown,
  UnmappedAnswer,
} from '#partner-kit';
import { z } from 'zod';

type Reasons = Readonly<Record<string, FailureReason>>;

/** Why nothing is credited, or no price is named. Source: docs/partners/core-banking.md, "Refusals". */
export const CREDIT_REASONS: Reasons = {
  account_unknown: 'invalid_party',
  account_type_unsupported: 'invalid_party',
  account_blocked: 'party_inactive',
  account_closed: 'party_inactive',
  currency_not_held: 'amount_invalid',
  amount_invalid: 'amount_invalid',
  limit_exceeded: 'limit_exceeded',
  insufficient_funds: 'insufficient_funds',
  not_permitted: 'not_permitted',
  compliance_blocked: 'compliance_blocked',
};

/** The word for "too much to do": the page of the protocol has no code for it, and whatever stands in the answer decides nothing. */
const BUSY = 'http-429';

/** What a scheme that pays a customer hears, where the reason alone would tell it something else. */
export const OBJECTIONS: Readonly<Record<string, InboundObjection>> = {
  account_type_unsupported: 'unsupported_id_type',
  account_closed: 'party_closed',
  currency_not_held: 'currency_not_held',
  [BUSY]: 'busy',
};

/** Why nothing is taken back: the same, and what is peculiar to it. */
export const REVERSAL_REASONS: Reasons = {
  ...CREDIT_REASONS,
  credit_unknown: 'partner_rejected',
  already_taken_back: 'duplicate',
};

/** Refused at the door, before the id was looked at: says nothing of an earlier try. */
const UNSEEN: Readonly<Record<number, FailureReason>> = {
  401: 'partner_misconfigured',
  403: 'partner_misconfigured',
};
const UNSEEN_CODES: Reasons = { malformed: 'internal' };

/** Where the back end takes nothing up and does not say until when. */
const RETRY_AFTER_MS = 2_000;

const Envelope = z.object({ code: optionalText.catch(null), message: optionalText.catch(null) });

/** An answer that is not a success. */
interface Problem {
  readonly status: number;
  /** Null where there is none that could be one of ours (a proxy's page). */
  readonly code: string | null;
  readonly word: PartnerWord;
  /** Null where the answer does not say that it was not taken up. */
  readonly retryAfterMs: number | null;
}

function readProblem({ status, headers, text }: Reply): Problem {
  const { code: written, message } = readEnvelope(text);
  const code = written !== null && /^[a-z][a-z0-9_]{0,63}$/.test(written) ? written : null;
  return {
    status,
    code,
    word: {
      code: status === 429 ? BUSY : (code ?? `http-${status}`),
      message: scrubbed(message ?? `HTTP ${status}`),
    },
    retryAfterMs: retryAfterOf(status, headers['retry-after']),
  };
}

function readEnvelope(body: string): z.output<typeof Envelope> {
  try {
    return Envelope.parse(readJson(body));
  } catch {
    return { code: null, message: null };
  }
}

/** A 503 without `Retry-After` may come from anywhere on the way, so it says nothing of the order. */
function retryAfterOf(status: number, header: string | undefined): number | null {
  const isGiven = header !== undefined && /^\d{1,4}$/.test(header);
  if (status !== 429 && !(status === 503 && isGiven)) return null;
  return isGiven ? Number(header) * 1_000 : RETRY_AFTER_MS;
}

/** As much of what the back end writes as is kept. */
const LONGEST_WORD = 200;

/** Without what may be somebody's number. */
const scrubbed = (message: string): string => cut(message.replaceAll(/\d{6,}/g, '•••'), LONGEST_WORD);

/** A partner's word is never looked for among an object's inherited properties. */
const inTable = (table: Reasons, word: string | null): FailureReason | null =>
  word !== null && Object.hasOwn(table, word) ? (table[word] ?? null) : null;

const says = ({ status, word }: Problem): string => `the back end answered ${status} ${word.code}`;

/**
 * What an answer other than a success says of an order. A refusal is the back end's word for good, also to a repeat: it
 * has looked for the id first. Only what is refused at the door says nothing of an earlier try.
 */
export function toRefusal(
  reply: Reply,
  { isRepeat }: { readonly isRepeat: boolean },
  reasons: Reasons,
): Declined | NotSent | Unknown {
  const problem = readProblem(reply);
  const { status, code, word: partner } = problem;
  if (problem.retryAfterMs !== null) return toBusy(problem, problem.retryAfterMs);
  if (status === 408 || status >= 500) return { is: 'unknown', cause: new NoAnswer(says(problem)), partner };
  const unseen = UNSEEN[status] ?? inTable(UNSEEN_CODES, code);
  if (unseen && isRepeat) {
    return { is: 'unknown', cause: new NoAnswer(`${says(problem)} to a repeat`), partner };
  }
  const reason = unseen ?? (status === 404 || status === 422 ? inTable(reasons, code) : null);
  // Above all 409: what went out first under this id may have been booked.
  if (!reason) return { is: 'unknown', cause: new UnmappedAnswer(says(problem)), partner };
  return { is: 'declined', reason, partner, moneyMoved: 'no' };
}

const toBusy = (problem: Problem, retryAfterMs: number): NotSent => ({
  is: 'notSent',
  cause: notTakenUp(problem),
  retryAfterMs,
  partner: problem.word,
});

const notTakenUp = (problem: Problem): NotReached =>
  problem.status === 429 ? new PartnerBusy(says(problem)) : new NotReached(says(problem));

/** What the back end says where there is none of that id: the code that it has for that. */
export const isNotThere = (reply: Reply, code: string): boolean =>
  reply.status === 404 && readProblem(reply).code === code;

/** What a question that was refused says of an operation: nothing. */
export function toNoNews(reply: Reply): NotSent | Unknown {
  const problem = readProblem(reply);
  if (problem.retryAfterMs !== null) return toBusy(problem, problem.retryAfterMs);
  return { is: 'unknown', cause: new NoAnswer(says(problem)), partner: problem.word };
}

/** For questions whose answer is not an outcome. */
export const errorOf = (reply: Reply): NotReached | NoAnswer => {
  const problem = readProblem(reply);
  return problem.retryAfterMs === null ? new NoAnswer(says(problem)) : notTakenUp(problem);
};
