import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../../sandbox.js';
import { type Call, caller } from '../../../testing/caller.js';
import { isSealed, sealOf } from '../signature.js';

const pem = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
const scheme = generateKeyPairSync('ec', { namedCurve: 'prime256v1', ...pem });
const bank = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
type Body = Readonly<Record<string, unknown>>;
/** What the bank says to a request, on which path; null: nothing. */
type Saying = (asked: Asked, body: Body) => readonly [path: string, body: object] | null;

const FULFILMENT = Buffer.alloc(32, 7).toString('base64url');
const CONDITION = createHash('sha256').update(Buffer.alloc(32, 7)).digest('base64url');
/** A payment of 1500 minor units, to nobody, with nothing in it. */
const PACKET = Buffer.from('010b00000000000005dc000000', 'hex').toString('base64url');
const money = (amount: string) => ({ currency: 'XOF', amount });

/** A bank that says yes to everything, but for what is given. */
const bankThat =
  (changes: { quote?: object; transfer?: object | null } = {}): Saying =>
  ({ method, path }, { quoteId, transferId }) => {
    const partyIdInfo = { partyIdType: 'MSISDN', partyIdentifier: '221770000042', fspId: 'banque-demo' };
    if (path.startsWith('/parties/')) return [path, { party: { partyIdInfo, name: 'Awa Demo' } }];
    if (path === '/quotes') {
      const expiration = new Date(Date.now() + 60_000).toISOString();
      const quote = { transferAmount: money('1500'), expiration, ilpPacket: PACKET, condition: CONDITION };
      return [`/quotes/${String(quoteId)}`, { ...quote, ...changes.quote }];
    }
    if (method !== 'POST' || changes.transfer === null) return null;
    const yes = { transferState: 'RESERVED', fulfilment: FULFILMENT };
    return [`/transfers/${String(transferId)}`, { ...yes, ...changes.transfer }];
  };

describe('a payment to a customer of the bank’s', () => {
  let asked: Asked[];
  let control: Call;
  let theSwitch: Call;
  let saying: Saying;
  let close: () => Promise<void>;

  const say = (path: string, body: object) => {
    const [date, text] = [new Date().toUTCString(), JSON.stringify(body)];
    const words = {
      ...{ 'FSPIOP-URI': path, 'FSPIOP-HTTP-Method': 'PUT', 'FSPIOP-Source': 'banque-demo' },
      ...{ 'FSPIOP-Destination': 'payer-demo', Date: date },
    };
    const resource = path.split('/')[1] ?? '';
    return theSwitch('PUT', path, text, {
      'content-type': `application/vnd.interoperability.${resource}+json;version=1.1`,
      ...{ date, 'fspiop-source': 'banque-demo', 'fspiop-destination': 'payer-demo' },
      'fspiop-signature': sealOf(bank.privateKey, words, text),
    });
  };

  beforeEach(async () => {
    asked = [];
    saying = bankThat();
    const hear = async (request: IncomingMessage, response: ServerResponse) => {
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, body: await text(request) };
      asked.push(one);
      response.writeHead(202).end();
      const said = saying(one, one.body === '' ? {} : (JSON.parse(one.body) as Body));
      if (said) await say(...said);
    };
    const server = createServer((request, response) => void hear(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sandbox = await startSandbox({
      host: '127.0.0.1',
      port: 0,
      partners: {
        'mojaloop-fspiop-sn': {
          operator: 'mojaloop-fspiop',
          settings: {
            callbackUrl: 'http://127.0.0.1:1',
            connectorUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
            signingKey: scheme.privateKey,
            publicKey: bank.publicKey.export({ type: 'spki', format: 'pem' }),
            incomingExpiryMs: 5_000,
            notificationDelayMs: 0,
          },
        },
      },
    });
    theSwitch = caller(`${sandbox.url}/mojaloop-fspiop-sn`);
    control = caller(`${sandbox.url}/control/partners/mojaloop-fspiop-sn`);
    close = async () => {
      await sandbox.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  });
  afterEach(() => close());

  const pay = async (more: object = {}) => {
    const payee = { idType: 'MSISDN', idValue: '221770000042' };
    const { status, json } = await control('POST', '/receipts', { payee, amount: '1500', ...more });
    expect(status).toBe(201);
    return json as Readonly<Record<'transferId' | 'state' | 'errorCode' | 'problem', string | null>>;
  };
  const entries = async () =>
    ((await control('GET', '/books')).json as { entries: readonly object[] }).entries;
  const patched = async (): Promise<Asked> => {
    for (;;) {
      const patch = asked.find(({ method }) => method === 'PATCH');
      if (patch) return patch;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it('says which request of the bank’s it pays for, and comes from whoever was asked', async () => {
    const answers = { transactionRequestId: '7b1a0d34-6f7e-4b55-8a9e-0c9f0a4a1b11' };
    expect(await pay({ answers, payerFspId: 'payee-demo', amountType: 'RECEIVE' })).toMatchObject({
      state: 'COMMITTED',
    });
    const [, quote, transfer] = asked;
    expect(JSON.parse(quote?.body ?? '')).toMatchObject({
      ...answers,
      payer: { partyIdInfo: { fspId: 'payee-demo' } },
      transactionType: { initiator: 'PAYEE', initiatorType: 'BUSINESS' },
    });
    expect(JSON.parse(transfer?.body ?? '')).toMatchObject({ payerFsp: 'payee-demo' });
    for (const { headers } of asked.slice(0, 3)) expect(headers['fspiop-source']).toBe('payee-demo');
  });

  it('is looked up, priced, prepared, and told of, each signed', async () => {
    const { transferId, state } = await pay();
    expect(state).toBe('COMMITTED');
    expect(await entries()).toMatchObject([
      { kind: 'receipt', partnerReference: transferId, change: '1500', party: '221770009001' },
    ]);
    const patch = await patched();
    expect(patch.path).toBe(`/transfers/${String(transferId)}`);
    expect(JSON.parse(patch.body)).toMatchObject({ transferState: 'COMMITTED' });
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST', 'PATCH']);
    const key = createPublicKey(scheme.publicKey);
    for (const { headers, path, method, body } of asked.slice(1))
      expect(isSealed(key, { headers: headers as Record<string, string>, path, method }, body)).toBe(true);
    expect(patch.headers['fspiop-source']).toBe('switch');
    expect(patch.headers).not.toHaveProperty('accept');
  });

  it.each([
    [
      'another amount',
      { quote: { transferAmount: money('1501') } },
      'it is not of the amount that was asked for',
    ],
    [
      'a packet of another amount',
      { quote: { ilpPacket: Buffer.from('010b00000000000005dd000000', 'hex').toString('base64url') } },
      'the packet is of another amount',
    ],
    ['a packet that is none', { quote: { ilpPacket: 'AAAA' } }, 'the packet is no payment'],
  ])('is not agreed upon at %s', async (_, changes, problem) => {
    saying = bankThat(changes);
    expect(await pay()).toMatchObject({ state: null, problem });
  });

  it.each([
    ['a fulfilment of another', { transfer: { fulfilment: CONDITION } }],
    ['no fulfilment', { transfer: { fulfilment: undefined } }],
    ['no answer', { transfer: null }],
  ])('moves nothing with %s', async (_, changes) => {
    saying = bankThat(changes);
    expect(await pay({ expiryMs: 500 })).toMatchObject({ state: 'ABORTED' });
    expect(await entries()).toEqual([]);
  });

  it('is taken back where the plan says so, and the bank that reserved it is told', async () => {
    expect(await pay({ plan: 'aborted' })).toMatchObject({ state: 'ABORTED' });
    expect(JSON.parse((await patched()).body)).toMatchObject({ transferState: 'ABORTED' });
    expect(await entries()).toEqual([]);
  });

  it('hears only answers that the bank has signed', async () => {
    const answer = await theSwitch('PUT', '/transfers/1', '{}', {
      'content-type': 'application/vnd.interoperability.transfers+json;version=1.1',
      ...{ date: new Date().toUTCString(), 'fspiop-source': 'banque-demo' },
    });
    expect(answer).toMatchObject({ status: 400, json: { errorInformation: { errorCode: '3105' } } });
  });

  it('goes to another address once the control API says so', async () => {
    expect((await control('PUT', '/connector', { url: 'http://127.0.0.1:1' })).status).toBeLessThan(300);
    expect(await pay()).toMatchObject({ problem: 'acknowledged with nothing', state: null });
  });
});
