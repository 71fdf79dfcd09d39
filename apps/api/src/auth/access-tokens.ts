import { type Client } from '#gateway';
import { newId } from '#domain';
import { SystemClock } from '#platform';
import { Inject, Injectable } from '@nestjs/common';
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload, SignJWT } from 'jose';
import { CONFIG, type Config } from '../config.js';
import { Problem } from '../problems/problem.js';
import { BoundedCache } from './bounded-cache.js';
import { type Caller } from './caller.js';
import { type JwksDto } from './token.dto.js';
import { readSigningKeys, type SigningKey, toJwks } from './signing-keys.js';

/** RFC 9068. */
const TOKEN_TYPE = 'at+jwt';

/** What an issuer outside may sign with: nothing symmetric, nothing outdated. */
const TRUSTED_ALGORITHMS = ['EdDSA', 'ES256', 'ES384', 'PS256', 'RS256'];

const REMEMBERED_TOKENS = 10_000;

/** Longer ones are not even read. */
const LONGEST_TOKEN = 8_192;

type TrustedIssuer = NonNullable<Config['auth']['trustedIssuer']>;
type TrustedKeys = ReturnType<typeof createRemoteJWKSet>;

interface Verified {
  readonly caller: Caller | null;
  readonly endsAtMs: number;
}

const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null);

/** `scope` as one text (RFC 8693), or `scp` as some issuers have it, as a list or a text. */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<string> {
  const named = scope ?? scp;
  const list: unknown[] = Array.isArray(named) ? named : typeof named === 'string' ? named.split(' ') : [];
  return new Set(list.flatMap((one) => (typeof one === 'string' && one !== '' ? [one] : [])));
}

/** @throws Problem where the issuer cannot be asked: then nobody can tell whose token it is */
async function findKey(keys: TrustedKeys, ...token: Parameters<TrustedKeys>): ReturnType<TrustedKeys> {
  try {
    return await keys(...token);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
      throw error;
    throw new Problem('issuer-unavailable', { retryAfterS: 5, cause: error });
  }
}

function verified(payload: JWTPayload, clientIdClaim: unknown, rateLimitPerSecond: number | null): Verified {
  const clientId = textOf(clientIdClaim);
  const caller = clientId === null ? null : { clientId, scopes: scopesOf(payload), rateLimitPerSecond };
  return { caller, endsAtMs: (payload.exp ?? 0) * 1000 };
}

/** Issues access tokens (JWT), and tells who the bearer of one is. */
@Injectable()
export class AccessTokens {
  private readonly keys: readonly SigningKey[];
  private readonly trustedKeys: TrustedKeys | null;
  /** Verified tokens until they end: a client sends the same one thousands of times. */
  private readonly verified = new BoundedCache<Caller>(REMEMBERED_TOKENS);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: SystemClock,
  ) {
    this.keys = readSigningKeys(config);
    const trusted = config.auth.trustedIssuer;
    this.trustedKeys = trusted
      ? createRemoteJWKSet(new URL(trusted.jwksUrl), { timeoutDuration: 5_000 })
      : null;
  }

  /** False where all tokens come from outside. */
  get canIssue(): boolean {
    return this.keys.length > 0;
  }

  jwks(): Promise<JwksDto> {
    return toJwks(this.keys);
  }

  async issue(client: Client, scopes: readonly string[]): Promise<string> {
    const [key] = this.keys;
    if (!key) throw new Error('there is no key to sign tokens with');
    const { issuer, audience, tokenLifetimeS } = this.config.auth;
    const now = this.clock.now();
    const issuedAt = Math.floor(now.getTime() / 1000);
    const rate = client.rateLimitPerSecond === null ? {} : { rate: client.rateLimitPerSecond };
    return new SignJWT({ client_id: client.id, scope: scopes.join(' '), ...rate })
      .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: TOKEN_TYPE })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(client.id)
      .setJti(newId(now))
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + tokenLifetimeS)
      .sign(key.privateKey);
  }

  /** Whose token this is, where it has been verified before and has not ended. */
  recall(token: string): Caller | undefined {
    return this.verified.get(token, this.clock.now().getTime());
  }

  /** Null: not a token of ours or of the trusted issuer, or one that has ended. */
  async bearerOf(token: string): Promise<Caller | null> {
    const known = this.recall(token);
    if (known) return known;
    if (token.length > LONGEST_TOKEN) return null;
    try {
      const { caller, endsAtMs } = await this.verify(token);
      if (!caller) return null;
      this.verified.set(token, caller, endsAtMs);
      return caller;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  private verify(token: string): Promise<Verified> {
    const trusted = this.config.auth.trustedIssuer;
    const isTrusted = trusted !== undefined && decodeJwt(token).iss === trusted.issuer;
    return isTrusted && this.trustedKeys
      ? this.verifyTrusted(token, trusted, this.trustedKeys)
      : this.verifyOwn(token);
  }

  private async verifyOwn(token: string): Promise<Verified> {
    const { issuer, audience } = this.config.auth;
    const { payload } = await jwtVerify(token, ({ kid }) => this.publicKey(kid), {
      ...{ issuer, audience },
      algorithms: ['EdDSA', 'ES256'],
      typ: TOKEN_TYPE,
      requiredClaims: ['exp', 'sub'],
      currentDate: this.clock.now(),
    });
    const { rate } = payload;
    return verified(payload, payload.sub, typeof rate === 'number' ? rate : null);
  }

  private async verifyTrusted(token: string, trusted: TrustedIssuer, keys: TrustedKeys): Promise<Verified> {
    const { payload } = await jwtVerify(token, (header, signed) => findKey(keys, header, signed), {
      issuer: trusted.issuer,
      audience: trusted.audience,
      algorithms: TRUSTED_ALGORITHMS,
      requiredClaims: ['exp'],
      currentDate: this.clock.now(),
    });
    return verified(payload, payload[trusted.clientIdClaim], null);
  }

  private publicKey(kid: string | undefined): SigningKey['publicKey'] {
    const key = this.keys.find((one) => one.kid === kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  }
}
