import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type OperationView } from '../support/gateway-client.js';
import { startStack, type Stack } from '../support/stack.js';
import {
  ask,
  movements,
  mpesaPayment,
  openDiscrepancies,
  passages,
  QUICK,
  untilAllRead,
  untilDiscrepancy,
  untilReceipted,
  wavePayment,
} from './story.js';

describe('a payment', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(QUICK);
  }, 60_000);
  afterEach(async () => {
    await Promise.all(['wave-sn', 'mpesa-ke'].map((partner) => stack.sandbox.misbehave(partner)));
  });
  afterAll(() => stack.stop());

  const partners = [
    { partner: 'wave-sn', body: wavePayment, action: 'redirect' },
    { partner: 'mpesa-ke', body: mpesaPayment, action: 'approve_on_phone' },
  ];

  const expectPaidOnce = async ({ id }: OperationView) => {
    const operation = await untilReceipted(stack, id);
    const moved = await movements(stack, operation);
    expect(moved).toHaveLength(1);
    expect(moved[0]).toMatchObject({ state: 'succeeded', currency: operation.amount.currency });
    expect(Number(moved[0]?.amount)).toBe(Number(operation.amount.value));
    expect(await openDiscrepancies(stack, operation.id)).toEqual([]);
    const states = await passages(stack, operation);
    expect(states.filter((state) => state === 'succeeded')).toHaveLength(1);
    return states;
  };

  describe.each(partners)('through $partner', ({ partner, body, action }) => {
    it('succeeds by callback', async () => {
      const first = await ask(stack.client, '/v1/payments', body());
      const waiting = await stack.client.untilState(first.id, ['pending', 'succeeded']);
      if (waiting.state === 'pending') expect(waiting.nextAction?.type).toBe(action);
      const states = await expectPaidOnce(await stack.client.untilEnded(first.id));
      expect(states).toEqual(['received', 'submitting', 'pending', 'succeeded']);
    });

    it('succeeds by enquiry when its callbacks are lost', async () => {
      await stack.sandbox.misbehave(partner, { fault: 'callback-lost' });
      const first = await ask(stack.client, '/v1/payments', body());
      const ended = await stack.client.untilEnded(first.id, 20_000);
      expect(ended.state).toBe('succeeded');
      expect(await movements(stack, ended)).toHaveLength(1);
      expect((await stack.client.timeline(first.id)).some(({ type }) => type === 'notice')).toBe(false);
    });

    it('succeeds when the callback comes before the answer', async () => {
      await stack.sandbox.misbehave(partner, { fault: 'callback-early' });
      const first = await ask(stack.client, '/v1/payments', body());
      await expectPaidOnce(await stack.client.untilEnded(first.id, 20_000));
    });

    it('moves once for fifty copies of its callback at once', async () => {
      await stack.sandbox.misbehave(partner, { fault: 'callback-duplicated', copies: 50 });
      const first = await ask(stack.client, '/v1/payments', body());
      const ended = await stack.client.untilEnded(first.id, 20_000);
      await untilAllRead(stack, partner, 50);
      await expectPaidOnce(ended);
    });

    it('is not thrown off by a callback that is cut short', async () => {
      await stack.sandbox.misbehave(partner, { fault: 'callback-corrupted', count: 1 });
      const first = await ask(stack.client, '/v1/payments', body());
      const ended = await stack.client.untilEnded(first.id, 20_000);
      expect(ended.state).toBe('succeeded');
      expect(await movements(stack, ended)).toHaveLength(1);
    });

    it('holds the answer when the client prefers to wait', async () => {
      const answer = await stack.client.post('/v1/payments', body(), { waitS: 20 });
      expect([200, 202]).toContain(answer.status);
      expect(['pending', 'succeeded']).toContain(answer.body.state);
      expect(answer.headers.get('preference-applied')).toMatch(/^wait=/);
    });
  });

  it('fails with our reason and the partner’s own word when the payer has too little', async () => {
    const first = await ask(stack.client, '/v1/payments', mpesaPayment('+254700000101'));
    const ended = await stack.client.untilEnded(first.id);
    expect(ended).toMatchObject({
      state: 'failed',
      failure: { reason: 'insufficient_funds', moneyMoved: 'no', partner: { code: '1' } },
    });
    expect(await movements(stack, ended)).toEqual([]);
  });

  it('that failed, and of which a callback says the contrary without a receipt, is left to a person', async () => {
    const first = await ask(stack.client, '/v1/payments', mpesaPayment('+254700000101'));
    const failed = await stack.client.untilState(first.id, ['failed']);
    const key = stack.shared['MPESA_KE_CALLBACK_KEY'] ?? '';
    const stkCallback = { CheckoutRequestID: failed.partnerReference, ResultCode: 0, ResultDesc: 'paid' };
    const answer = await fetch(`${stack.apiUrls[0] ?? ''}/callbacks/${key}/stk/${first.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ Body: { stkCallback } }),
    });
    expect(answer.status).toBe(200);
    await untilDiscrepancy(stack, first.id, 'contradictory_news');
    expect((await stack.client.untilState(first.id, ['failed'])).state).toBe('failed');
  });

  it('takes late proof of payment after a soft refusal as a correction', async () => {
    const first = await ask(stack.client, '/v1/payments', mpesaPayment('+254700000141'));
    const failed = await stack.client.untilState(first.id, ['failed']);
    expect(failed.failure).toMatchObject({ moneyMoved: 'unknown' });
    const ended = await stack.client.untilState(first.id, ['succeeded'], 20_000);
    expect(await passages(stack, ended)).toEqual([
      'received',
      'submitting',
      'pending',
      'failed',
      'succeeded',
    ]);
    expect(await movements(stack, ended)).toHaveLength(1);
  });

  it('takes it also by enquiry, when the news of it is lost', async () => {
    await stack.sandbox.misbehave('mpesa-ke', { fault: 'callback-lost' });
    const first = await ask(stack.client, '/v1/payments', mpesaPayment('+254700000141'));
    const failed = await stack.client.untilState(first.id, ['failed']);
    expect(failed.failure).toMatchObject({ moneyMoved: 'unknown', retryable: false });
    const ended = await stack.client.untilState(first.id, ['succeeded'], 30_000);
    expect(await movements(stack, ended)).toHaveLength(1);
  });

  it('is one payment although the partner confirms it twice, by prompt and by account', async () => {
    const registered = await stack.client.post('/v1/partners/mpesa-ke/registration', {});
    expect(registered.status).toBe(200);
    const first = await ask(stack.client, '/v1/payments', mpesaPayment());
    const ended = await stack.client.untilEnded(first.id);
    await expectPaidOnce(ended);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const { rows } = await stack.database.query("SELECT id FROM operations WHERE kind = 'receipt'");
    expect(rows).toEqual([]);
  });

  it('of which the partner names another amount is left to a person', async () => {
    const first = await ask(stack.client, '/v1/payments', mpesaPayment('+254700000147'));
    await stack.client.untilState(first.id, ['pending', 'succeeded']);
    await untilDiscrepancy(stack, first.id, 'amount_mismatch');
  });
});
