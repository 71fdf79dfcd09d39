import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { request } from 'undici';
import { type Entry } from '../../kit/books.js';
import { startSandbox } from '../../sandbox.js';
import { compactTime } from './eat.js';
import { type Json, Listener, parse } from './spec-listener.js';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Json;
}

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const passkey = '0123456789abcdef'.repeat(4);

export const paybill = '600777';
export const store = '600778';
export const till = '600779';
export const bulk = '600997';
export const payer = '254712000345';

export const seal = (password: string): string =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString(
    'base64',
  );

const settings = {
  consumerKey: 'key',
  consumerSecret: 'secret',
  passkey,
  initiatorName: 'gwapi',
  initiatorPassword: 'S3cret#Word',
  privateKey,
  shortCodes: [
    { number: paybill, kind: 'paybill', utility: '1000.00' },
    { number: store, kind: 'store', till },
    { number: bulk, kind: 'bulk', utility: '50000.00', working: '20000.00' },
  ],
  callbackDelayMs: 20,
  promptTimeoutMs: 60_000,
  lateMs: 80,
  validationTimeoutMs: 400,
};

/** One sandbox with one Daraja partner, a listener, and a client that knows its way. */
export class Stage {
  readonly listener = new Listener();
  token = '';
  #sandbox: Awaited<ReturnType<typeof startSandbox>> | undefined;

  async open(changes: object = {}): Promise<this> {
    await this.listener.listen();
    this.#sandbox = await startSandbox({
      host: '127.0.0.1',
      port: 0,
      partners: { 'mpesa-ke': { operator: 'daraja', settings: { ...settings, ...changes } } },
    });
    this.token = await this.freshToken();
    return this;
  }

  async close(): Promise<void> {
    await this.#sandbox?.close();
    this.listener.close();
  }

  async call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    headers = {},
  ): Promise<Answer> {
    const { statusCode, body: answer } = await request(`${this.#sandbox?.url ?? ''}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: statusCode, text, json: parse(text) };
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', `/mpesa-ke${path}`, body, { authorization: `Bearer ${this.token}` });
  }

  async freshToken(credentials = 'key:secret'): Promise<string> {
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const path = '/mpesa-ke/oauth/v1/generate?grant_type=client_credentials';
    const { json } = await this.call('GET', path, undefined, { authorization });
    return String(json['access_token']);
  }

  push(path: string, changes: object = {}): Promise<Answer> {
    return this.post('/mpesa/stkpush/v1/processrequest', {
      ...signature(paybill),
      TransactionType: 'CustomerPayBillOnline',
      Amount: '250',
      PartyA: payer,
      PartyB: paybill,
      PhoneNumber: payer,
      CallBackURL: this.listener.url(path),
      AccountReference: 'INV-20418',
      TransactionDesc: 'Order 20418',
      ...changes,
    });
  }

  query(checkoutId: string): Promise<Answer> {
    return this.post('/mpesa/stkpushquery/v1/query', {
      ...signature(paybill),
      CheckoutRequestID: checkoutId,
    });
  }

  /** The fields that every initiator product wants, with its URLs under `path`. */
  initiator(path: string, changes: object = {}): object {
    return {
      Initiator: 'gwapi',
      InitiatorName: 'gwapi',
      SecurityCredential: seal(settings.initiatorPassword),
      Remarks: 'Claim 8841',
      ResultURL: this.listener.url(`${path}/result`),
      QueueTimeOutURL: this.listener.url(`${path}/timeout`),
      ...changes,
    };
  }

  disburse(name: string, changes: object = {}): Promise<Answer> {
    return this.post('/mpesa/b2c/v3/paymentrequest', {
      ...this.initiator(`/${name}`),
      OriginatorConversationID: name,
      CommandID: 'BusinessPayment',
      Amount: '1500',
      PartyA: bulk,
      PartyB: payer,
      ...changes,
    });
  }

  async status(path: string, about: object, changes: object = {}): Promise<Json> {
    await this.post('/mpesa/transactionstatus/v1/query', {
      ...this.initiator(path),
      CommandID: 'TransactionStatusQuery',
      PartyA: bulk,
      IdentifierType: '4',
      ...about,
      ...changes,
    });
    return this.result(path);
  }

  /** Lets time pass for the partner, with all that falls due. */
  async advance(advanceMs: number): Promise<void> {
    await this.call('POST', '/control/clock', { advanceMs });
  }

  /** What came to the ResultURL under `path`. */
  async result(path: string): Promise<Json> {
    return (await this.listener.wait(`${path}/result`)).json['Result'] as Json;
  }

  async books(): Promise<{ entries: readonly Entry[]; balance: Readonly<Record<string, string>> }> {
    const { json } = await this.call('GET', '/control/partners/mpesa-ke/books');
    return json as unknown as { entries: readonly Entry[]; balance: Readonly<Record<string, string>> };
  }

  async entries(): Promise<readonly Entry[]> {
    return (await this.books()).entries;
  }
}

export function signature(number: string): object {
  const timestamp = compactTime(new Date());
  const password = Buffer.from(number + passkey + timestamp).toString('base64');
  return { BusinessShortCode: number, Password: password, Timestamp: timestamp };
}

/** Result parameters by key; of two with one key, the first. */
export function parametersOf(result: Json): Readonly<Record<string, unknown>> {
  const { ResultParameter: listed = [] } = (result['ResultParameters'] ?? {}) as Json;
  const list = (Array.isArray(listed) ? listed : [listed]) as { Key: string; Value?: unknown }[];
  return Object.fromEntries(list.toReversed().map(({ Key, Value }) => [Key, Value]));
}
