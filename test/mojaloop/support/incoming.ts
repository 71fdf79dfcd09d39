import { randomUUID } from 'node:crypto';
import { type Collection, type Exchange, runCollection } from './collections.js';

const PAYER_FSP = 'testingtoolkitdfsp';
/** Whom the scheme adapter is, where nobody else is asked. */
const SCHEME_ADAPTER_FSP = 'userdfsp';

/** Of the FSPIOP API: what the scheme adapter takes, and answers in. */
const VERSION = '1.0';

const typeOf = (resource: string, version: string) =>
  `application/vnd.interoperability.${resource}+json;version=${version}`;

const headersOf = (resource: string, payeeFsp: string, source = PAYER_FSP, version = VERSION) => ({
  Accept: typeOf(resource, version),
  'Content-Type': typeOf(resource, version),
  // In small letters: only so does the toolkit put it under its signature.
  date: '{$function.generic.curDate}',
  'FSPIOP-Source': source,
  'FSPIOP-Destination': payeeFsp,
});

export interface IncomingOrder {
  readonly payee: { readonly idType: string; readonly idValue: string };
  readonly amount?: string;
  readonly currency?: string;
  readonly scenario?: string;
  /** Who pays, where it matters. */
  readonly payer?: string;
  /** The request to pay that it is in answer to. */
  readonly transactionRequestId?: string;
  /** Who keeps the payee's account; default: the scheme adapter's institution. */
  readonly payeeFsp?: string;
  /** Of the FSPIOP API; default: that of the scheme adapter. */
  readonly version?: string;
  /** Where that is asked; default: where the toolkit sends its callbacks. */
  readonly url?: string;
}

/** The three phases of a payment to a customer of ours, as the toolkit sends them to the scheme adapter. */
export interface Incoming {
  readonly transferId: string;
  readonly party: Exchange;
  readonly quote?: Exchange | undefined;
  readonly transfer?: Exchange | undefined;
  /** The transfer once more. */
  readonly repeat?: Exchange | undefined;
}

/** Each as a request of a collection. */
export function phases(
  {
    payee,
    amount = '150',
    currency = 'KES',
    scenario = 'TRANSFER',
    payer = '254711000009',
    transactionRequestId,
    payeeFsp = SCHEME_ADAPTER_FSP,
    version = VERSION,
    url,
  }: IncomingOrder,
  id: string,
) {
  const { idType, idValue } = payee;
  const there = url === undefined ? {} : { url };
  return {
    party: {
      ...there,
      ...{
        id: 1,
        method: 'get',
        operationPath: '/parties/{Type}/{ID}',
        headers: headersOf('parties', payeeFsp, PAYER_FSP, version),
      },
      params: { Type: idType, ID: idValue },
    },
    quote: {
      ...there,
      ...{
        id: 2,
        method: 'post',
        operationPath: '/quotes',
        path: '/quotes',
        headers: headersOf('quotes', payeeFsp, PAYER_FSP, version),
      },
      body: {
        ...{ quoteId: randomUUID(), transactionId: id, amountType: 'SEND', amount: { amount, currency } },
        payer: { partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: payer, fspId: PAYER_FSP } },
        payee: { partyIdInfo: { partyIdType: idType, partyIdentifier: idValue, fspId: payeeFsp } },
        ...(transactionRequestId === undefined ? {} : { transactionRequestId }),
        transactionType:
          transactionRequestId === undefined
            ? { scenario, initiator: 'PAYER', initiatorType: 'CONSUMER' }
            : { scenario, initiator: 'PAYEE', initiatorType: 'BUSINESS' },
      },
    },
    transfer: {
      ...there,
      ...{
        id: 3,
        method: 'post',
        operationPath: '/transfers',
        path: '/transfers',
        headers: headersOf('transfers', payeeFsp, PAYER_FSP, version),
      },
      body: {
        ...{ transferId: id, payerFsp: PAYER_FSP, payeeFsp, amount: { amount, currency } },
        ilpPacket: '{$prev.2.callback.body.ilpPacket}',
        condition: '{$prev.2.callback.body.condition}',
        expiration: '{$prev.2.callback.body.expiration}',
      },
    },
  };
}

const apiVersion = { type: 'fspiop', majorVersion: 1, minorVersion: 1, asynchronous: true };

export const collectionOf = (requests: readonly object[]): Collection => ({
  test_cases: [
    {
      ...{ id: 1, name: 'a payment to a customer' },
      requests: requests.map((request) => ({ ...request, apiVersion })),
    },
  ],
});

/** Asks who somebody is. */
export async function lookUp(order: IncomingOrder): Promise<Exchange> {
  const { party } = phases(order, randomUUID());
  return only(await runCollection(collectionOf([party]), {}));
}

/** Asks for a price. */
export async function quote(order: IncomingOrder): Promise<Exchange> {
  const all = phases(order, randomUUID());
  return only(await runCollection(collectionOf([all.quote]), {}));
}

/** Sends anything else of the API. */
export async function ask(
  { payeeFsp, url, source }: { readonly payeeFsp: string; readonly url: string; readonly source?: string },
  resource: string,
  request: object,
): Promise<Exchange> {
  const headers = headersOf(resource, payeeFsp, source);
  return only(await runCollection(collectionOf([{ id: 1, url, headers, ...request }]), {}));
}

/** Pays, phase by phase. */
export function pay(order: IncomingOrder, transferId: string = randomUUID()): Promise<Incoming> {
  const all = phases(order, transferId);
  return sendInTurn(transferId, [all.party, all.quote, all.transfer]);
}

/** Pays, and sends the transfer once more: as it was, or with something else in it. */
export function payAgain(order: IncomingOrder, change: object = {}): Promise<Incoming> {
  const transferId = randomUUID();
  const all = phases(order, transferId);
  const again = { ...all.transfer, id: 4, body: { ...all.transfer.body, ...change } };
  return sendInTurn(transferId, [all.party, all.quote, all.transfer, again]);
}

async function sendInTurn(transferId: string, requests: readonly object[]): Promise<Incoming> {
  const { exchanges } = await runCollection(collectionOf(requests), {});
  const [party, quoted, transfer, repeat] = exchanges;
  if (!party) throw new Error('the toolkit sent nothing');
  return { transferId, party, quote: quoted, transfer, repeat };
}

function only({ exchanges: [exchange] }: { readonly exchanges: readonly Exchange[] }): Exchange {
  if (!exchange) throw new Error('the toolkit sent nothing');
  return exchange;
}
