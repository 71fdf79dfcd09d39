import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type InboundReply, InboundRefused, type JsonObject, NoAnswer, NotReached } from '#partner-kit';
import { ecKeys } from './fixtures/keys.js';
import {
  asked,
  CONDITION,
  FULFILMENT,
  offerOf,
  PACKET,
  payee,
  prepare,
  QUOTE,
  quoteRequest,
  TRANSFER,
} from './fixtures/payee.js';
import { xof } from './fixtures/sandbox.js';
import { now } from './fixtures/stage.js';
import { faultOfSignature } from './mojaloop-fspiop.signature.js';

const LOOKUP = asked('GET', 'parties/MSISDN/221770000042');
const QUOTED = asked('POST', 'quotes', quoteRequest());
const PREPARED = asked('POST', 'transfers', prepare());
const ASKED = asked('GET', `transfers/${TRANSFER}`);

const memoOf = (raw: typeof LOOKUP): JsonObject => {
  const request = payee().inbound.read(raw);
  if (!('memo' in request) || !request.memo) throw new Error('nothing is kept');
  return request.memo;
};
/** As a database keeps it: the order of keys is its own. */
const shuffled = (memo: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(memo), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  ) as JsonObject;

const offer = (): InboundReply => {
  const quote = payee().inbound.read(QUOTED);
  if (quote.is !== 'quote') throw new Error('it is no quote');
  return offerOf(quote);
};
const credited: InboundReply = { is: 'credited', transfer: TRANSFER, operation: 'ours', at: now };
const told = async (
  reply: InboundReply | InboundRefused,
  memo: JsonObject,
  settings: object = {},
  secrets: Readonly<Record<string, string>> = {},
) => {
  const { tell, sent } = payee({ status: 200 }, settings, secrets);
  await tell(reply, memo);
  const [request] = sent;
  return { ...request, body: JSON.parse(request?.body ?? '') as unknown };
};

describe('an answer that is told', () => {
  it('says who our customer is, in letters that the scheme reads', async () => {
    const party = { type: 'msisdn', value: '+221770000042' } as const;
    const reply = { is: 'party', party, name: 'Aïssatou N’Diaye', currencies: ['XOF'] } as const;
    expect(await told(reply, memoOf(LOOKUP))).toMatchObject({
      ...{ method: 'PUT', path: '/parties/MSISDN/221770000042', route: '/parties/:type/:id' },
      headers: { 'fspiop-source': 'banque-demo', 'fspiop-destination': 'payer-demo' },
      body: {
        party: {
          partyIdInfo: {
            partyIdType: 'MSISDN',
            partyIdentifier: '221770000042',
            fspId: 'banque-demo',
          },
          name: "Aissatou N'Diaye",
        },
      },
    });
  });

  it('names the price, and what the payer has to send back', async () => {
    expect(await told(offer(), memoOf(QUOTED))).toMatchObject({
      path: `/quotes/${QUOTE}`,
      body: {
        transferAmount: { currency: 'XOF', amount: '1500' },
        payeeReceiveAmount: { currency: 'XOF', amount: '1485' },
        payeeFspFee: { currency: 'XOF', amount: '15' },
        expiration: '2026-11-21T09:11:00.000Z',
        ilpPacket: PACKET,
        condition: CONDITION,
      },
    });
  });

  it('is the same packet whatever becomes of the memo’s order', async () => {
    expect(await told(offer(), shuffled(memoOf(QUOTED)))).toMatchObject({ body: { ilpPacket: PACKET } });
  });

  it('lets go of the fulfilment once our customer is credited', async () => {
    const completedTimestamp = now.toISOString();
    expect(await told(credited, memoOf(PREPARED))).toMatchObject({
      path: `/transfers/${TRANSFER}`,
      body: { transferState: 'RESERVED', fulfilment: FULFILMENT, completedTimestamp },
    });
    const committing = { answersTransfers: 'COMMITTED' };
    expect(await told(credited, memoOf(PREPARED), committing)).toMatchObject({
      body: { transferState: 'COMMITTED' },
    });
    expect(await told(credited, memoOf(PREPARED), { version: '1.0' })).toMatchObject({
      body: { transferState: 'COMMITTED' },
    });
  });

  it('promises nothing that its version has no word for: who asks in 1.0 hears COMMITTED', async () => {
    const accept = 'application/vnd.interoperability.transfers+json;version=1.0';
    const memo = memoOf(asked('POST', 'transfers', prepare(), { accept }));
    expect(await told(credited, memo)).toMatchObject({ body: { transferState: 'COMMITTED' } });
  });

  const standing = { is: 'standing', transfer: TRANSFER, operation: 'ours', amount: xof('1') } as const;

  it('says of one that was refused that it is aborted', async () => {
    const reply = { ...standing, payer: null, payee: null, stands: 'refused', at: now } as const;
    expect(await told(reply, memoOf(ASKED))).toMatchObject({
      path: `/transfers/${TRANSFER}`,
      body: { transferState: 'ABORTED' },
    });
  });

  it.each(['under_way', 'credited', 'final'] as const)(
    'says nothing of one that is %s: whatever is no no may pass for a yes, and none is without its fulfilment',
    async (stands) => {
      const { tell, sent } = payee();
      await tell({ ...standing, payer: null, payee: null, stands, at: now }, memoOf(ASKED));
      expect(sent).toEqual([]);
    },
  );

  it.each([
    [LOOKUP, 'party_unknown', '/parties/MSISDN/221770000042/error', '3204'],
    [QUOTED, 'quote_refused', `/quotes/${QUOTE}/error`, '5103'],
    [PREPARED, 'transfer_expired', `/transfers/${TRANSFER}/error`, '3303'],
    [ASKED, 'transfer_unknown', `/transfers/${TRANSFER}/error`, '3208'],
  ] as const)('says why not (%#)', async (raw, objection, path, errorCode) => {
    expect(await told(new InboundRefused(objection, 'because'), memoOf(raw))).toMatchObject({
      ...{ method: 'PUT', path },
      body: { errorInformation: { errorCode, errorDescription: 'because' } },
    });
  });

  it.each([
    [asked('GET', 'parties/EMAIL/awa@demo.sn'), '/parties/EMAIL/awa@demo.sn/error', '3100'],
    [
      asked('POST', 'quotes', quoteRequest({ amount: { amount: '1', currency: 'ZZZ' } })),
      `/quotes/${QUOTE}/error`,
      '5106',
    ],
    [
      asked('POST', 'transfers', prepare({ condition: 'A'.repeat(43) })),
      `/transfers/${TRANSFER}/error`,
      '5105',
    ],
  ])('says why a request was no use (%#)', async (raw, path, errorCode) => {
    const request = payee().inbound.read(raw);
    if (request.is !== 'refused') throw new Error('it was taken');
    expect(await told(request.why, memoOf(raw))).toMatchObject({
      ...{ method: 'PUT', path },
      body: { errorInformation: { errorCode } },
    });
  });

  it.each([
    ['1.0', '1', '1.0'],
    ['1.1', '1', '1.1'],
    ['1.1', '1.0', '1.0'],
    ['2.0', '1.0', '1.0'],
    ['2.0', '1', '1.1'],
    ['1.1', '2', '2.0'],
    ['2.0', '2.0', '2.0'],
  ])('of a partner with version %s is to a request in %s of version %s', async (ours, asks, version) => {
    const accept = `application/vnd.interoperability.transfers+json;version=${asks}`;
    const memo = memoOf(asked('POST', 'transfers', prepare(), { accept }));
    const type = `application/vnd.interoperability.transfers+json;version=${version}`;
    for (const reply of [credited, new InboundRefused('transfer_expired', 'too late')])
      expect((await told(reply, memo, { version: ours })).headers).toMatchObject({ 'content-type': type });
  });

  it('is signed, and asks for no answer of its own', async () => {
    const { privateKey, publicKey } = ecKeys();
    const { tell, sent } = payee({ status: 200 }, {}, { signingKey: privateKey });
    await tell(credited, memoOf(PREPARED));
    const { headers = {}, path = '', body = '' } = sent[0] ?? {};
    expect(headers).not.toHaveProperty('accept');
    const request = { method: 'PUT', uri: path, source: 'banque-demo', destination: 'payer-demo' };
    const peers = { 'banque-demo': createPublicKey(publicKey) };
    const fault = faultOfSignature(
      headers['fspiop-signature'],
      peers,
      { ...request, date: headers['date'] ?? null },
      Buffer.from(body),
    );
    expect(fault).toBeNull();
  });

  it.each([
    [{ status: 400 }, NoAnswer],
    [{ status: 503 }, NoAnswer],
    [{ status: 302 }, NoAnswer],
    [{ status: 429 }, NotReached],
    [{ status: 401 }, NotReached],
    [new NotReached('nobody is there'), NotReached],
  ])('is not taken with %j', async (reply, why) => {
    await expect(payee(reply).tell(credited, memoOf(PREPARED))).rejects.toBeInstanceOf(why);
  });

  it('is taken with any 2xx', async () => {
    for (const status of [200, 202, 204])
      await expect(payee({ status }).tell(credited, memoOf(PREPARED))).resolves.toBeUndefined();
  });

  it('is not made with another secret than the transfer was agreed upon with', async () => {
    const changed = payee({ status: 200 }, {}, { ilpSecret: 'another ilp secret of 32 characters' });
    await expect(changed.tell(credited, memoOf(PREPARED))).rejects.toThrow('ilpSecret');
    expect(changed.sent).toEqual([]);
  });

  it('is of the request that it is kept with', async () => {
    await expect(payee().tell(credited, memoOf(LOOKUP))).rejects.toBeInstanceOf(TypeError);
    await expect(payee().tell({ is: 'accepted' }, memoOf(LOOKUP))).rejects.toBeInstanceOf(TypeError);
  });
});
