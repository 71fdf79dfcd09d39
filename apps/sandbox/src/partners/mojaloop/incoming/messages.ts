import { type Amount, fromUnits, toUnits } from '../amounts.js';
import { conditionOf, fulfilmentOf, packetOf } from '../scheme/ilp.js';
import { type Incoming } from '../scheme/switch.js';
import { type TransferState } from '../scheme/wire.js';
import { type PartyAnswer, type QuoteAnswer, type TransferAnswer } from './answers.js';
import { type IncomingOrder } from './order.js';

/** What is known of a payment once its payee was found. */
export interface Found {
  readonly order: IncomingOrder;
  readonly transferId: string;
  readonly quoteId: string;
  readonly payee: PartyAnswer;
  readonly openedAt: Date;
  readonly expiresAt: Date;
}

/** `POST /quoterequests` */
export function quoteRequestOf({ order, transferId, quoteId, payee, expiresAt }: Found): object {
  const { payer, amountType, amount, currency, scenario, note, initiator, answers } = order;
  return {
    quoteId,
    transactionId: transferId,
    to: payee,
    from: payer,
    amountType,
    amount,
    currency,
    transactionType: scenario,
    initiator,
    initiatorType: initiator === 'PAYER' ? 'CONSUMER' : 'BUSINESS',
    ...answers,
    ...(note === undefined ? {} : { note }),
    expiration: expiresAt.toISOString(),
  };
}

/** `POST /transfers`: `amount` is what the quote was asked for, `quote` what was answered to it. */
export function transferRequestOf(found: Found, quote: QuoteAnswer | undefined, amount: string): object {
  const { order, transferId, payee } = found;
  const { payer, amountType, currency, scenario, note, answers } = order;
  if (!quote) return { transferId, amount, currency };
  return {
    transferId,
    amount,
    currency,
    amountType,
    from: payer,
    to: payee,
    transactionType: scenario,
    quote,
    ilpPacket: { data: agreementOf(found, quote) },
    ...answers,
    ...(note === undefined ? {} : { note }),
  };
}

/** What the scheme owes us with that. */
export function incomingOf(found: Found, quote: QuoteAnswer | undefined): Incoming {
  const { order, transferId } = found;
  const { plan, payer, amount, currency } = order;
  const agreed = quote?.transferAmount ?? amount;
  return {
    transferId,
    payerFspId: payer.fspId ?? '',
    payer: payer.idValue,
    credit: { currency, amount: plan.carries === 'other-amount' ? oneMoreThan(agreed) : agreed },
  };
}

export const oneMoreThan = (amount: string): string => fromUnits(toUnits(amount) + toUnits('1'));

/** The scheme adapter's record of a payment, as it goes out with the final notification. */
export function recordOf(found: Found, quote: QuoteAnswer | undefined, answer: TransferAnswer | undefined) {
  const { transferId, order, openedAt } = found;
  const home = answer === undefined ? {} : { homeTransactionId: answer.homeTransactionId };
  const record = {
    transferId,
    direction: 'INBOUND',
    initiatedTimestamp: openedAt.toISOString(),
    ...home,
  };
  if (!quote) return record;
  const agreement = agreementOf(found, quote);
  const ilpPacket = packetOf(agreement);
  const fulfilment = fulfilmentOf(ilpPacket);
  const { payer, payee } = { payer: order.payer.fspId, payee: found.payee.fspId };
  return {
    ...record,
    quoteRequest: { body: agreement },
    quote: { mojaloopResponse: quote },
    quoteResponse: { body: quote },
    prepare: {
      body: {
        transferId,
        payerFsp: payer,
        payeeFsp: payee,
        amount: transferAmountOf(quote),
        ilpPacket,
        condition: conditionOf(fulfilment),
        expiration: found.expiresAt.toISOString(),
      },
    },
    ...(answer === undefined
      ? {}
      : { fulfil: { body: { ...endOf(answer.transferState, answer.completedTimestamp), fulfilment } } }),
  };
}

/** `PUT /transfers/{transferId}`: the last word of the switch. */
export function notificationOf(state: TransferState, at: string): object {
  const finalNotification = endOf(state, at);
  switch (state) {
    case 'COMMITTED':
      return { finalNotification, currentState: 'COMPLETED' };
    case 'ABORTED':
      return { finalNotification, currentState: 'ABORTED' };
    default:
      return {
        finalNotification,
        currentState: 'ERROR_OCCURRED',
        lastError: 'Final notification state not COMMITTED',
      };
  }
}

/** The same after the question what became of the transfer went wrong: it says nothing of the money. */
export const failedNotification: object = {
  finalNotification: {
    errorInformation: { errorCode: '2001', errorDescription: 'Internal server error' },
  },
  currentState: 'ERROR_OCCURRED',
  lastError: 'Final notification state not COMMITTED',
};

const endOf = (transferState: TransferState, completedTimestamp: string | undefined) => ({
  transferState,
  ...(completedTimestamp === undefined ? {} : { completedTimestamp }),
});

const transferAmountOf = ({ transferAmount, transferAmountCurrency }: QuoteAnswer): Amount => ({
  currency: transferAmountCurrency,
  amount: transferAmount,
});

/** What payer and payee agreed upon, in the scheme's own words. */
function agreementOf({ order, transferId, quoteId, payee, expiresAt }: Found, quote: QuoteAnswer) {
  return {
    quoteId,
    transactionId: transferId,
    transactionType: { scenario: order.scenario, initiator: order.initiator, initiatorType: 'CONSUMER' },
    payee: schemePartyOf(payee),
    payer: schemePartyOf(order.payer),
    amount: transferAmountOf(quote),
    expiration: quote.expiration ?? expiresAt.toISOString(),
  };
}

function schemePartyOf({
  idType,
  idValue,
  idSubValue,
  fspId,
  displayName,
}: PartyAnswer | IncomingOrder['payer']) {
  return {
    partyIdInfo: {
      partyIdType: idType,
      partyIdentifier: idValue,
      ...(idSubValue === undefined ? {} : { partySubIdOrType: idSubValue }),
      fspId,
    },
    ...(displayName === undefined ? {} : { name: displayName }),
  };
}
