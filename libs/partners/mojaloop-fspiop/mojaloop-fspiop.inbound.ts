import {
  type CallbackAnswer,
  type Inbound,
  type InboundLookup,
  type InboundObjection,
  type InboundQuestion,
  type InboundQuote,
  type InboundRefusal,
  InboundRefused,
  type InboundReply,
  type InboundRequest,
  type InboundTransfer,
  type RawCallback,
  type Verdict,
} from '#partner-kit';
import { toMoney } from '../fspiop/amounts.js';
import { IDENTIFIER, toCustomer, toStranger } from '../fspiop/names.js';
import { bodyOf, checkScenario, decoded, parse } from '../fspiop/requests.js';
import { type FspiopClient } from './mojaloop-fspiop.client.js';
import { conditionOf, fulfilmentOf, transactionIn } from './mojaloop-fspiop.ilp.js';
import { checkHeaders, sourceOf, type WantedVersion } from './mojaloop-fspiop.inbound.headers.js';
import {
  CorrelationId,
  type InboundMemo,
  PartyIdInfo,
  QuoteRequest,
  TransferRequest,
  type WirePartyIdInfo,
} from './mojaloop-fspiop.inbound.wire.js';
import { type Terms } from './mojaloop-fspiop.offers.js';
import { refusalOf } from './mojaloop-fspiop.refusals.js';
import { type PayeeTerms, teller } from './mojaloop-fspiop.telling.js';
import { verdictOn } from './mojaloop-fspiop.verdict.js';

type InboundTerms = Terms & PayeeTerms;

/** Resources of the scheme that this gateway has nothing for. */
const NOT_OFFERED =
  /^(?:participants|quotes|transactionRequests|transactions|authorizations|bulkQuotes|bulkTransfers|fxQuotes|fxTransfers|services|thirdpartyRequests|consents|consentRequests)(?:\/|$)/;

/** What a path holds where there is no id, and what it is then refused as. */
const ANSWERED: readonly string[] = ['parties', 'quotes', 'transfers', 'transactionRequests'];

/** What the switch and the other institutions ask of us as payee. Each is told later. */
export function fspiopInbound(client: FspiopClient, terms: InboundTerms): Inbound {
  return {
    verify: (request) => verify(request, terms),
    read: (request) => read(request, terms),
    answer,
    tell: teller(client, terms),
  };
}

const isHealth = ({ method, path }: RawCallback): boolean => method === 'GET' && path === '';

/** Of whoever names nobody there is nothing to prove. @throws InboundRefused */
function verify(request: RawCallback, terms: InboundTerms): Verdict {
  if (isHealth(request)) return { is: 'authentic' };
  sourceOf(request);
  return verdictOn(request, terms, request.method !== 'GET');
}

function read(raw: RawCallback, terms: InboundTerms): InboundRequest {
  if (isHealth(raw)) return { is: 'health' };
  const segments = raw.path.split('/');
  const [resource = '', ...rest] = segments;
  switch (`${raw.method} ${resource}`) {
    case 'GET parties':
      return toLookup(raw, rest.map(decoded), terms);
    case 'POST quotes':
      if (rest.length === 0) return toQuote(raw, terms);
      break;
    case 'POST transfers':
      if (rest.length === 0) return toTransfer(raw, terms);
      break;
    case 'GET transfers':
      if (rest.length === 1) return toQuestion(raw, decoded(rest[0] ?? ''));
      break;
    case 'PATCH transfers':
      if (rest.length === 1) return { is: 'news' };
      break;
  }
  if (raw.method === 'PUT' && ANSWERED.includes(resource) && rest.length > 0) return { is: 'news' };
  throw NOT_OFFERED.test(raw.path)
    ? new InboundRefused('not_offered', `${raw.method} /${resource} is not offered here`)
    : new InboundRefused('unknown_request', 'there is nothing at this address');
}

const memoOf = (
  raw: RawCallback,
  path: string,
  version: WantedVersion,
  about: Pick<InboundMemo, 'lookup' | 'quote' | 'transfer'>,
): InboundMemo => ({ to: sourceOf(raw), path, ...version, ...about });

/** Told once it is known whom to tell, and of which transfer. What is wrong in form is said at once. */
const TOLD: readonly InboundObjection[] = [
  'unsupported_id_type',
  'unsupported_scenario',
  'party_unknown',
  'currency_not_held',
  'quote_refused',
  'transfer_refused',
];

function orRefused<Request>(
  asked: InboundRefusal['asked'],
  memo: InboundMemo,
  read: () => Request,
  id?: string,
): Request | InboundRefusal {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InboundRefused) || !TOLD.includes(error.objection)) throw error;
    return { is: 'refused', asked, id, why: error, memo };
  }
}

function toLookup(
  raw: RawCallback,
  segments: readonly string[],
  { idTypes }: InboundTerms,
): InboundLookup | InboundRefusal {
  const version = checkHeaders(raw, 'parties');
  const [type = '', id = '', ...more] = segments;
  if (id === '') throw new InboundRefused('missing', 'ID: is missing');
  // The path of our answer begins with it: no segment may lead elsewhere.
  if (!segments.every((segment) => IDENTIFIER.test(segment)))
    throw new InboundRefused('malformed', 'the path names nobody');
  const lookup = parse(PartyIdInfo, { partyIdType: type, partyIdentifier: id });
  const memo = memoOf(raw, `/${raw.path}`, version, { lookup });
  const sub = more.length > 0 ? more.join('/') : null;
  return orRefused<InboundLookup>('lookup', memo, () => {
    const party = toCustomer({ idType: type, idValue: id, idSubValue: sub }, 'Type', idTypes);
    return { is: 'lookup', party, memo };
  });
}

function toQuote(raw: RawCallback, { from, idTypes }: InboundTerms): InboundQuote | InboundRefusal {
  const version = checkHeaders(raw, 'quotes');
  const request = parse(QuoteRequest, bodyOf(raw));
  const { quoteId, transactionId, transactionType, amountType, payee, payer, expiration, note } = request;
  const source = sourceOf(raw);
  const { fspId = from.fspId } = payee.partyIdInfo;
  const payerIn = { fspId: source, ...payer.partyIdInfo };
  const quote = {
    transactionId,
    quoteId,
    payee: { ...payee, partyIdInfo: { ...payee.partyIdInfo, fspId } },
    payer: {
      partyIdInfo: payerIn,
      ...(payer.name === undefined ? {} : { name: payer.name }),
    },
    transactionType,
    ...(note === undefined ? {} : { note }),
  };
  const memo = memoOf(raw, `/quotes/${quoteId}`, version, { quote });
  return orRefused<InboundQuote>('quote', memo, () => {
    checkScenario(transactionType.scenario, 'transactionType.scenario');
    if (fspId !== from.fspId)
      throw new InboundRefused('party_unknown', 'payee.partyIdInfo.fspId: is another institution');
    if (payerIn.fspId !== source)
      throw new InboundRefused('quote_refused', 'payer.partyIdInfo.fspId: is not who sends it');
    return {
      ...{ is: 'quote', id: quoteId, transfer: transactionId },
      // Before the payee: of two things that are wrong, the scheme's tests want to hear of the currency.
      amount: toMoney(request.amount),
      payee: toCustomer(namedIn(payee.partyIdInfo), 'payee.partyIdInfo', idTypes),
      payer: toStranger({
        ...namedIn(payer.partyIdInfo),
        ...(payer.name === undefined ? {} : { displayName: payer.name }),
        ...payer.personalInfo?.complexName,
      }),
      amountIs: amountType === 'SEND' ? 'sent' : 'received',
      expiresAt: expiration ?? null,
      answers: request.transactionRequestId ?? null,
      isAnswer: transactionType.initiator === 'PAYEE',
      memo,
    };
  });
}

const namedIn = ({ partyIdType, partyIdentifier, partySubIdOrType }: WirePartyIdInfo) => ({
  idType: partyIdType,
  idValue: partyIdentifier,
  ...(partySubIdOrType === undefined ? {} : { idSubValue: partySubIdOrType }),
});

/**
 * Only of a packet that we have made: its condition is that of the fulfilment, which nobody makes without the secret. So all
 * that it holds is as we wrote it. Whether the amount is what was offered, and whether it is the same transfer as before, is
 * for the engine to say, which knows. And by whatever type of name it was offered, it is taken: a repeat hears what stands.
 */
function toTransfer(raw: RawCallback, { from, ilpSecret }: PayeeTerms): InboundTransfer | InboundRefusal {
  const version = checkHeaders(raw, 'transfers');
  const request = parse(TransferRequest, bodyOf(raw));
  const { transferId: id, payerFsp, payeeFsp, ilpPacket, condition, expiration } = request;
  // Nobody is told of a transfer that is another's: a no would end it.
  if (payerFsp !== sourceOf(raw))
    throw new InboundRefused('transfer_refused', 'payerFsp: is not who sends it');
  if (payeeFsp !== from.fspId)
    throw new InboundRefused('transfer_refused', 'payeeFsp: is another institution');
  const memo = memoOf(raw, `/transfers/${id}`, version, { transfer: { ilpPacket, condition } });
  const read = (): InboundTransfer => {
    const agreed =
      condition === conditionOf(fulfilmentOf(ilpPacket, ilpSecret)) ? transactionIn(ilpPacket) : null;
    if (!agreed) throw new InboundRefused('transfer_refused', 'condition: is none that we have named');
    const { transactionId, quoteId, payee, payer, amount, note = null, extensionList } = agreed;
    // Who has got hold of another institution's packet may not spend its offer.
    if (payer.partyIdInfo.fspId !== payerFsp)
      throw new InboundRefused('transfer_refused', 'payerFsp: is not whose quote it was');
    const [{ value: amountType }, { value: received }] = extensionList.extension;
    const receives = toMoney({ currency: amount.currency, amount: received });
    return {
      ...{ is: 'transfer', id, quote: quoteId, quotedAs: transactionId },
      amount: amountType === 'SEND' ? toMoney(amount) : receives,
      ...{ sends: toMoney(request.amount), receives },
      payee: toCustomer(namedIn(payee.partyIdInfo), 'payee.partyIdInfo'),
      payer: toStranger({
        ...namedIn(payer.partyIdInfo),
        ...(payer.name === undefined ? {} : { displayName: payer.name }),
      }),
      ...{ description: note, expiresAt: expiration, memo },
    };
  };
  return orRefused('transfer', memo, read, id);
}

function toQuestion(raw: RawCallback, id: string): InboundQuestion {
  const version = checkHeaders(raw, 'transfers');
  if (!CorrelationId.safeParse(id).success)
    throw new InboundRefused('malformed', 'ID: is no id of the scheme');
  return { is: 'question', id, memo: memoOf(raw, `/transfers/${id}`, version, {}) };
}

/** An acknowledgement: whatever is to be said of the matter itself is told. */
function answer(reply: InboundReply | InboundRefused): CallbackAnswer {
  if (reply instanceof InboundRefused) return refusalOf(reply);
  return { status: reply.is === 'accepted' ? 202 : 200, contentType: 'application/json', body: '' };
}
