import { cut, type Money, type Party } from '#domain';
import {
  type CallbackAnswer,
  type Inbound,
  type InboundLookup,
  type InboundNews,
  type InboundOffer,
  type InboundParty,
  type InboundQuote,
  InboundRefused,
  OrderRefused,
  type InboundReply,
  type InboundRequest,
  type InboundStanding,
  type InboundTransfer,
  type RawCallback,
} from '#partner-kit';
import { toAmount, toMoney } from '../fspiop/amounts.js';
import { REFUSALS, toDescription } from '../fspiop/errors.js';
import { toCustomer, toDisplayName, toIdentifier, toStranger } from '../fspiop/names.js';
import { checkScenario, decoded, LONGEST_NOTE } from '../fspiop/requests.js';
import {
  askedBy,
  readAskedName,
  readQuoteRequest,
  readTransferRequest,
  saysErrorOccurred,
  segmentsOf,
  toQuoted,
} from './mojaloop.inbound.wire.js';
import { type MojaloopSettings } from './mojaloop.settings.js';

/** As a core connector. */
export type ConnectorTerms = Pick<MojaloopSettings, 'from' | 'idTypes' | 'compatibility'>;

/** Requests that the scheme adapter may make and that this gateway has nothing for. */
const NOT_OFFERED =
  /^(?:transactionrequests|otp|bulkQuotes|bulkTransfers|bulkTransactions|fxQuotes|fxTransfers)(?:\/|$)/;

/**
 * Of what is open nothing is said: the scheme adapter passes any state on as the payee's, without a fulfilment, and a switch may
 * take all but ABORTED and RESERVED for a yes, and commit what is not credited.
 */
const STATES: Readonly<Record<InboundStanding['stands'], string | null>> = {
  under_way: null,
  credited: null,
  final: 'COMMITTED',
  refused: 'ABORTED',
};

/** What the scheme adapter asks of its core connector: us. */
export const mojaloopInbound = (terms: ConnectorTerms): Inbound => ({
  read: (raw) => read(raw, terms),
  answer,
});

function read(raw: RawCallback, terms: ConnectorTerms): InboundRequest {
  const segments = segmentsOf(raw, terms.from);
  const [resource = '', ...rest] = segments;
  const id = rest.length === 1 ? decoded(rest[0] ?? '') : null;
  switch (`${raw.method} ${resource}`) {
    case 'GET ':
      return { is: 'health' };
    case 'GET parties':
      return toLookup(rest.map(decoded), terms);
    case 'POST quoterequests':
      return toQuote(raw, terms);
    case 'POST transfers':
      return toTransfer(raw);
    case 'PUT transfers':
      if (id !== null) return toNews(raw, terms);
      break;
    case 'PUT requestToPay':
      if (id !== null) return { is: 'news' };
      break;
    case 'GET transfers':
      if (id !== null) return { is: 'question', id };
      break;
  }
  throw NOT_OFFERED.test(segments.join('/'))
    ? new InboundRefused('not_offered', `${resource} is not offered here`)
    : new InboundRefused('unknown_request', 'there is nothing at this address');
}

function toLookup(
  [idType = '', idValue = '', ...more]: readonly string[],
  { idTypes }: ConnectorTerms,
): InboundLookup {
  if (idValue === '') throw new InboundRefused('missing', 'idValue: is missing');
  const party = toCustomer(
    { idType, idValue, idSubValue: more.length > 0 ? more.join('/') : null },
    'idType',
    idTypes,
  );
  return { is: 'lookup', party, memo: { idType, idValue } };
}

function toQuote(raw: RawCallback, { idTypes }: ConnectorTerms): InboundQuote {
  const request = readQuoteRequest(raw);
  checkScenario(request.transactionType, 'transactionType');
  const { quoteId, transactionId, to, from, amountType, expiration, initiator } = request;
  return {
    ...{ is: 'quote', id: quoteId, transfer: transactionId },
    // The currency first, as in a transfer: a public collection asks with both wrong, and expects its code.
    amount: toMoney(request),
    payee: toCustomer(to, 'to', idTypes),
    payer: toStranger(from),
    amountIs: amountType === 'SEND' ? 'sent' : 'received',
    expiresAt: expiration == null ? null : new Date(expiration),
    answers: askedBy(request),
    isAnswer: initiator === 'PAYEE',
  };
}

/** The public template of core connectors breaks over an `ERROR_OCCURRED`, and its acceptance test asks for that. */
const toNews = (raw: RawCallback, { compatibility }: ConnectorTerms): InboundNews => ({
  is: 'news',
  ...(compatibility === 'core-connector-template' && saysErrorOccurred(raw)
    ? { refusal: new InboundRefused('not_completed', 'Transfer Not Completed Error') }
    : {}),
});

/** By whatever type of name it was offered: a repeat hears what stands, though the bank looks up fewer by now. */
function toTransfer(raw: RawCallback): InboundTransfer {
  const request = readTransferRequest(raw);
  const { transferId, quote, to, from, note } = request;
  return {
    ...{ is: 'transfer', id: transferId, quote: quote?.quoteId ?? null },
    amount: toMoney(request),
    sends: toQuoted(quote?.transferAmount, quote?.transferAmountCurrency),
    receives: toQuoted(quote?.payeeReceiveAmount, quote?.payeeReceiveAmountCurrency),
    payee: to ? toCustomer(to, 'to') : null,
    payer: from ? toStranger(from) : null,
    description: note === null ? null : cut(note, LONGEST_NOTE),
  };
}

/** Without a body the scheme adapter tells the switch nothing at all. */
function answer(reply: InboundReply | InboundRefused): CallbackAnswer {
  if (reply instanceof InboundRefused) {
    const [code, status] = REFUSALS[reply.objection];
    const message = toDescription(reply.message);
    // The scheme adapter reads the first; the public template of core connectors has the second.
    return json(status, { statusCode: code, status: code, message });
  }
  switch (reply.is) {
    case 'healthy':
    case 'taken':
    case 'accepted':
      return json(200, { status: 'OK' });
    case 'party':
      return json(200, partyBody(reply));
    case 'offer':
      return json(200, quoteBody(reply));
    case 'credited':
      return json(200, {
        homeTransactionId: reply.operation,
        completedTimestamp: reply.at.toISOString(),
        transferState: 'COMMITTED',
      });
    case 'standing': {
      const transferState = STATES[reply.stands];
      return transferState === null ? NOTHING : json(200, standingBody(reply, transferState));
    }
    case 'nothing':
      return NOTHING;
  }
}

const NOTHING: CallbackAnswer = { status: 204, contentType: 'application/json', body: '' };

const json = (status: number, body: Readonly<Record<string, unknown>>): CallbackAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

/** By the very name that was asked for: a payer's side takes no other for the answer, not even without the plus. */
function partyBody({ party, memo, name, currencies }: InboundParty) {
  const displayName = name === null ? null : toDisplayName(name);
  return {
    ...(memo === undefined ? toIdentifier(party) : readAskedName(memo)),
    ...(displayName === null ? {} : { displayName }),
    // An empty list would mean that nothing can be received.
    ...(currencies.length === 0 ? {} : { supportedCurrencies: currencies }),
  };
}

function quoteBody({ quote, sends, receives, fee, commission, expiresAt }: InboundOffer) {
  return {
    quoteId: quote.id,
    transactionId: quote.transfer,
    ...amountOf('transferAmount', sends),
    ...amountOf('payeeReceiveAmount', receives),
    ...(fee ? amountOf('payeeFspFeeAmount', fee) : {}),
    ...(commission ? amountOf('payeeFspCommissionAmount', commission) : {}),
    expiration: expiresAt.toISOString(),
  };
}

const amountOf = (field: string, money: Money) => ({
  [field]: toAmount(money),
  [`${field}Currency`]: money.currency,
});

/** As it came, where the scheme's own names do not fit. */
function named(party: Party) {
  try {
    return toIdentifier(party);
  } catch (error) {
    if (!(error instanceof OrderRefused)) throw error;
    return { idType: 'ALIAS', idValue: party.value };
  }
}

/** Without our own `fspId`: by that the scheme adapter would make a fulfilment anew, fail, and tell the switch of an error. */
const standingBody = ({ operation, amount, payer, payee, at }: InboundStanding, transferState: string) => ({
  homeTransactionId: operation,
  amount: toAmount(amount),
  currency: amount.currency,
  amountType: 'SEND',
  from: payer ? named(payer) : {},
  to: payee ? named(payee) : {},
  transactionType: 'TRANSFER',
  transferState,
  timestamp: at.toISOString(),
});
