import { createHash, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../sandbox.js';
import { type Call, caller } from '../../testing/caller.js';
import { type Arrival, type Inbox, openInbox } from '../../testing/inbox.js';
import { isSealed, sealOf } from './signature.js';

const pem = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
const pair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1', ...pem });
const [bank, scheme] = [pair(), pair()];
const keyOf = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

interface Quote {
  readonly transferAmount: object;
  readonly ilpPacket: string;
  readonly condition: string;
}

describe('a switch that speaks FSPIOP', () => {
  let inbox: Inbox;
  let close: () => Promise<void>;
  let theSwitch: Call;
  let control: Call;
  let heard: number;

  const open = async (settings: object = {}) => {
    inbox = await openInbox();
    const sandbox = await startSandbox({
      host: '127.0.0.1',
      port: 0,
      partners: {
        'mojaloop-fspiop-sn': {
          operator: 'mojaloop-fspiop',
          settings: {
            callbackUrl: new URL(inbox.url).origin,
            signingKey: scheme.privateKey,
            delayMs: 1,
            ...settings,
          },
        },
      },
    });
    theSwitch = caller(`${sandbox.url}/mojaloop-fspiop-sn`);
    control = caller(`${sandbox.url}/control/partners/mojaloop-fspiop-sn`);
    heard = 0;
    close = async () => {
      await sandbox.close();
      await inbox.close();
    };
  };
  beforeEach(() => open());
  afterEach(() => close());

  const headersOf = (resource: string) => ({
    accept: `application/vnd.interoperability.${resource}+json;version=1`,
    'content-type': `application/vnd.interoperability.${resource}+json;version=1.1`,
    date: new Date().toUTCString(),
    'fspiop-source': 'banque-demo',
  });
  const ask = (method: string, path: string, body?: object, more: Readonly<Record<string, string>> = {}) =>
    theSwitch(method, path, body && JSON.stringify(body), {
      ...headersOf(path.split('/')[1] ?? ''),
      ...more,
    });
  const next = async (): Promise<Arrival> => {
    heard += 1;
    const arrival = (await inbox.until(heard))[heard - 1];
    if (!arrival) throw new Error('nothing was said');
    return arrival;
  };
  const bodyOf = ({ body }: Arrival): unknown => JSON.parse(body);
  const quoteFor = (digits: string) => ({
    quoteId: randomUUID(),
    transactionId: randomUUID(),
    payee: {
      partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: `2217700007${digits}`, fspId: 'payee-demo' },
    },
    payer: { partyIdInfo: { partyIdType: 'ACCOUNT_ID', partyIdentifier: 'SN-1', fspId: 'banque-demo' } },
    amountType: 'SEND',
    amount: { currency: 'XOF', amount: '15000' },
    transactionType: { scenario: 'TRANSFER', initiator: 'PAYER', initiatorType: 'BUSINESS' },
  });
  const prepareFor = async (digits: string) => {
    await ask('POST', '/quotes', quoteFor(digits));
    const { transferAmount: amount, ilpPacket, condition } = bodyOf(await next()) as Quote;
    const expiration = new Date(Date.now() + 60_000).toISOString();
    const fsps = { payerFsp: 'banque-demo', payeeFsp: 'payee-demo' };
    return { transferId: randomUUID(), ...fsps, amount, ilpPacket, condition, expiration };
  };
  const entries = async () => ((await control('GET', '/books')).json as { entries: object[] }).entries;

  it('takes a question, and answers by a signed callback', async () => {
    const { status, text } = await ask('GET', '/parties/MSISDN/221770000701');
    expect([status, text]).toEqual([202, '']);
    const arrival = await next();
    expect(arrival.path).toBe('/parties/MSISDN/221770000701');
    expect(bodyOf(arrival)).toMatchObject({
      party: { name: 'Awa Demo', partyIdInfo: { fspId: 'payee-demo' } },
    });
    const sealed = { headers: arrival.headers as Record<string, string>, path: arrival.path, method: 'PUT' };
    expect(isSealed(createPublicKey(scheme.publicKey), sealed, arrival.body)).toBe(true);
    expect(isSealed(createPublicKey(scheme.publicKey), sealed, `${arrival.body} `)).toBe(false);
  });

  it('moves money once for each id, and lets go of the fulfilment', async () => {
    const prepare = await prepareFor('01');
    for (let time = 0; time < 2; time += 1) {
      expect((await ask('POST', '/transfers', prepare)).status).toBe(202);
      const { transferState, fulfilment } = bodyOf(await next()) as Record<string, string>;
      const digest = createHash('sha256').update(Buffer.from(fulfilment ?? '', 'base64url'));
      expect([transferState, digest.digest('base64url')]).toEqual(['COMMITTED', prepare.condition]);
    }
    const expiration = new Date(Date.now() + 61_000).toISOString();
    await ask('POST', '/transfers', { ...prepare, expiration });
    expect(bodyOf(await next())).toMatchObject({ errorInformation: { errorCode: '3106' } });
    expect(await entries()).toMatchObject([{ amount: '15000', partnerReference: prepare.transferId }]);
  });

  it('carries out nothing that was not agreed upon', async () => {
    const prepare = await prepareFor('01');
    await ask('POST', '/transfers', { ...prepare, amount: { currency: 'XOF', amount: '1' } });
    expect(bodyOf(await next())).toMatchObject({ errorInformation: { errorCode: '3100' } });
    const late = { ...(await prepareFor('01')), expiration: new Date(Date.now() - 1_000).toISOString() };
    await ask('POST', '/transfers', late);
    expect(bodyOf(await next())).toMatchObject({ errorInformation: { errorCode: '3303' } });
    expect(await entries()).toEqual([]);
  });

  it('knows only what has arrived', async () => {
    await ask('GET', `/transfers/${randomUUID()}`);
    expect(bodyOf(await next())).toMatchObject({ errorInformation: { errorCode: '3208' } });
    const prepare = await prepareFor('37');
    await ask('POST', '/transfers', prepare);
    await ask('GET', `/transfers/${prepare.transferId}`);
    expect(bodyOf(await next())).toMatchObject({ transferState: 'COMMITTED' });
  });

  describe('asked to pass on a request to pay', () => {
    const requestTo = (digits: string) => ({
      transactionRequestId: randomUUID(),
      payee: {
        partyIdInfo: { partyIdType: 'BUSINESS', partyIdentifier: 'LIBRAIRIE-DEMO', fspId: 'banque-demo' },
      },
      payer: { partyIdType: 'MSISDN', partyIdentifier: `2217700007${digits}`, fspId: 'payee-demo' },
      amount: { currency: 'XOF', amount: '15000' },
      transactionType: { scenario: 'TRANSFER', initiator: 'PAYEE', initiatorType: 'BUSINESS' },
    });

    it.each([
      ['62', { transactionRequestState: 'RECEIVED' }],
      ['65', { transactionRequestState: 'REJECTED' }],
      ['67', { errorInformation: { errorCode: '4200' } }],
    ])('says what the institution of a payer that ends with %s says', async (digits, said) => {
      const request = requestTo(digits);
      expect((await ask('POST', '/transactionRequests', request)).status).toBe(202);
      const arrival = await next();
      expect(bodyOf(arrival)).toMatchObject(said);
      expect(arrival.headers['fspiop-source']).toBe('payee-demo');
      expect(arrival.path).toBe(
        `/transactionRequests/${request.transactionRequestId}${digits === '67' ? '/error' : ''}`,
      );
    });

    it('says what the payer decides later', async () => {
      await ask('POST', '/transactionRequests', requestTo('61'));
      expect(bodyOf(await next())).toEqual({ transactionRequestState: 'RECEIVED' });
      expect(bodyOf(await next())).toEqual({ transactionRequestState: 'REJECTED' });
    });

    it('asks the payer once for each id', async () => {
      const request = requestTo('62');
      for (let time = 0; time < 2; time += 1) {
        await ask('POST', '/transactionRequests', request);
        expect(bodyOf(await next())).toEqual({ transactionRequestState: 'RECEIVED' });
      }
      await ask('POST', '/transactionRequests', { ...request, amount: { currency: 'XOF', amount: '1' } });
      expect(bodyOf(await next())).toMatchObject({ errorInformation: { errorCode: '3106' } });
      const { transactionType } = request;
      const byPayer = { ...request, transactionType: { ...transactionType, initiator: 'PAYER' } };
      expect((await ask('POST', '/transactionRequests', byPayer)).status).toBe(400);
    });
  });

  it.each([
    ['an accept of another kind', 406, '3001', { accept: 'application/json' }],
    ['another institution', 400, '3202', { 'fspiop-source': 'another-bank' }],
    ['another content type', 400, '3102', { 'content-type': 'application/json' }],
  ])('turns %s away', async (_, status, errorCode, more) => {
    const answer = await ask('POST', '/quotes', quoteFor('01'), more);
    expect(answer).toMatchObject({ status, json: { errorInformation: { errorCode } } });
  });

  it('takes UUIDs of versions 1 to 5 only', async () => {
    const quoteId = '01934f6e-7c1a-7b3e-9a52-3f0c6d1e8b02';
    expect((await ask('POST', '/quotes', { ...quoteFor('01'), quoteId })).status).toBe(400);
  });

  describe('that asks for signatures and tokens', () => {
    beforeEach(async () => {
      await close();
      await open({ publicKey: bank.publicKey, client: { id: 'bank', secret: 'secret' } });
    });

    it('hears nobody without both', async () => {
      expect((await ask('GET', '/parties/MSISDN/1')).status).toBe(401);
      const basic = Buffer.from('bank:secret').toString('base64');
      const { json } = await theSwitch('POST', '/oauth2/token', 'grant_type=client_credentials', {
        authorization: `Basic ${basic}`,
      });
      const bearer = { authorization: `Bearer ${(json as { access_token: string }).access_token}` };
      expect((await ask('GET', '/parties/MSISDN/1', undefined, bearer)).status).toBe(202);
      expect((await ask('POST', '/quotes', quoteFor('01'), bearer)).json).toMatchObject({
        errorInformation: { errorCode: '3105' },
      });
      const forged = sealOf(keyOf.privateKey, { 'FSPIOP-URI': '/quotes' }, JSON.stringify(quoteFor('01')));
      const answer = await ask('POST', '/quotes', quoteFor('01'), { ...bearer, 'fspiop-signature': forged });
      expect(answer.status).toBe(400);
    });
  });
});
