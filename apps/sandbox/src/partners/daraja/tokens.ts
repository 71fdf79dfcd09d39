import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type SandboxClock } from '../../kit/clock.js';
import { newAccessToken } from './ids.js';
import { invalidToken, Refusal, type TokenDialect, wrongHeader } from './refusal.js';
import { type DarajaSettings } from './settings.js';

/** Hands out access tokens and knows which of them are still good. */
export class Tokens {
  readonly #expiryMs = new Map<string, number>();

  constructor(
    private readonly settings: DarajaSettings,
    private readonly clock: SandboxClock,
  ) {}

  mount(scope: FastifyInstance): void {
    scope.get('/oauth/v1/generate', async (request, reply) => {
      const credentials = basicCredentials(request);
      if (credentials === undefined) throw new Refusal(400, '400.008.01', 'Invalid Authentication passed');
      const { grant_type: grantType } = request.query as Readonly<Record<string, unknown>>;
      if (grantType !== 'client_credentials') {
        throw new Refusal(400, '400.008.02', 'Invalid grant type passed');
      }
      const { consumerKey, consumerSecret } = this.settings;
      if (credentials !== `${consumerKey}:${consumerSecret}`) return reply.code(400).send();
      return { access_token: this.#issue(), expires_in: String(this.settings.tokenLifetimeS) };
    });
  }

  /** @throws Refusal in the words of the product that was called */
  check(request: FastifyRequest, dialect: TokenDialect): void {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw wrongHeader();
    const expiryMs = this.#expiryMs.get(token);
    if (expiryMs === undefined || expiryMs <= this.clock.now().getTime()) throw invalidToken(dialect, token);
  }

  forget(): void {
    this.#expiryMs.clear();
  }

  #issue(): string {
    const nowMs = this.clock.now().getTime();
    for (const [token, expiryMs] of this.#expiryMs) {
      if (this.settings.newTokenKillsOld || expiryMs <= nowMs) this.#expiryMs.delete(token);
    }
    const token = newAccessToken();
    this.#expiryMs.set(token, nowMs + this.settings.tokenLifetimeS * 1000);
    return token;
  }
}

function basicCredentials({ headers }: FastifyRequest): string | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
