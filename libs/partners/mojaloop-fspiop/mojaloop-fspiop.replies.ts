import { createHash } from 'node:crypto';
import { cut } from '#domain';
import {
  type Declined,
  type EnquiryOutcome,
  NoAnswer,
  type SubmittedOrder,
  type Succeeded,
  UnmappedAnswer,
  type Unknown,
} from '#partner-kit';
import { isRefusal, NOT_OFFERED, reasonOf, TRANSFER_NOT_FOUND, wordOf } from '../fspiop/errors.js';
import { reasonForRequest, REJECTED, standingOf } from '../fspiop/requests-to-pay.js';
import { moneyOf, namesOf, type Terms, toPartyQuestion, toQuoteQuestion } from './mojaloop-fspiop.offers.js';
import { endOfReceipt, transferTo, troubleWithReceipt } from './mojaloop-fspiop.receipts.js';
import { endOfRequest, requestIdOf } from './mojaloop-fspiop.requests.js';
import {
  type AgreedQuote,
  type ErrorBody,
  type FoundParty,
  type PartyBody,
  type QuoteBody,
  readMemo,
  type RequestBody,
  type TransferBody,
} from './mojaloop-fspiop.wire.js';

/** Who says it, and when, as the scheme's own headers have it. */
export interface Said {
  readonly source: string;
  readonly at: Date;
}

/** What an answer of the scheme means for an operation; null: it is of a phase that lies behind. */
export type Reply = (order: SubmittedOrder, terms: Terms) => EnquiryOutcome | null;

const puzzling = (why: string): Unknown => ({ is: 'unknown', cause: new UnmappedAnswer(why) });

/** Whoever else knows a key at the scheme has no part in a transfer of ours. */
const hasPart = ({ source }: Said, payeeFsp: string | undefined, { switchNames }: Terms): boolean =>
  source === payeeFsp || switchNames.includes(source);

export const partyReply =
  (body: PartyBody, said: Said): Reply =>
  (order, terms) => {
    if (readMemo(order.memo).party) return null;
    const { fspId } = body.party.partyIdInfo;
    // Who names somebody's institution names who gets the money, or who hears of the request for it.
    if (fspId !== null && !hasPart(said, fspId, terms))
      return puzzling('an institution names another one as somebody’s');
    return toPartyQuestion(body, order, terms);
  };

export const quoteReply =
  (body: QuoteBody, { source }: Said): Reply =>
  (order, terms) => {
    const { party, quote } = readMemo(order.memo);
    if (!party || quote) return null;
    // Whoever else could name a price could name any.
    if (source !== party.fspId) return puzzling('a quote of another institution than the payee’s');
    return toQuoteQuestion(body, order, party, terms);
  };

/** The switch's word on the money, which only the fulfilment proves. Source: API Definition 1.1, `TransferState`. */
export const transferReply =
  (id: string, body: TransferBody, said: Said): Reply =>
  (order, terms) => {
    if (order.kind !== 'transfer') return endOfReceipt(id, body, said)(order, terms);
    const { transferState, fulfilment } = body;
    const { party, quote } = readMemo(order.memo);
    const isCommitted = transferState === 'COMMITTED' || transferState === 'SETTLED';
    // A proof is one, whoever brings it.
    if (isCommitted && quote && fulfilment !== null && digestOf(fulfilment) === quote.condition)
      return toSuccess(order, quote);
    if (!hasPart(said, party?.fspId, terms)) return puzzling(BY_A_STRANGER);
    switch (transferState) {
      case 'COMMITTED':
      case 'SETTLED':
        return puzzling('a committed transfer whose fulfilment does not fit its condition');
      case 'RECEIVED':
      case 'RESERVED':
        return { is: 'pending' };
      case 'ABORTED':
        return toDeclined('ABORTED', 'the switch has aborted the transfer');
      default:
        return puzzling(`the switch says ${cut(transferState, 40)}`);
    }
  };

const BY_A_STRANGER = 'an institution that has no part in a transfer says how it goes';

const digestOf = (fulfilment: string): string =>
  createHash('sha256').update(Buffer.from(fulfilment, 'base64url')).digest('base64url');

function toSuccess(order: SubmittedOrder, { transferAmount }: AgreedQuote): Succeeded {
  const names = namesOf(order);
  const sent = moneyOf(transferAmount);
  const beyond = sent.currency === order.amount.currency ? sent.minus(order.amount) : null;
  return {
    is: 'succeeded',
    ...names,
    receipt: names.reference,
    ...(beyond?.isPositive === true ? { fee: beyond } : {}),
  };
}

const toDeclined = (code: string, message: string | null): Declined => ({
  is: 'declined',
  reason: code === 'ABORTED' ? 'partner_rejected' : reasonOf(code),
  partner: wordOf(code, message ?? 'it says no more'),
  moneyMoved: 'no',
});

/** Before a transfer was sent, nothing moves: whatever went wrong, it is a no. */
export const lookupErrorReply =
  ({ errorInformation: { errorCode, errorDescription } }: ErrorBody): Reply =>
  (order) =>
    readMemo(order.memo).party ? null : toDeclined(errorCode, errorDescription);

export const quoteErrorReply =
  ({ errorInformation: { errorCode, errorDescription } }: ErrorBody, said: Said): Reply =>
  (order, terms) => {
    const { party, quote } = readMemo(order.memo);
    if (!party || quote) return null;
    return hasPart(said, party.fspId, terms)
      ? toDeclined(errorCode, errorDescription)
      : puzzling('an institution that was not asked for a price refuses one');
  };

export const transferErrorReply =
  (id: string, { errorInformation: { errorCode, errorDescription } }: ErrorBody, said: Said): Reply =>
  (order, terms) => {
    if (order.kind !== 'transfer')
      return transferTo(order) === id ? troubleWithReceipt(errorCode, errorDescription) : null;
    const { party, quote } = readMemo(order.memo);
    if (!quote) return null;
    if (!hasPart(said, party?.fspId, terms)) return puzzling(BY_A_STRANGER);
    const partner = wordOf(errorCode, errorDescription ?? 'it says no more');
    if (errorCode === TRANSFER_NOT_FOUND) return toNotThere(quote, partner, said, terms);
    if (isRefusal(errorCode) && !MAY_BE_OF_A_QUESTION.test(errorCode))
      return toDeclined(errorCode, errorDescription);
    const cause =
      errorCode === '3106'
        ? new UnmappedAnswer('the switch has another transfer under this id')
        : new NoAnswer(`the switch says ${cut(errorCode, 8)}`);
    return { is: 'unknown', cause, partner };
  };

/** What the payer, or their institution, says to a request to pay. */
export const requestReply =
  (id: string, { transactionRequestState: state }: RequestBody, said: Said): Reply =>
  (order, terms) => {
    const payer = payerAskedBy(id, order);
    if (!payer) return null;
    if (!hasPart(said, payer.fspId, terms)) return puzzling(BY_NOBODY_ASKED);
    switch (standingOf(state)) {
      case 'open': {
        const expiresAt = endOfRequest(order, terms);
        return { is: 'pending', ...namesOf(order), nextAction: { type: 'approve_on_phone' }, expiresAt };
      }
      case 'rejected':
        return { is: 'declined', ...REJECTED, moneyMoved: 'no' };
      case undefined:
        return puzzling(`the payer’s institution says ${cut(state, 40)}`);
    }
  };

export const requestErrorReply =
  (id: string, { errorInformation: { errorCode, errorDescription } }: ErrorBody, said: Said): Reply =>
  (order, terms) => {
    const payer = payerAskedBy(id, order);
    if (!payer) return null;
    if (!hasPart(said, payer.fspId, terms)) return puzzling(BY_NOBODY_ASKED);
    if (isRefusal(errorCode) || errorCode === NOT_OFFERED)
      return { ...toDeclined(errorCode, errorDescription), reason: reasonForRequest(errorCode) };
    const partner = wordOf(errorCode, errorDescription ?? 'it says no more');
    return { is: 'unknown', cause: new NoAnswer(`the switch says ${cut(errorCode, 8)}`), partner };
  };

const BY_NOBODY_ASKED = 'an institution that was not asked says what became of a request to pay';

/** Null: no such request is under way, or its money is announced: what we have said yes to, only the switch undoes. */
const payerAskedBy = (id: string, order: SubmittedOrder): FoundParty | null =>
  order.kind === 'payment' && requestIdOf(order) === id && transferTo(order) === null
    ? (readMemo(order.memo).party ?? null)
    : null;

/**
 * That something could not be read, or somebody not be found, is said of `GET /transfers/{id}` by the same callback as of
 * the transfer itself: only the switch's word on the transfer tells. Source: API Definition 1.1, `PUT /transfers/{ID}/error`.
 */
const MAY_BE_OF_A_QUESTION = /^3[0-2]/;

/**
 * The switch does not know the transfer. It may be on its way until it has expired; then no switch takes it up any more,
 * and that is believed for good after as long again.
 */
function toNotThere(
  { transferBy }: AgreedQuote,
  partner: Declined['partner'],
  { at }: Said,
  { expiryMs, slackMs }: Terms,
): EnquiryOutcome {
  const sinceMs = at.getTime() - new Date(transferBy).getTime();
  if (sinceMs <= slackMs) return { is: 'notFound', partner };
  const moneyMoved = sinceMs > 2 * slackMs + expiryMs ? 'no' : 'unknown';
  return { is: 'declined', reason: 'expired', partner, moneyMoved };
}
