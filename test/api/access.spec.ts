import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { get } from 'node:http';
import { type GatewayClient } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { type ProblemView } from './problem-view.js';

const payment = { partner: 'wave-sn', amount: { value: '1500', currency: 'XOF' } };

const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

describe('who may do what', () => {
  let stack: Stack;
  let clerk: GatewayClient;

  beforeAll(async () => {
    stack = await startStack({
      workers: 0,
      only: ['wave-sn'],
      settings: { metrics: { token: 'env:METRICS_TOKEN' } },
      env: { METRICS_TOKEN: 'a-token-for-prometheus' },
    });
    clerk = await stack.newClient(['operations:read', 'docs:read']);
  });
  afterAll(async () => {
    await stack.stop();
  });

  const ask = (path: string, init: RequestInit = {}) => fetch(`${stack.client.url}${path}`, init);

  /** Line by line, as a browser reads them. */
  const challengesOf = (path: string): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      get(`${stack.client.url}${path}`, (answer) => {
        resolve(answer.headersDistinct['www-authenticate'] ?? []);
        answer.resume();
      }).on('error', reject);
    });

  async function token(body: Record<string, string> | string, headers: Record<string, string> = {}) {
    const answer = await ask('/oauth/token', {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : new URLSearchParams(body),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Record<string, string>,
    };
  }

  describe('a token', () => {
    it('is given by Basic, by form and by JSON, for the scopes of the client or fewer', async () => {
      const { clientId, clientSecret } = clerk.credentials;
      const grant = { grant_type: 'client_credentials' };
      const inBody = { ...grant, client_id: clientId, client_secret: clientSecret };
      const answers = [
        await token(grant, { authorization: basic(clientId, clientSecret) }),
        await token(inBody),
        await token(JSON.stringify(inBody), { 'content-type': 'application/json' }),
      ];
      for (const { status, headers, body } of answers) {
        expect(status).toBe(200);
        expect(headers.get('cache-control')).toBe('no-store');
        expect(body).toMatchObject({
          token_type: 'Bearer',
          expires_in: 600,
          scope: 'operations:read docs:read',
        });
      }
      const fewer = await token({ ...inBody, scope: 'operations:read' });
      expect(fewer.body['scope']).toBe('operations:read');
    });

    it('is refused in the words of RFC 6749', async () => {
      const { clientId, clientSecret } = clerk.credentials;
      const named = { client_id: clientId, client_secret: clientSecret };
      expect(
        await token({ ...named, grant_type: 'client_credentials', scope: 'payments:write' }),
      ).toMatchObject({
        status: 400,
        body: { error: 'invalid_scope' },
      });
      expect(await token({ ...named, grant_type: 'password' })).toMatchObject({
        status: 400,
        body: { error: 'unsupported_grant_type' },
      });
      expect(await token({ ...named })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
      const nobody = await token({ grant_type: 'client_credentials' });
      expect(nobody).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
      expect(nobody.headers.get('www-authenticate')).toContain('Basic');
    });

    it('is not to be guessed', async () => {
      const guesses = Array.from({ length: 10 }, () =>
        token({ grant_type: 'client_credentials', client_id: 'guessed', client_secret: 'wrong' }),
      );
      for (const { status, body } of await Promise.all(guesses)) {
        expect(status).toBe(401);
        expect(body).toMatchObject({ error: 'invalid_client' });
      }
      const next = await token({
        grant_type: 'client_credentials',
        client_id: 'guessed',
        client_secret: 'wrong',
      });
      expect(next).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
      expect(Number(next.headers.get('retry-after'))).toBeGreaterThan(0);
      const { clientId, clientSecret } = clerk.credentials;
      const other = await token(
        { grant_type: 'client_credentials' },
        { authorization: basic(clientId, clientSecret) },
      );
      expect(other.status).toBe(200);
    });

    it('is no more given to a disabled client', async () => {
      const gone = await stack.newClient(['operations:read']);
      await stack.database.query('UPDATE clients SET disabled_at = now() WHERE id = $1', [
        gone.credentials.clientId,
      ]);
      await expect(gone.accessToken()).rejects.toThrow('401');
    });

    it('can be verified by others with the public keys', async () => {
      const { keys } = (await (await ask('/.well-known/jwks.json')).json()) as {
        keys: Record<string, string>[];
      };
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) expect(key).not.toHaveProperty('d');
    });
  });

  it.each(['', 'Bearer', 'Bearer nonsense', 'Bearer a.b.c', 'Basic Zm9vOmJhcg=='])(
    'nobody gets in with "%s"',
    async (authorization) => {
      const answer = await ask('/v1/operations', { headers: authorization === '' ? {} : { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer realm="passerelle"');
      expect(await answer.json()).toMatchObject({ code: 'unauthenticated', moneyMoved: 'no' });
    },
  );

  it('a token with another signature is worth nothing', async () => {
    const [header, payload] = (await clerk.accessToken()).split('.');
    const forged = [header, payload, Buffer.alloc(64, 7).toString('base64url')].join('.');
    const unsigned = [Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url'), payload, ''].join(
      '.',
    );
    for (const worthless of [forged, unsigned]) {
      const answer = await ask('/v1/operations', { headers: { authorization: `Bearer ${worthless}` } });
      expect(answer.status).toBe(401);
    }
  });

  it('a scope that is missing is named', async () => {
    const answer = await clerk.post<ProblemView>('/v1/payments', payment);
    expect(answer.body).toMatchObject({
      status: 403,
      code: 'insufficient-scope',
      detail: 'this needs the scope payments:write',
    });
    expect(answer.headers.get('www-authenticate')).toContain('scope="payments:write"');
  });

  it('a client sees its own operations only', async () => {
    const { body } = await stack.client.post('/v1/payments', payment);
    for (const path of ['', '/timeline']) {
      const answer = await clerk.get<ProblemView>(`/v1/operations/${body.id}${path}`);
      expect(answer.body).toMatchObject({ status: 404, code: 'not-found' });
    }
    const found = await clerk.get<{ items: unknown[] }>(`/v1/operations?id=${body.id}`);
    expect(found.body.items).toEqual([]);
    const nosy = await stack.newClient(['operations:write', 'reversals:write']);
    expect((await nosy.post(`/v1/operations/${body.id}/cancel`, undefined)).status).toBe(404);
    expect((await nosy.post(`/v1/operations/${body.id}/reversals`, {})).status).toBe(404);
  });

  it('too many requests are turned away, with the time to come back', async () => {
    const eager = await stack.newClient(['operations:read'], 5);
    await eager.accessToken();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => eager.get<ProblemView>('/v1/operations')),
    );
    const turned = answers.filter(({ status }) => status === 429);
    expect(turned.length).toBeGreaterThanOrEqual(2);
    expect(turned[0]?.body).toMatchObject({ code: 'rate-limited', retryable: true, moneyMoved: 'no' });
    expect(turned[0]?.headers.get('retry-after')).toBe('1');
    expect(turned[0]?.headers.get('ratelimit-policy')).toBe('"client";q=5;w=1');
    expect((await stack.client.get('/v1/operations')).status).toBe(200);
  });

  describe('the documentation', () => {
    it.each(['/docs', '/redoc', '/openapi.json', '/docs/swagger-ui-bundle.js', '/redoc/redoc.standalone.js'])(
      '%s is for those who may read it, by token or in a browser',
      async (path) => {
        const { clientId, clientSecret } = clerk.credentials;
        const nobody = await ask(path);
        expect(nobody.status).toBe(401);
        // Browsers ask for a password only where the challenge has a line of its own.
        expect(await challengesOf(path)).toEqual([
          expect.stringMatching(/^Bearer /),
          expect.stringMatching(/^Basic /),
        ]);
        expect((await ask(path, { headers: { authorization: basic(clientId, 'wrong') } })).status).toBe(401);
        const reader = await ask(path, { headers: { authorization: basic(clientId, clientSecret) } });
        expect(reader.status).toBe(200);
        const text = await reader.text();
        expect(text.length).toBeGreaterThan(100);
        expect((await clerk.get(path)).status).toBe(200);
      },
    );

    it('fetches nothing from elsewhere', async () => {
      for (const page of ['/docs', '/redoc']) {
        const { headers, body } = await clerk.get<string>(page);
        expect(headers.get('content-security-policy')).toContain("default-src 'self'");
        expect(body).not.toMatch(/https?:\/\//);
        for (const [, file] of body.matchAll(/(?:src|href)="((?:docs|redoc)\/[^"]+)"/g)) {
          expect((await clerk.get(`/${file ?? ''}`)).status).toBe(200);
        }
      }
      const { body } = await clerk.get<string>('/redoc/redoc.standalone.js');
      expect(body).not.toContain('cdn.redoc.ly');
      expect((await clerk.get('/docs/..%2f..%2fpackage.json')).status).toBe(400);
      expect((await clerk.get('/docs/nothing.js')).status).toBe(404);
    });
  });

  it('metrics need the token that is configured', async () => {
    expect((await ask('/metrics')).status).toBe(401);
    const answer = await ask('/metrics', { headers: { authorization: 'Bearer a-token-for-prometheus' } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(
      /passerelle_http_request_duration_seconds_count\{.*route="\/v1\/operations".*\} \d+/,
    );
  });

  it('health is for everybody', async () => {
    expect(await (await ask('/health/live')).json()).toEqual({ status: 'ok' });
    expect(await (await ask('/health/ready')).json()).toEqual({
      status: 'ok',
      database: 'ok',
      migrations: 'ok',
      stopping: false,
    });
  });
});
