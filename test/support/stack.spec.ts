import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, startStack } from './stack.js';

const payment = {
  partner: 'wave-sn',
  amount: { value: '1500', currency: 'XOF' },
  payer: { type: 'msisdn', value: '+221770000001' },
};

describe('a stack', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      only: ['wave-sn'],
      simulators: { 'wave-sn': { payAfterMs: 0, callbackDelayMs: 0 } },
    });
  });
  afterAll(async () => {
    await stack.stop();
  });

  it('takes a payment to its end and its worker may be killed on the way', async () => {
    const [worker] = stack.workers;
    await worker?.kill('SIGKILL');
    const { status, body } = await stack.client.post('/v1/payments', payment);
    expect(status).toBe(202);
    expect(await stack.client.operation(body.id)).toMatchObject({ state: 'received' });
    await worker?.start();
    expect(await stack.client.untilEnded(body.id)).toMatchObject({ state: 'succeeded' });
    const { entries } = await stack.sandbox.books('wave-sn', body.id);
    expect(entries.map(({ kind, amount }) => ({ kind, amount }))).toEqual([
      { kind: 'payment', amount: '1500' },
    ]);
  });

  it('notes an end that nobody asked for, and no other', async () => {
    const [worker] = stack.workers;
    if (!worker) throw new Error('there is no worker');
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await worker.kill(signal);
      await worker.start();
    }
    expect(worker.unaskedEnds).toEqual([]);
    process.kill(worker.pid ?? 0, 'SIGKILL');
    while (worker.isRunning) await sleep(10);
    expect(worker.unaskedEnds).toEqual(['the worker ended by itself (SIGKILL)']);
    await worker.start();
  });
});
