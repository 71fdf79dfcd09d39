import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Stack, startStack } from '../support/stack.js';
import { BAD_ORDERS, push } from './bad-orders.js';
import { type ProblemView } from './problem-view.js';

describe('a request that is wrong', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ workers: 0 });
  });
  afterAll(async () => {
    await stack.stop();
  });

  const stored = async (): Promise<number> => {
    const { rows } = await stack.database.query<{ count: string }>(
      'SELECT (SELECT count(*) FROM operations) + (SELECT count(*) FROM idempotency_keys) AS count',
    );
    return Number(rows[0]?.count);
  };

  it.each(BAD_ORDERS)(
    '%s is refused, the field is named, nothing is stored',
    async (_, path, body, status, code, pointer) => {
      const answer = await stack.client.post<ProblemView>(path, body);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ status, code, retryable: false, moneyMoved: 'no' });
      expect(answer.status).toBe(status);
      expect(answer.body.errors.map((error) => error.pointer)).toContain(pointer);
      expect(answer.headers.get('x-correlation-id')).toBe(answer.body.correlationId);
      expect(await stored()).toBe(0);
    },
  );

  it('names every field at once', async () => {
    const { body } = await stack.client.post<ProblemView>('/v1/payments', {
      partner: 1,
      amount: { value: 2 },
      x: 3,
    });
    expect(body.errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/amount/currency',
      '/amount/value',
      '/partner',
      '/x',
    ]);
  });

  const raw = async (body: string, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${stack.client.url}/v1/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await stack.client.accessToken()}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        ...headers,
      },
      body,
    });
    return { status: answer.status, problem: (await answer.json()) as ProblemView };
  };

  it('without an Idempotency-Key is refused', async () => {
    const token = await stack.client.accessToken();
    const answer = await fetch(`${stack.client.url}/v1/payments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(push),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'idempotency-key-missing',
      errors: [{ in: 'header', pointer: '/Idempotency-Key' }],
    });
    expect(await stored()).toBe(0);
  });

  it.each(['', 'a b', 'é', 'x'.repeat(256)])('with the Idempotency-Key "%s" is refused', async (key) => {
    const encoded = Buffer.from(key, 'utf8').toString('latin1');
    const { status, problem } = await raw(JSON.stringify(push), { 'idempotency-key': encoded });
    expect(status).toBe(400);
    expect(problem.code).toBe('idempotency-key-malformed');
    expect(await stored()).toBe(0);
  });

  it('of broken JSON is refused', async () => {
    for (const body of ['{"partner": ', '', '{"__proto__": {"x": 1}}', 'null']) {
      const { status, problem } = await raw(body);
      expect(status).toBe(400);
      expect(['malformed-request', 'validation-failed']).toContain(problem.code);
      expect(problem.errors).toMatchObject([{ in: 'body' }]);
    }
    expect(await stored()).toBe(0);
  });

  it('of broken JSON is told where it breaks, and not what is there', async () => {
    const { problem } = await raw('{"partner": "wave-sn",\n "payer": "+221770000042",,}');
    expect(problem.errors).toEqual([{ in: 'body', pointer: '', message: 'is no JSON at line 2 column 27' }]);
    expect(JSON.stringify(problem)).not.toContain('770000042');
  });

  it('that names a field twice is refused, wherever it is', async () => {
    const metadata = '"metadata":{"branch":"DKR-3","branch":"DKR-4"}';
    const { status, problem } = await raw(`${JSON.stringify(push).slice(0, -1)},${metadata}}`);
    expect(status).toBe(400);
    expect(problem).toMatchObject({
      code: 'validation-failed',
      moneyMoved: 'no',
      errors: [{ in: 'body', pointer: '/metadata/branch' }],
    });
    expect(await stored()).toBe(0);
  });

  it('that is too large is refused', async () => {
    const { status, problem } = await raw(JSON.stringify({ ...push, description: 'x'.repeat(70_000) }));
    expect(status).toBe(413);
    expect(problem.code).toBe('body-too-large');
    expect(await stored()).toBe(0);
  });

  it('of another media type is refused', async () => {
    for (const type of ['application/xml', 'application/octet-stream', 'multipart/form-data', 'nonsense']) {
      const { status, problem } = await raw(JSON.stringify(push), { 'content-type': type });
      expect({ status, code: problem.code }).toEqual({ status: 415, code: 'media-type-unsupported' });
    }
    expect(await stored()).toBe(0);
  });

  it('at an address that is none is 404, with a method that is none 405', async () => {
    const nowhere = await stack.client.get<ProblemView>('/v1/nothing');
    expect(nowhere.body).toMatchObject({ status: 404, code: 'not-found' });
    const wrong = await stack.client.get<ProblemView>('/v1/payments');
    expect(wrong.body).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(wrong.headers.get('allow')).toBe('POST');
    const deleted = await fetch(`${stack.client.url}/v1/operations/${randomUUID()}`, { method: 'DELETE' });
    expect(deleted.status).toBe(405);
    expect(deleted.headers.get('allow')).toContain('GET');
  });

  it('with an id that is none, or nobody’s, says so', async () => {
    const malformed = await stack.client.get<ProblemView>('/v1/operations/17');
    expect(malformed.body).toMatchObject({
      status: 400,
      code: 'validation-failed',
      errors: [{ in: 'path', pointer: '/id' }],
    });
    const unknown = await stack.client.get<ProblemView>(
      '/v1/operations/0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33',
    );
    expect(unknown.body).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('of a capability that the partner lacks names the partner', async () => {
    const { body } = await stack.client.get<ProblemView>('/v1/parties?partner=mpesa-ke&value=254712000345');
    expect(body).toMatchObject({
      status: 422,
      code: 'capability-not-supported',
      errors: [{ in: 'query', pointer: '/partner' }],
    });
    const statement = await stack.client.get<ProblemView>('/v1/partners/mpesa-ke/statement?day=2026-11-20');
    expect(statement.body).toMatchObject({ status: 422, code: 'capability-not-supported' });
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=ten', '/limit'],
    ['color=red', '/color'],
    ['state=lost', '/state'],
    ['amount=15', '/currency'],
    ['currency=XOF', '/amount'],
    ['amount=1.5&currency=XOF', '/amount'],
    ['msisdn=12', '/msisdn'],
    ['from=yesterday', '/from'],
    ['cursor=nonsense', '/cursor'],
    ['id=17', '/id'],
    ['reference=a%00', '/reference'],
    ['receipt=a%00', '/receipt'],
    ['partnerReference=a%00', '/partnerReference'],
    ['msisdn=%00', '/msisdn'],
    ['partner=%00', '/partner'],
    ['cursor=a%00', '/cursor'],
  ])('search by %s is refused', async (query, pointer) => {
    const { body } = await stack.client.get<ProblemView>(`/v1/operations?${query}`);
    expect(body).toMatchObject({ status: 400, code: 'validation-failed', moneyMoved: 'no' });
    expect(body.errors).toContainEqual(expect.objectContaining({ in: 'query', pointer }));
  });

  it('never repeats in answer or log what it was sent', async () => {
    const number = '+254799123456';
    const secret = 'hunter2-hunter2';
    const body = {
      ...push,
      payer: { type: 'msisdn', value: `${number}99` },
      description: 1,
      password: secret,
    };
    const answer = await stack.client.post('/v1/payments', body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).not.toContain(secret);
    expect(JSON.stringify(answer.body)).not.toContain(number);
    expect(stack.logs()).not.toContain(secret);
    expect(stack.logs()).not.toContain(number);
  });
});
