import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Stack, startStack } from '../support/stack.js';
import { type ProblemView } from './problem-view.js';

const push = {
  partner: 'mpesa-ke',
  amount: { value: '1500', currency: 'KES' },
  payer: { type: 'msisdn', value: '+254712000345' },
};
const payout = {
  partner: 'wave-sn',
  amount: { value: '1500', currency: 'XOF' },
  payee: { type: 'msisdn', value: '+221770000001' },
};

type Case = readonly [
  what: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
  pointer: string,
];

const CASES: readonly Case[] = [
  ['an unknown field', '/v1/payments', { ...push, amout: 1 }, 400, 'validation-failed', '/amout'],
  [
    'an unknown field inside',
    '/v1/payments',
    { ...push, payer: { ...push.payer, pin: '1' } },
    400,
    'validation-failed',
    '/payer/pin',
  ],
  [
    'a number for an amount',
    '/v1/payments',
    { ...push, amount: { value: 1500, currency: 'KES' } },
    400,
    'validation-failed',
    '/amount/value',
  ],
  [
    'a missing amount',
    '/v1/payments',
    { partner: 'mpesa-ke', payer: push.payer },
    400,
    'validation-failed',
    '/amount',
  ],
  [
    'an amount of zero',
    '/v1/payments',
    { ...push, amount: { value: '0', currency: 'KES' } },
    400,
    'validation-failed',
    '/amount/value',
  ],
  [
    'a negative amount',
    '/v1/payments',
    { ...push, amount: { value: '-5', currency: 'KES' } },
    400,
    'validation-failed',
    '/amount/value',
  ],
  [
    'an amount in words of science',
    '/v1/payments',
    { ...push, amount: { value: '1e3', currency: 'KES' } },
    400,
    'validation-failed',
    '/amount/value',
  ],
  [
    'too many decimals',
    '/v1/transfers',
    { ...payout, amount: { value: '15.5', currency: 'XOF' } },
    400,
    'validation-failed',
    '/amount/value',
  ],
  [
    'three decimals',
    '/v1/payments',
    { ...push, amount: { value: '15.555', currency: 'KES' } },
    400,
    'validation-failed',
    '/amount/value',
  ],
  [
    'a currency that does not exist',
    '/v1/payments',
    { ...push, amount: { value: '1', currency: 'XXX' } },
    400,
    'validation-failed',
    '/amount/currency',
  ],
  ['a body that is a list', '/v1/payments', [push], 400, 'validation-failed', ''],
  [
    'a reference that is too long',
    '/v1/payments',
    { ...push, reference: 'x'.repeat(65) },
    400,
    'validation-failed',
    '/reference',
  ],
  [
    'metadata that are no text',
    '/v1/payments',
    { ...push, metadata: { branch: 3 } },
    400,
    'validation-failed',
    '/metadata/branch',
  ],
  [
    'a return address that is no URL',
    '/v1/payments',
    { ...push, returnUrls: { success: 'javascript:1', failure: 'https://a.example' } },
    400,
    'validation-failed',
    '/returnUrls/success',
  ],
  [
    'a transfer to nobody',
    '/v1/transfers',
    { partner: 'wave-sn', amount: payout.amount },
    400,
    'validation-failed',
    '/payee',
  ],
  [
    'a currency that the partner lacks',
    '/v1/payments',
    { ...push, amount: { value: '1500', currency: 'XOF' } },
    422,
    'order-refused',
    '/amount/currency',
  ],
  [
    'less than a whole unit',
    '/v1/payments',
    { ...push, amount: { value: '15.50', currency: 'KES' } },
    422,
    'order-refused',
    '/amount/value',
  ],
  [
    'more than the partner takes',
    '/v1/payments',
    { ...push, amount: { value: '250001', currency: 'KES' } },
    422,
    'order-refused',
    '/amount/value',
  ],
  [
    'a number of another country',
    '/v1/payments',
    { ...push, payer: { type: 'msisdn', value: '+221770000001' } },
    422,
    'order-refused',
    '/payer/value',
  ],
  [
    'a number that is none',
    '/v1/payments',
    { ...push, payer: { type: 'msisdn', value: 'my brother' } },
    422,
    'order-refused',
    '/payer/value',
  ],
  [
    'a payer that the partner cannot ask',
    '/v1/payments',
    { ...push, payer: { type: 'iban', value: 'SN08SN' } },
    422,
    'order-refused',
    '/payer/type',
  ],
  [
    'a method that the partner lacks',
    '/v1/payments',
    { ...push, method: 'telepathy' },
    422,
    'order-refused',
    '/method',
  ],
  ['an unknown partner', '/v1/payments', { ...push, partner: 'nobody' }, 422, 'partner-unknown', '/partner'],
];

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

  it.each(CASES)(
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
    }
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
