import { type Clock, cut, type FailureReason, type PartnerWord } from '#domain';
import {
  NoAnswer,
  NotReached,
  type Order,
  type Outcome,
  type SubmittedOrder,
  UnmappedAnswer,
} from '#partner-kit';
import { type RequestAnswer } from './mojaloop.collections.wire.js';
import { isRefusal, reasonOf, scrubbed } from '../fspiop/errors.js';
import { REJECTED, standingOf } from '../fspiop/requests-to-pay.js';
import { namesOf } from './mojaloop.outcomes.js';
import { type MojaloopSettings } from './mojaloop.settings.js';
import { isSuccess } from './mojaloop.wire.js';

export type RequestTerms = MojaloopSettings & { readonly clock: Clock };

/** Refused before anything was looked at: by the scheme adapter's door, or by what stands before it. */
const REFUSED_AT_THE_DOOR: readonly number[] = [400, 401, 403, 404, 405];
/** How both releases begin what they say when the lookup failed: nobody has been asked for money then. */
const NOT_LOOKED_UP =
  /^(?:Got an error response resolving party|Timeout resolving payee|Error resolving payee)/;
/** Not taken up: so soon may it be tried again. */
const RETRY_AFTER_MS = 5_000;

/** What an answer says of a request to pay. */
export type RequestDecision =
  | { readonly is: 'asks' }
  /** The payer's institution has it. */
  | { readonly is: 'pending' }
  /** Nobody is going to pay. */
  | { readonly is: 'declined'; readonly reason: FailureReason; readonly partner: PartnerWord }
  | { readonly is: 'notSent' }
  /** The payer may have been asked. */
  | { readonly is: 'unknown'; readonly cause: Error };

const unmapped = (what: string): RequestDecision => ({
  is: 'unknown',
  cause: new UnmappedAnswer(cut(what, 120)),
});

const refused = (answer: RequestAnswer): RequestDecision => ({
  is: 'declined',
  reason: reasonOf(answer.statusCode),
  partner: wordOf(answer),
});

const wordOf = ({ statusCode, message, request }: RequestAnswer): PartnerWord => ({
  code: statusCode,
  message: scrubbed(request?.error?.errorDescription ?? message ?? `HTTP ${statusCode}`),
});

/** @param isConfirmed the question whether it is the right payer has just got its yes */
export function decideRequest(
  answer: RequestAnswer,
  { requestToPay: { release } }: Pick<RequestTerms, 'requestToPay'>,
  isConfirmed: boolean,
): RequestDecision {
  const { status, statusCode, message, request } = answer;
  if (status === 429) return { is: 'notSent' };
  if (!isSuccess(status)) {
    const isNobodyAsked = REFUSED_AT_THE_DOOR.includes(status) || NOT_LOOKED_UP.test(message ?? '');
    if (isNobodyAsked || isRefusal(statusCode)) return refused(answer);
    return { is: 'unknown', cause: new NoAnswer(`the scheme adapter answered ${status} ${statusCode}`) };
  }
  switch (request?.currentState) {
    case 'WAITING_FOR_PARTY_ACCEPTANCE':
      if (isConfirmed) return unmapped('the question was asked before');
      return release === '18.0.2' ? stuck : { is: 'asks' };
    case 'COMPLETED':
      return byState(request.state);
    case undefined:
      return {
        is: 'unknown',
        cause: new NoAnswer(`the scheme adapter answered ${status} and nothing of it`),
      };
    default:
      return unmapped(`the scheme adapter says ${request?.currentState ?? 'nothing'} of a request to pay`);
  }
}

/** Release 18.0.2 has no way to go on from there: it has to accept parties by itself. */
const stuck: RequestDecision = {
  is: 'declined',
  reason: 'partner_misconfigured',
  partner: {
    code: 'WAITING_FOR_PARTY_ACCEPTANCE',
    message: 'this release needs AUTO_ACCEPT_PARTY=true for requests to pay',
  },
};

/** 18.0.2 does not say what the payer's institution answered, only that it did. */
function byState(state: string | null): RequestDecision {
  switch (state === null ? 'open' : standingOf(state)) {
    case 'open':
      return { is: 'pending' };
    case 'rejected':
      return { is: 'declined', ...REJECTED };
    case undefined:
      return unmapped(`the payer’s institution says ${state ?? ''}`);
  }
}

/** The transfer that brings the money of a request to pay, once it was announced: the one name that is not the request's. */
export const transferFor = ({
  partnerReference,
  references,
}: Pick<SubmittedOrder, 'partnerReference' | 'references'>): string | undefined =>
  references.find((reference) => reference !== partnerReference);

/** What is decided, with the names and the facts that the answer brings along. */
export function toRequestOutcome(
  decision: RequestDecision,
  { status, statusCode, request }: RequestAnswer,
  order: Order,
  { clock, confirmWithinMs, requestToPay: { openForMs } }: RequestTerms,
): Outcome {
  const known = 'partnerReference' in order ? (order.partnerReference as string | null) : null;
  const names = namesOf(request?.id ?? known);
  const inMs = (ms: number) => new Date(clock.now().getTime() + ms);
  switch (decision.is) {
    case 'asks': {
      const party = request?.found ? { name: request.found.name, institution: request.found.fspId } : null;
      const nextAction = { type: 'confirm', step: 'party', party, quote: null } as const;
      return { is: 'needsConfirmation', ...names, nextAction, expiresAt: inMs(confirmWithinMs) };
    }
    case 'pending':
      return {
        is: 'pending',
        ...names,
        nextAction: { type: 'approve_on_phone' },
        expiresAt: inMs(openForMs),
      };
    case 'declined':
      return { ...decision, ...names, moneyMoved: 'no' };
    case 'notSent': {
      const cause = new NotReached(`the scheme adapter answered ${status} ${statusCode}`);
      return { is: 'notSent', cause, retryAfterMs: RETRY_AFTER_MS };
    }
    case 'unknown':
      return { ...decision, ...names };
  }
}
