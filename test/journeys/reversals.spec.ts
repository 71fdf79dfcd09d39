import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import {
  ask,
  mpesaPayment,
  mpesaTransfer,
  QUICK,
  untilReceipted,
  wavePayment,
  waveTransfer,
} from './story.js';

describe('a reversal', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(QUICK);
  }, 60_000);
  afterAll(() => stack.stop());

  const paid = async (path: '/v1/payments' | '/v1/transfers', body: object): Promise<OperationView> => {
    const { id } = await ask(stack.client, path, body);
    const operation = await stack.client.untilEnded(id, 20_000);
    expect(operation.state).toBe('succeeded');
    // M-Pesa reverses by receipt.
    return operation.partner === 'mpesa-ke' ? untilReceipted(stack, id) : operation;
  };

  const reverse = (id: string, body: object = {}) =>
    stack.client.post(`/v1/operations/${id}/reversals`, body);

  it.each([
    ['a checkout', '/v1/payments', wavePayment()],
    ['a payout', '/v1/transfers', waveTransfer()],
    ['a prompt that was paid', '/v1/payments', mpesaPayment()],
  ] as const)('gives back the whole of %s', async (_, path, body) => {
    const original = await paid(path, body);
    const { status, body: reversal } = await reverse(original.id);
    expect(status).toBe(202);
    expect(reversal).toMatchObject({ kind: 'reversal', reverses: original.id, amount: original.amount });
    expect((await stack.client.untilEnded(reversal.id, 20_000)).state).toBe('succeeded');
    const { entries } = await stack.sandbox.books(original.partner);
    expect(entries.filter(({ kind }) => kind === 'reversal').length).toBeGreaterThan(0);
  });

  it('is made once although it is asked for twice at once', async () => {
    const original = await paid('/v1/payments', wavePayment());
    const answers = await Promise.all([reverse(original.id), reverse(original.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 422]);
  });

  it('answers every repeat of one request with the same reversal, however close they come', async () => {
    const original = await paid('/v1/payments', wavePayment());
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        stack.client.post(
          `/v1/operations/${original.id}/reversals`,
          {},
          { idempotencyKey: `again-${original.id}` },
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
  });

  it('is refused for more than was paid, in part where the partner gives back the whole, and of what did not succeed', async () => {
    const original = await paid('/v1/payments', wavePayment());
    const more = await reverse(original.id, { amount: { value: '2501', currency: 'XOF' } });
    expect(more.status).toBe(422);
    const part = await reverse(original.id, { amount: { value: '1', currency: 'XOF' } });
    expect(part.status).toBe(422);
    const { id } = await ask(stack.client, '/v1/payments', mpesaPayment('+254700000101'));
    await stack.client.untilEnded(id);
    expect((await reverse(id)).status).toBe(422);
  });

  it('of what did not succeed is refused without waiting for anybody who works on it', async () => {
    const { id } = await ask(stack.client, '/v1/payments', mpesaPayment('+254700000101'));
    await stack.client.untilEnded(id);
    const worker = await stack.database.connect();
    try {
      await worker.query('BEGIN');
      await worker.query('SELECT FROM operations WHERE id = $1 FOR UPDATE', [id]);
      expect((await reverse(id)).status).toBe(422);
    } finally {
      await worker.query('ROLLBACK');
      worker.release();
    }
  });

  it('is refused where the partner has none', async () => {
    const transfer = await paid('/v1/transfers', mpesaTransfer());
    const answer = await reverse(transfer.id);
    expect(answer.status).toBe(422);
  });
});
