import { type KeyObject } from 'node:crypto';
import { type Clock } from '#domain';
import {
  beforeSending,
  decimalText,
  type FreshToken,
  NotReached,
  type PartnerHttp,
  readJson,
  type Reply,
  text,
  type TokenStore,
} from '#partner-kit';
import { z } from 'zod';
import { type FspiopSecrets, type FspiopSettings, type Version } from './mojaloop-fspiop.settings.js';
import { signatureOf } from './mojaloop-fspiop.signature.js';

export type Resource = 'parties' | 'quotes' | 'transfers' | 'transactionRequests';

export interface FspiopConnection {
  readonly http: PartnerHttp;
  readonly tokens: TokenStore;
  readonly clock: Clock;
  readonly settings: Pick<FspiopSettings, 'version' | 'tokenPath' | 'clientId'> & { readonly fspId: string };
  readonly secrets: Pick<FspiopSecrets, 'clientSecret'>;
  readonly signingKey: KeyObject | null;
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly resource: Resource;
  readonly path: string;
  readonly route: string;
  readonly destination: string | null;
  readonly body?: string;
  /** Default: ours. */
  readonly version?: Version;
}

const TIMEOUT_MS = 15_000;
const TOKEN_NAME = 'access';
const TokenAnswer = z.object({ access_token: text.min(1), expires_in: decimalText.transform(Number) });

const ROUTES: Readonly<Record<Resource, string>> = {
  parties: '/parties/:type/:id',
  quotes: '/quotes/:id',
  transfers: '/transfers/:id',
  transactionRequests: '/transactionRequests/:id',
};

const part = encodeURIComponent;

/**
 * The FSPIOP API of a switch, request by request. The answer is an acknowledgement; what became of it comes by a
 * callback. Source: API Definition 1.1.
 * @throws NotReached, NoAnswer
 */
export class FspiopClient {
  constructor(private readonly scheme: FspiopConnection) {}

  getParty(idType: string, idValue: string): Promise<Reply> {
    const path = `/parties/${part(idType)}/${part(idValue)}`;
    const route = ROUTES.parties;
    return this.call({ method: 'GET', resource: 'parties', path, route, destination: null });
  }

  postQuote(body: object, destination: string): Promise<Reply> {
    return this.post('quotes', body, destination);
  }

  postTransfer(body: object, destination: string): Promise<Reply> {
    return this.post('transfers', body, destination);
  }

  /** Asks a payer to pay us. */
  postTransactionRequest(body: object, destination: string): Promise<Reply> {
    return this.post('transactionRequests', body, destination);
  }

  getTransfer(id: string, destination: string): Promise<Reply> {
    const [path, route] = [`/transfers/${part(id)}`, ROUTES.transfers];
    return this.call({ method: 'GET', resource: 'transfers', path, route, destination });
  }

  /** The answer to a request of somebody else's: on its path, and in its version. */
  put(answer: Pick<Call, 'resource' | 'path' | 'destination' | 'version'>, body: object): Promise<Reply> {
    const { resource, path } = answer;
    const route = path.endsWith('/error') ? `${ROUTES[resource]}/error` : ROUTES[resource];
    return this.call({ ...answer, method: 'PUT', route, body: JSON.stringify(body) });
  }

  private post(resource: Resource, body: object, destination: string): Promise<Reply> {
    const path = `/${resource}`;
    return this.call({
      ...{ method: 'POST', resource, path, destination },
      route: path,
      body: JSON.stringify(body),
    });
  }

  /** A refused token is renewed once and the request made once more: nothing was begun under it. */
  private async call(call: Call): Promise<Reply> {
    const token = await this.token();
    const reply = await this.send(call, token);
    if (reply.status !== 401 || token === null) return reply;
    await this.scheme.tokens.reject(TOKEN_NAME, token);
    return this.send(call, await this.token());
  }

  private send(call: Call, token: string | null): Promise<Reply> {
    const { method, path, route, body } = call;
    const headers = {
      ...this.headersOf(call),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    return this.scheme.http.send({
      ...{ method, path, route, headers, timeoutMs: TIMEOUT_MS },
      ...(body === undefined ? {} : { body }),
    });
  }

  private headersOf(call: Call): Record<string, string> {
    const { settings, clock, signingKey } = this.scheme;
    const { method, resource, path, destination, body, version = settings.version } = call;
    const { fspId: source } = settings;
    const date = clock.now().toUTCString();
    const type = `application/vnd.interoperability.${resource}+json;version=`;
    const signed =
      signingKey === null || body === undefined
        ? {}
        : {
            'fspiop-signature': signatureOf(
              signingKey,
              { method, uri: path, source, destination, date },
              body,
            ),
            'fspiop-uri': path,
            'fspiop-http-method': method,
          };
    return {
      // What answers somebody else asks for no answer itself.
      ...(method === 'PUT' ? {} : { accept: `${type}${version.split('.', 1)[0] ?? version}` }),
      'content-type': `${type}${version}`,
      date,
      'fspiop-source': source,
      ...(destination === null ? {} : { 'fspiop-destination': destination }),
      ...signed,
    };
  }

  private async token(): Promise<string | null> {
    const { settings, tokens } = this.scheme;
    const { tokenPath } = settings;
    if (tokenPath === undefined) return null;
    return beforeSending(tokens.get(TOKEN_NAME, () => this.fetchToken(tokenPath)));
  }

  /** OAuth 2 client credentials. */
  private async fetchToken(path: string): Promise<FreshToken> {
    const { http, clock, settings, secrets } = this.scheme;
    const basic = Buffer.from(`${settings.clientId ?? ''}:${secrets.clientSecret ?? ''}`).toString('base64');
    const askedAt = clock.now().getTime();
    const reply = await http.send({
      ...{ method: 'POST', path, route: path, timeoutMs: TIMEOUT_MS },
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
    if (reply.status !== 200) throw new NotReached(`no token: the scheme answers ${reply.status}`);
    const { access_token: value, expires_in: lifetimeS } = TokenAnswer.parse(readJson(reply.text));
    return { value, expiresAt: new Date(askedAt + lifetimeS * 1_000) };
  }
}
