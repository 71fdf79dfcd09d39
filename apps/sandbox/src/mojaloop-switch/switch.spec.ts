import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningSwitch, startSwitch } from './switch.js';

interface Told {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

const AMOUNT = { currency: 'XOF', amount: '1500' };
const ID = '7f2c1e58-4c1b-4b7e-9a57-0c5f6a1d2e3f';
const QUOTE_ID = '0a9f4d4e-2f3b-4c6d-8e1f-5b7a9c3d1e2f';

let theSwitch: RunningSwitch;
let institution: Server;
let hear: (told: Told) => void;

beforeAll(async () => {
  institution = createServer((request, response) => {
    void text(request).then((body) => {
      response.end();
      const { url = '', headers, method = '' } = request;
      hear({ path: `${method} ${url}`, headers, body: JSON.parse(body) as Told['body'] });
    });
  });
  await new Promise<void>((resolve) => institution.listen(0, '127.0.0.1', resolve));
  const { port } = institution.address() as AddressInfo;
  theSwitch = await startSwitch({ port: 0, callbackUrl: `http://127.0.0.1:${port}`, delayMs: 1 });
});
afterAll(async () => {
  await theSwitch.close();
  institution.close();
});

/** Asks, and waits for what is told. */
async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Told> {
  const told = new Promise<Told>((resolve) => (hear = resolve));
  const answer = await fetch(`${theSwitch.url}${path}`, {
    method,
    headers: {
      'fspiop-source': 'bank-demo',
      'content-type': 'application/vnd.interoperability.any+json;version=1.0',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.status).toBe(202);
  return told;
}

const quote = () => ask('POST', '/quotes', { quoteId: QUOTE_ID, amount: AMOUNT, payee: {} });

const prepare = async (change: object = {}): Promise<Told> => {
  const { ilpPacket, condition } = (await quote()).body;
  return ask('POST', '/transfers', { ...PREPARE, ilpPacket, condition, ...change });
};
const PREPARE = { transferId: ID, payerFsp: 'bank-demo', payeeFsp: 'payee-demo', amount: AMOUNT };

describe('the switch', () => {
  it('finds whoever is looked for', async () => {
    const { path, headers, body } = await ask('GET', '/parties/MSISDN/221770000001');
    expect(path).toBe('PUT /parties/MSISDN/221770000001');
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.interoperability.parties+json;version=1.0',
      'fspiop-source': 'payee-demo',
      'fspiop-destination': 'bank-demo',
    });
    expect(body).toMatchObject({
      party: { partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: '221770000001', fspId: 'payee-demo' } },
    });
  });

  it('asks the amount itself as the price', async () => {
    const { path, body } = await quote();
    expect(path).toBe(`PUT /quotes/${QUOTE_ID}`);
    expect(body).toMatchObject({ transferAmount: AMOUNT, payeeReceiveAmount: AMOUNT });
    expect(body['condition']).toMatch(/^[\w-]{43}$/);
  });

  it('moves a transfer once, however often it is sent, and no other under its id', async () => {
    const { ilpPacket, condition } = (await quote()).body;
    const same = { ...PREPARE, ilpPacket, condition };
    const first = await ask('POST', '/transfers', same);
    expect(first).toMatchObject({ path: `PUT /transfers/${ID}`, body: { transferState: 'COMMITTED' } });
    const fulfilment = Buffer.from(String(first.body['fulfilment']), 'base64url');
    expect(createHash('sha256').update(fulfilment).digest('base64url')).toBe(condition);
    expect((await ask('POST', '/transfers', same)).body).toEqual(first.body);
    expect((await ask('GET', `/transfers/${ID}`)).body).toEqual(first.body);
    expect(await prepare({ amount: { ...AMOUNT, amount: '1501' } })).toMatchObject({
      path: `PUT /transfers/${ID}/error`,
      body: { errorInformation: { errorCode: '3106' } },
    });
    const books = await fetch(`${theSwitch.url}/books`);
    expect(await books.json()).toEqual({
      entries: [{ transferId: ID, payerFsp: 'bank-demo', payeeFsp: 'payee-demo', ...AMOUNT }],
      failedCallbacks: 0,
    });
  });

  it('knows nothing of what never came', async () => {
    expect(await ask('GET', '/transfers/11111111-1111-4111-8111-111111111111')).toMatchObject({
      path: 'PUT /transfers/11111111-1111-4111-8111-111111111111/error',
      body: { errorInformation: { errorCode: '3208' } },
    });
  });
});
