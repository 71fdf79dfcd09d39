import { type Client } from '#gateway';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config.js';
import { AccessTokens } from './access-tokens.js';
import { readBasic } from './basic-credentials.js';
import { ClientLogin } from './client-login.js';
import { OAuthError } from './oauth-error.js';
import { type TokenDto, TokenRequestDto } from './token.dto.js';

const scopesIn = (text: string | undefined): readonly string[] | null => {
  const scopes = text?.split(' ').filter((scope) => scope !== '') ?? [];
  return scopes.length > 0 ? [...new Set(scopes)] : null;
};

/** The client credentials grant. Source: RFC 6749, sections 2.3.1, 4.4 and 5. */
@Injectable()
export class TokenService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logins: ClientLogin,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws OAuthError, Problem after too many wrong secrets */
  async grant(request: Pick<FastifyRequest, 'headers' | 'ip'>, body: unknown): Promise<TokenDto> {
    const parsed = TokenRequestDto.safeParse(body);
    if (!parsed.success)
      throw new OAuthError('invalid_request', 'grant_type is missing, or a field is not text');
    const { grant_type, scope, client_id, client_secret } = parsed.data;
    if (grant_type !== 'client_credentials' || !this.tokens.canIssue) {
      throw new OAuthError('unsupported_grant_type', 'this server grants client_credentials only');
    }
    const basic = readBasic(request.headers.authorization);
    if (basic && client_secret !== undefined) {
      throw new OAuthError('invalid_request', 'the client may say who it is in one way only');
    }
    const clientId = basic?.clientId ?? client_id;
    const clientSecret = basic?.clientSecret ?? client_secret;
    if (clientId === undefined || clientSecret === undefined) {
      throw new OAuthError('invalid_client', 'client id and secret are missing');
    }
    const client = await this.logins.find({ clientId, clientSecret, source: request.ip });
    if (!client) throw new OAuthError('invalid_client', 'client id or secret is wrong');
    return this.tokenFor(client, scopesIn(scope));
  }

  private async tokenFor(client: Client, wanted: readonly string[] | null): Promise<TokenDto> {
    const scopes = wanted ?? client.scopes;
    if (!scopes.every((scope) => client.scopes.includes(scope))) {
      throw new OAuthError('invalid_scope', 'the client does not have all of these scopes');
    }
    return {
      access_token: await this.tokens.issue(client, scopes),
      token_type: 'Bearer',
      expires_in: this.config.auth.tokenLifetimeS,
      scope: scopes.join(' '),
    };
  }
}
