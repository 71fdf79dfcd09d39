import { randomUUID } from 'node:crypto';
import { type Collection } from './collections.js';
import { collectionOf, type IncomingOrder, phases } from './incoming.js';

/** What is to be true of an answer, in the toolkit's own words. */
const tests = (claims: Readonly<Record<string, string>>) => ({
  tests: {
    assertions: Object.entries(claims).map(([description, exec], n) => ({
      ...{ id: n + 1, description, exec: [exec] },
    })),
  },
});

const taken = { 'it is taken up': 'expect(response.status).to.equal(202)' };
const answered = { 'it is answered': 'expect(response.status).to.equal(200)' };
const isFor = {
  'the answer is for whoever asked':
    "expect(callback.headers['fspiop-destination']).to.equal('testingtoolkitdfsp')",
};

/** A payment to a customer of ours, from the question who they are. */
export function paidToUs(order: IncomingOrder): Collection {
  const { party, quote, transfer } = phases(order, randomUUID());
  const { idType, idValue } = order.payee;
  return collectionOf([
    {
      ...party,
      ...tests({
        ...taken,
        ...isFor,
        'the party is of the type': `expect(callback.body.party.partyIdInfo.partyIdType).to.equal('${idType}')`,
        'and of the name': `expect(callback.body.party.partyIdInfo.partyIdentifier).to.equal('${idValue}')`,
        'and has a name that a scheme can read':
          "expect(callback.body.party.name).to.match(/^[\\w .,'-]{1,128}$/)",
      }),
    },
    {
      ...quote,
      ...tests({
        ...taken,
        ...isFor,
        'the price is of what was asked': `expect(callback.body.transferAmount.amount).to.equal('${quote.body.amount.amount}')`,
        'in its currency': `expect(callback.body.transferAmount.currency).to.equal('${quote.body.amount.currency}')`,
        'it has a packet': 'expect(callback.body.ilpPacket).to.match(/^[\\w-]+$/)',
        'and a condition': 'expect(callback.body.condition).to.match(/^[\\w-]{43}$/)',
      }),
    },
    {
      ...transfer,
      ...tests({
        ...taken,
        ...isFor,
        'the customer is credited': "expect(callback.body.transferState).to.equal('COMMITTED')",
        'the fulfilment is let go of': 'expect(callback.body.fulfilment).to.match(/^[\\w-]{43}$/)',
      }),
    },
  ]);
}

const OUTBOUND = {
  type: 'mojaloop_sdk_outbound_scheme_adapter',
  ...{ majorVersion: 1, minorVersion: 0, asynchronous: false },
};
const stands = (state: string) => ({
  ...answered,
  [`it stands at ${state}`]: `expect(response.body.currentState).to.equal('${state}')`,
});
const paid = {
  ...stands('COMPLETED'),
  'the money has moved': "expect(response.body.fulfil.body.transferState).to.equal('COMMITTED')",
};

const yes = (id: number, url: string, body: object, claims: Readonly<Record<string, string>>) => ({
  ...{ id, url, apiVersion: OUTBOUND, method: 'put', operationPath: '/transfers/{transferId}', body },
  path: '/transfers/{$prev.1.response.body.transferId}',
  params: { transferId: '{$prev.1.response.body.transferId}' },
  ...tests(claims),
});

/** What a back end asks of the scheme adapter: three steps, or one where it asks nothing. */
export function paidByUs(url: string, asksNothing: boolean): Collection {
  const order = {
    ...{ id: 1, url, apiVersion: OUTBOUND, method: 'post', operationPath: '/transfers', path: '/transfers' },
    body: {
      ...{ homeTransactionId: randomUUID(), amountType: 'SEND', currency: 'KES', amount: '25' },
      ...{ transactionType: 'TRANSFER', note: 'Rent' },
      from: { idType: 'MSISDN', idValue: '254711000001' },
      to: { idType: 'MSISDN', idValue: '254712000345' },
    },
  };
  const requests = asksNothing
    ? [{ ...order, ...tests(paid) }]
    : [
        {
          ...order,
          ...tests({
            ...stands('WAITING_FOR_PARTY_ACCEPTANCE'),
            'the payee is at an institution':
              'expect(response.body.getPartiesResponse.body.party.partyIdInfo.fspId).to.not.be.empty',
          }),
        },
        yes(
          2,
          url,
          { acceptParty: true },
          {
            ...stands('WAITING_FOR_QUOTE_ACCEPTANCE'),
            'there is a price': 'expect(response.body.quoteResponse.body).to.not.be.empty',
          },
        ),
        yes(3, url, { acceptQuote: true }, paid),
      ];
  return { test_cases: [{ id: 1, name: 'a payment of ours', requests }] };
}
