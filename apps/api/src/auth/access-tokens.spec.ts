import { afterEach, describe, expect, it } from '@jest/globals';
import { type Client } from '#gateway';
import { SystemClock } from '#platform';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Config } from '../config.js';
import { AccessTokens } from './access-tokens.js';

type Auth = Config['auth'];

const pem = (type: 'ed25519' | 'ec' | 'rsa'): string => {
  const pair =
    type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

const client: Client = {
  id: 'till',
  name: 'Till',
  secretHash: '',
  scopes: ['payments:write'],
  rateLimitPerSecond: 50,
  createdAt: new Date(0),
  disabledAt: null,
};

class MovingClock extends SystemClock {
  time = new Date('2026-11-20T09:00:00Z');
  override now(): Date {
    return this.time;
  }
}

let keys = 0;

function tokensWith(
  signingKeys: Record<string, string>,
  auth: Partial<Auth> = {},
  clock = new MovingClock(),
): AccessTokens {
  const references = Object.entries(signingKeys).map(([kid, key]) => {
    const name = `TEST_SIGNING_KEY_${String((keys += 1))}`;
    process.env[name] = key;
    return { kid, privateKey: `env:${name}` };
  });
  const config = {
    configDir: '.',
    auth: { issuer: 'us', audience: 'us', tokenLifetimeS: 600, signingKeys: references, ...auth },
  } as unknown as Config;
  return new AccessTokens(config, clock);
}

describe('an access token', () => {
  it.each(['ed25519', 'ec'] as const)(
    'signed with an %s key tells who bears it, until it ends',
    async (type) => {
      const clock = new MovingClock();
      const tokens = tokensWith({ one: pem(type) }, {}, clock);
      const token = await tokens.issue(client, ['payments:write']);
      const caller = { clientId: 'till', scopes: new Set(['payments:write']), rateLimitPerSecond: 50 };
      expect(await tokens.bearerOf(token)).toEqual(caller);
      expect(await tokens.bearerOf(token)).toEqual(caller);
      clock.time = new Date(clock.time.getTime() + 600_000);
      expect(await tokens.bearerOf(token)).toBeNull();
    },
  );

  it('stays good while its key is rotated out', async () => {
    const [old, fresh] = [pem('ed25519'), pem('ed25519')];
    const token = await tokensWith({ old }).issue(client, []);
    const rotated = tokensWith({ fresh, old });
    expect(await rotated.bearerOf(token)).toMatchObject({ clientId: 'till' });
    expect((await rotated.jwks()).keys.map(({ kid }) => kid)).toEqual(['fresh', 'old']);
    expect(JSON.stringify(await rotated.jwks())).not.toContain('"d"');
    expect(await tokensWith({ fresh }).bearerOf(token)).toBeNull();
  });

  it('of another audience, issuer or key is worth nothing', async () => {
    const key = pem('ed25519');
    const tokens = tokensWith({ one: key });
    for (const other of [
      tokensWith({ one: key }, { audience: 'them' }),
      tokensWith({ one: key }, { issuer: 'them' }),
      tokensWith({ one: pem('ed25519') }),
    ]) {
      expect(await tokens.bearerOf(await other.issue(client, []))).toBeNull();
    }
    expect(await tokens.bearerOf('nonsense')).toBeNull();
    expect(await tokens.bearerOf('x'.repeat(10_000))).toBeNull();
  });

  it('needs a key that can be used, and the error names it without showing it', () => {
    expect(() => tokensWith({})).toThrow('signingKeys: at least one key is needed');
    expect(() => tokensWith({ one: pem('rsa') })).toThrow(
      'signingKeys.0.privateKey: must be an Ed25519 or a P-256 key',
    );
    expect(() => tokensWith({ one: 'not-a-key' })).toThrow('is not a private key in PEM');
    expect(() => tokensWith({ one: 'not-a-key' })).not.toThrow('not-a-key');
  });
});

describe('a trusted issuer', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  async function issuer() {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'theirs', alg: 'ES256' };
    server = createServer((_, answer) => answer.end(JSON.stringify({ keys: [jwk] }))).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const trustedIssuer = {
      issuer: 'https://bank.example',
      audience: 'gateway',
      jwksUrl: `http://127.0.0.1:${String(port)}/`,
      clientIdClaim: 'azp',
    };
    const sign = (claims: object, audience = 'gateway', expires = 1_763_629_600 + 31_536_000) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'theirs' })
        .setIssuer('https://bank.example')
        .setAudience(audience)
        .setExpirationTime(expires)
        .sign(privateKey);
    return { trustedIssuer, sign };
  }

  it('is believed, with its own names for client and scopes', async () => {
    const { trustedIssuer, sign } = await issuer();
    const tokens = tokensWith({}, { trustedIssuer });
    expect(tokens.canIssue).toBe(false);
    const asText = await sign({ azp: 'crm', scope: 'operations:read partners:read' });
    expect(await tokens.bearerOf(asText)).toEqual({
      clientId: 'crm',
      scopes: new Set(['operations:read', 'partners:read']),
      rateLimitPerSecond: null,
    });
    const asList = await sign({ azp: 'crm', scp: ['operations:read'], rate: 1_000_000 });
    expect(await tokens.bearerOf(asList)).toMatchObject({
      scopes: new Set(['operations:read']),
      rateLimitPerSecond: null,
    });
    expect(await tokens.bearerOf(await sign({ sub: 'crm' }))).toBeNull();
    expect(await tokens.bearerOf(await sign({ azp: 'crm' }, 'others'))).toBeNull();
    expect(await tokens.bearerOf(await sign({ azp: 'crm' }, 'gateway', 1_000))).toBeNull();
  });

  it('that cannot be asked keeps its own bearers waiting, and nobody else', async () => {
    const { trustedIssuer, sign } = await issuer();
    const token = await sign({ azp: 'crm' });
    server?.close();
    server?.closeAllConnections();
    const tokens = tokensWith({ one: pem('ed25519') }, { trustedIssuer });
    await expect(tokens.bearerOf(token)).rejects.toMatchObject({ code: 'issuer-unavailable', status: 503 });
    expect(await tokens.bearerOf(await tokens.issue(client, []))).toMatchObject({ clientId: 'till' });
  });
});
