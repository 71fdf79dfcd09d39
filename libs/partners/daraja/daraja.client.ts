import { type Clock } from '#domain';
import {
  beforeSending,
  type FreshToken,
  NotReached,
  type PartnerHttp,
  readJson,
  type Reply,
  type TokenStore,
} from '#partner-kit';
import { type DarajaSecrets } from './daraja.settings.js';
import { type Answer, readReply, type Refused, TokenAnswer } from './daraja.wire.js';

const TOKEN_PATH = '/oauth/v1/generate?grant_type=client_credentials';
const TOKEN_NAME = 'access';

/** The products, with how long each may take to acknowledge. Source: portal, "APIs", 2025 edition. */
const PRODUCTS = {
  stkPush: { path: '/mpesa/stkpush/v1/processrequest', timeoutMs: 20_000 },
  stkState: { path: '/mpesa/stkpushquery/v1/query', timeoutMs: 10_000 },
  qrCode: { path: '/mpesa/qrcode/v1/generate', timeoutMs: 10_000 },
  registerUrls: { path: '/mpesa/c2b/v2/registerurl', timeoutMs: 20_000 },
  payCustomer: { path: '/mpesa/b2c/v3/paymentrequest', timeoutMs: 20_000 },
  payBusiness: { path: '/mpesa/b2b/v1/paymentrequest', timeoutMs: 20_000 },
  transactionStatus: { path: '/mpesa/transactionstatus/v1/query', timeoutMs: 15_000 },
  accountBalance: { path: '/mpesa/accountbalance/v1/query', timeoutMs: 15_000 },
  reversal: { path: '/mpesa/reversal/v1/request', timeoutMs: 20_000 },
} as const satisfies Record<string, { readonly path: string; readonly timeoutMs: number }>;

export type Product = keyof typeof PRODUCTS;

/** One invalid-token refusal per product family; the first two also say "product not approved". */
const TOKEN_REFUSALS: readonly string[] = [
  ...['404.001.03', '400.003.01', '401.001', '401.002.01', '401.003.01', '401'],
];

/** The partner refused our key and secret. */
class CredentialsRefused extends Error {
  override readonly name = 'CredentialsRefused';
  constructor(readonly refusal: Refused) {
    super('the partner refuses the consumer key and secret');
  }
}

/** Speaks HTTP with Daraja; knows paths, headers and tokens, no money. */
export class DarajaClient {
  constructor(
    private readonly http: PartnerHttp,
    private readonly tokens: TokenStore,
    private readonly clock: Clock,
    private readonly secrets: Pick<DarajaSecrets, 'consumerKey' | 'consumerSecret'>,
  ) {}

  /**
   * Posts one request. A refused token is renewed once and the request made once more: nothing was begun under it.
   * @throws NotReached, NoAnswer
   */
  async post(product: Product, body: object): Promise<Answer> {
    const content = JSON.stringify(body);
    try {
      const token = await this.token();
      const answer = await this.send(product, content, token);
      if (!isWornOut(answer)) return answer;
      await this.tokens.reject(TOKEN_NAME, token);
      const second = await this.send(product, content, await this.token());
      // Somebody else's new token has ended ours again. Nothing was begun, and a moment later it may do.
      if (isWornOut(second)) throw new NotReached('the partner refuses each new token');
      return second;
    } catch (error) {
      if (error instanceof CredentialsRefused) return error.refusal;
      throw error;
    }
  }

  private token(): Promise<string> {
    return beforeSending(this.tokens.get(TOKEN_NAME, () => this.fetchToken()));
  }

  private async send(product: Product, body: string, token: string): Promise<Answer> {
    const { path, timeoutMs } = PRODUCTS[product];
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const reply = await this.http.send({ method: 'POST', path, route: path, headers, body, timeoutMs });
    // Some refusals echo the token.
    return readReply({ ...reply, text: reply.text.replaceAll(token, '[token]') });
  }

  private async fetchToken(): Promise<FreshToken> {
    const { consumerKey, consumerSecret } = this.secrets;
    const basic = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
    const askedAt = this.clock.now().getTime();
    const reply = await this.http.send({
      method: 'GET',
      path: TOKEN_PATH,
      route: '/oauth/v1/generate',
      headers: { authorization: `Basic ${basic}` },
      timeoutMs: 10_000,
    });
    if (reply.status === 400 || reply.status === 401) throw new CredentialsRefused(refusedAtToken(reply));
    if (reply.status !== 200) throw new NotReached(`no token: the partner answers ${reply.status}`);
    const { access_token: value, expires_in: lifetimeS } = TokenAnswer.parse(readJson(reply.text));
    return { value, expiresAt: new Date(askedAt + lifetimeS * 1_000) };
  }
}

/** A token that has ended, as against an app that lacks the product: another token would not help there. */
const isWornOut = (answer: Answer): boolean =>
  answer.is === 'refused' &&
  TOKEN_REFUSALS.includes(answer.word.code) &&
  !/apiproduct/i.test(answer.word.message);

/** A wrong key often gets a 400 without any body. */
function refusedAtToken(reply: Reply): Refused {
  const answer = readReply(reply);
  const word = answer.is === 'refused' ? answer.word : { code: `HTTP ${reply.status}`, message: '' };
  return { is: 'refused', status: reply.status, word, by: 'token', retryAfterMs: undefined };
}
