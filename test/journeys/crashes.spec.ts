import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, startStack } from '../support/stack.js';
import {
  ask,
  movements,
  mpesaTransfer,
  openDiscrepancies,
  passages,
  QUICK,
  wavePayment,
  waveTransfer,
} from './story.js';

describe('a transfer whose answer is lost', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(QUICK);
  }, 60_000);
  afterAll(() => stack.stop());

  it.each([
    ['times out after it was paid', mpesaTransfer('+254700000252')],
    ['times out after it was paid and sends no result', mpesaTransfer('+254700000263')],
    ['answers 500 after it was paid', mpesaTransfer('+254700000253')],
    ['answers 500 after it was paid, as the other partner does', waveTransfer('+221770000007')],
  ])(
    'is unknown and then succeeded, debited once, when the partner %s',
    async (_, body) => {
      const first = await ask(stack.client, '/v1/transfers', body);
      const ended = await stack.client.untilEnded(first.id, 40_000);
      expect(ended.state).toBe('succeeded');
      expect(await passages(stack, ended)).toEqual(
        expect.arrayContaining(['submitting', 'unknown', 'succeeded']),
      );
      expect(await movements(stack, ended)).toHaveLength(1);
      expect(await openDiscrepancies(stack, ended.id)).toEqual([]);
    },
    60_000,
  );

  it('is debited once when the worker is killed before it could write down what the partner did', async () => {
    const first = await ask(stack.client, '/v1/transfers', mpesaTransfer('+254700000263'));
    await stack.client.untilState(first.id, ['submitting']);
    const until = performance.now() + 10_000;
    while ((await movements(stack, first)).length === 0 && performance.now() < until) await sleep(20);
    expect(await movements(stack, first)).toHaveLength(1);
    const [worker] = stack.workers;
    await worker?.kill('SIGKILL');
    expect((await stack.client.operation(first.id)).state).toBe('submitting');
    await worker?.start();
    const ended = await stack.client.untilEnded(first.id, 40_000);
    expect(ended.state).toBe('succeeded');
    expect(await passages(stack, ended)).toEqual(['received', 'submitting', 'unknown', 'succeeded']);
    expect(await movements(stack, ended)).toHaveLength(1);
  }, 90_000);
});

describe('a request whose acknowledgement is lost', () => {
  it('is the same operation when it is sent again after the api was killed', async () => {
    const stack = await startStack({ ...QUICK, workers: 0 });
    try {
      const body = wavePayment();
      const idempotencyKey = 'killed-between-commit-and-answer';
      // Stored at once, answered never: the client waits for an outcome, and the process dies meanwhile.
      const lost = stack.client.post('/v1/payments', body, { idempotencyKey, waitS: 30 });
      const died = expect(lost).rejects.toThrow();
      const count = async () =>
        (await stack.database.query<{ id: string }>('SELECT id FROM operations')).rows.map(({ id }) => id);
      const until = performance.now() + 10_000;
      while ((await count()).length === 0 && performance.now() < until) await sleep(20);
      const [api] = stack.apis;
      await api?.kill('SIGKILL');
      await died;
      await api?.start();
      const again = await stack.client.post('/v1/payments', body, { idempotencyKey });
      expect(again.status).toBe(202);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(await count()).toEqual([again.body.id]);
    } finally {
      await stack.stop();
    }
  }, 60_000);
});
