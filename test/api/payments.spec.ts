import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { type ProblemView } from './problem-view.js';

const payment = {
  partner: 'wave-sn',
  amount: { value: '1500', currency: 'XOF' },
  payer: { type: 'msisdn', value: '77 000 00 01' },
  reference: 'INV-20418',
  metadata: { branch: 'DKR-3' },
};

describe('money asked for over the API', () => {
  let stack: Stack;

  beforeAll(async () => {
    // Long enough for whoever waits to see that there is something to do, before it has been done.
    stack = await startStack({ simulators: { 'wave-sn': { payAfterMs: 1_500, callbackDelayMs: 0 } } });
  });
  afterAll(async () => {
    await stack.stop();
  });

  it('is taken in at once, and every field of the operation is there', async () => {
    const { status, headers, body } = await stack.client.post('/v1/payments', payment);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/operations/${body.id}`);
    expect(body).toEqual({
      id: body.id,
      kind: 'payment',
      partner: 'wave-sn',
      state: 'received',
      amount: { value: '1500', currency: 'XOF' },
      fee: null,
      payer: { type: 'msisdn', value: '+221770000001' },
      passesOn: null,
      payee: null,
      reference: 'INV-20418',
      description: null,
      metadata: { branch: 'DKR-3' },
      nextAction: null,
      partnerReference: null,
      receipt: null,
      failure: null,
      reverses: null,
      batch: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      completedAt: null,
      expiresAt: null,
    });
  });

  it('is held back on request until there is something to do, then until it has ended', async () => {
    const idempotencyKey = randomUUID();
    const first = await stack.client.post('/v1/payments', payment, { idempotencyKey, waitS: 10 });
    expect(first.headers.get('preference-applied')).toBe('wait=10');
    expect(first).toMatchObject({
      status: 202,
      body: { state: 'pending', nextAction: { type: 'redirect' } },
    });
    const ended = await stack.client.untilEnded(first.body.id);
    expect(ended.state).toBe('succeeded');
    const again = await stack.client.post('/v1/payments', payment, { idempotencyKey, waitS: 10 });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id, state: 'succeeded' } });
  });

  it('is one operation, however often it is sent with one key', async () => {
    const idempotencyKey = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        stack.client.post<OperationView & ProblemView>('/v1/payments', payment, { idempotencyKey }),
      ),
    );
    const taken = answers.filter(({ status }) => status === 202);
    expect(new Set(taken.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
    expect(taken.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    const { rows } = await stack.database.query('SELECT FROM idempotency_keys WHERE key = $1', [
      idempotencyKey,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('is the first answer again with the same key, and a problem with another body', async () => {
    const idempotencyKey = randomUUID();
    const first = await stack.client.post('/v1/payments', payment, { idempotencyKey });
    const reordered = Object.fromEntries(Object.entries(payment).reverse());
    const again = await stack.client.post('/v1/payments', reordered, { idempotencyKey });
    expect(again).toMatchObject({ status: 202, body: { id: first.body.id } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = { ...payment, amount: { value: '1501', currency: 'XOF' } };
    const reused = await stack.client.post<ProblemView>('/v1/payments', other, { idempotencyKey });
    expect(reused.body).toMatchObject({ status: 422, code: 'idempotency-key-reused', moneyMoved: 'no' });
    const otherKind = { ...payment, payer: undefined, payee: payment.payer };
    const transfer = await stack.client.post<ProblemView>('/v1/transfers', otherKind, { idempotencyKey });
    expect(transfer.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });

  it('by two clients with one key is two operations', async () => {
    const idempotencyKey = randomUUID();
    const other = await stack.newClient(['payments:write']);
    const [mine, theirs] = await Promise.all([
      stack.client.post('/v1/payments', payment, { idempotencyKey }),
      other.post('/v1/payments', payment, { idempotencyKey }),
    ]);
    expect(mine.status).toBe(202);
    expect(theirs.status).toBe(202);
    expect(mine.body.id).not.toBe(theirs.body.id);
  });

  it('is paid out, ends, and is shown masked to who may not see numbers', async () => {
    const payout = { partner: 'wave-sn', amount: { value: '2000', currency: 'XOF' }, payee: payment.payer };
    const { status, body } = await stack.client.post('/v1/transfers', payout, { waitS: 15 });
    expect({ status, state: body.state }).toEqual({ status: 200, state: 'succeeded' });
    const clerk = await stack.newClient(['transfers:write', 'operations:read']);
    const own = await clerk.post<{ id: string; payee: { value: string } }>('/v1/transfers', payout);
    expect(own.body.payee.value).toBe('+2217•••••001');
    const read = await clerk.get<{ payee: { value: string } }>(`/v1/operations/${own.body.id}`);
    expect(read.body.payee.value).toBe('+2217•••••001');
  });

  it('is given back once, and never more than was paid', async () => {
    const { body: paid } = await stack.client.post('/v1/payments', payment);
    await stack.client.untilEnded(paid.id);
    const path = `/v1/operations/${paid.id}/reversals`;
    const tooMuch = await stack.client.post<ProblemView>(path, {
      amount: { value: '1501', currency: 'XOF' },
    });
    expect(tooMuch.body).toMatchObject({
      status: 422,
      code: 'amount-exceeds-original',
      errors: [{ pointer: '/amount/value' }],
    });
    const back = await stack.client.post(path, { reason: 'Paid twice' }, { waitS: 15 });
    expect(back).toMatchObject({
      status: 200,
      body: { kind: 'reversal', state: 'succeeded', reverses: paid.id },
    });
    const again = await stack.client.post<ProblemView>(path, { reason: 'Paid twice' });
    expect(again.body).toMatchObject({ status: 422, code: 'amount-exceeds-original' });
    const bodyless = await stack.client.post<ProblemView>(path, undefined);
    expect(bodyless.body).toMatchObject({ status: 400, code: 'validation-failed' });
  });

  it('is withdrawn while nobody has paid, and not afterwards', async () => {
    const slow = { ...payment, payer: undefined };
    await stack.sandbox.misbehave('wave-sn');
    const { body } = await stack.client.post('/v1/payments', slow);
    const ended = await stack.client.untilState(body.id, ['pending', 'succeeded']);
    const answer = await stack.client.post<OperationView & ProblemView>(
      `/v1/operations/${body.id}/cancel`,
      undefined,
    );
    expect([200, 409]).toContain(answer.status);
    if (answer.status === 409) expect(answer.body.code).toBe('operation-not-cancellable');
    expect(ended.id).toBe(body.id);
    const done = await stack.client.untilEnded(body.id);
    const late = await stack.client.post<OperationView & ProblemView>(
      `/v1/operations/${body.id}/cancel`,
      undefined,
    );
    expect(late.status).toBe(done.state === 'cancelled' ? 200 : 409);
  });

  it('is not confirmed where nothing waits for it', async () => {
    const { body } = await stack.client.post('/v1/payments', payment);
    const path = `/v1/operations/${body.id}/confirm`;
    const answer = await stack.client.post<ProblemView>(path, { step: 'quote' });
    expect(answer.body).toMatchObject({ status: 409, code: 'operation-not-awaiting-confirmation' });
    const unnamed = await stack.client.post<ProblemView>(path, {});
    expect(unnamed.body).toMatchObject({ status: 400, errors: [{ pointer: '/step' }] });
  });
});
