import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALL_SCOPES } from '../../apps/api/src/admin/create-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { QUICK, wavePayment } from './story.js';

describe('an idempotency key', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ ...QUICK, apis: 2, workers: 0 });
  }, 60_000);
  afterAll(() => stack.stop());

  const stored = async (reference: string) =>
    (await stack.database.query('SELECT id FROM operations WHERE reference = $1', [reference])).rows.length;

  it('makes one operation of fifty identical requests at once, at two processes', async () => {
    const body = wavePayment();
    const idempotencyKey = 'fifty-at-once';
    const clients = stack.apiUrls.map((url) => stack.client.at(url));
    await Promise.all(clients.map((client) => client.accessToken()));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (clients[n % clients.length] ?? stack.client).post('/v1/payments', body, { idempotencyKey }),
      ),
    );
    for (const { status } of answers) expect([202, 409]).toContain(status);
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(new Set(accepted.map(({ body: { id } }) => id)).size).toBe(1);
    expect(await stored(body.reference)).toBe(1);
  });

  it('refuses another amount under the same key', async () => {
    const body = wavePayment();
    const idempotencyKey = 'another-amount';
    await stack.client.post('/v1/payments', body, { idempotencyKey });
    const other = { ...body, amount: { ...body.amount, value: '2501' } };
    const answer = await stack.client.post<{ code: string }>('/v1/payments', other, { idempotencyKey });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('idempotency-key-reused');
    expect(await stored(body.reference)).toBe(1);
  });

  it('belongs to its client: another may use the same', async () => {
    const other = await stack.newClient(ALL_SCOPES);
    const body = wavePayment();
    const idempotencyKey = 'shared-by-chance';
    const mine = await stack.client.post('/v1/payments', body, { idempotencyKey });
    const theirs = await other.post('/v1/payments', body, { idempotencyKey });
    expect(theirs.status).toBe(202);
    expect(theirs.body.id).not.toBe(mine.body.id);
    expect((await other.get(`/v1/operations/${mine.body.id}`)).status).toBe(404);
  });
});
