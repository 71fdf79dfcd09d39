import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
});
