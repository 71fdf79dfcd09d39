import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { ask, movements, mpesaPayment, passages, QUICK } from './story.js';

describe('money that comes unasked', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(QUICK);
    expect((await stack.client.post('/v1/partners/mpesa-ke/registration', {})).status).toBe(200);
  }, 60_000);
  afterAll(() => stack.stop());

  const found = async (receipt: string, withinMs = 15_000): Promise<OperationView> => {
    const until = performance.now() + withinMs;
    for (;;) {
      const { body } = await stack.client.get<{ items: OperationView[] }>(
        `/v1/operations?receipt=${receipt}`,
      );
      const [operation] = body.items;
      if (operation?.state === 'succeeded') return operation;
      if (performance.now() > until)
        throw new Error(`the receipt is ${operation?.state ?? 'not there'} in time`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  it('becomes a receipt, confirmed by an enquiry where the callback proves nothing', async () => {
    const { receipt } = await stack.sandbox.payUnasked('mpesa-ke', { amount: '75', billRef: 'HSE-12' });
    const operation = await found(String(receipt));
    expect(operation).toMatchObject({
      kind: 'receipt',
      amount: { value: '75', currency: 'KES' },
      reference: 'HSE-12',
    });
    expect(await passages(stack, operation)).toEqual(['pending', 'succeeded']);
  });

  it('becomes a receipt at once where the callback is signed', async () => {
    const before = (await stack.sandbox.books('wave-sn')).entries.length;
    await stack.sandbox.payUnasked('wave-sn', { amount: '1200' });
    const { entries } = await stack.sandbox.books('wave-sn');
    expect(entries).toHaveLength(before + 1);
    const until = performance.now() + 10_000;
    let receipts: OperationView[] = [];
    while (receipts.length === 0 && performance.now() < until) {
      receipts = (
        await stack.client.get<{ items: OperationView[] }>(
          '/v1/operations?kind=receipt&partner=wave-sn&state=succeeded',
        )
      ).body.items;
    }
    expect(receipts).toHaveLength(1);
    expect(receipts[0]?.amount).toEqual({ value: '1200', currency: 'XOF' });
  });

  it('is the payment that was asked for by QR code', async () => {
    const first = await ask(stack.client, '/v1/payments', {
      ...mpesaPayment(),
      method: 'qr',
      payer: undefined,
    });
    const shown = await stack.client.untilState(first.id, ['pending']);
    expect(shown.nextAction?.type).toBe('scan_qr');
    await stack.sandbox.payUnasked('mpesa-ke', { amount: '150', billRef: shown.partnerReference });
    const ended = await stack.client.untilEnded(first.id, 20_000);
    expect(ended.state).toBe('succeeded');
    expect(await movements(stack, ended)).toHaveLength(1);
    const { rows } = await stack.database.query(
      "SELECT id FROM operations WHERE kind = 'receipt' AND amount_minor = 15000",
    );
    expect(rows).toEqual([]);
  });

  it('is the payment that was asked for, however many newer ones of the same amount are open', async () => {
    const first = await ask(stack.client, '/v1/payments', {
      ...mpesaPayment(undefined, '151'),
      method: 'qr',
      payer: undefined,
    });
    const shown = await stack.client.untilState(first.id, ['pending']);
    await stack.database.query(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, attempts, receipt_account)
       SELECT uuidv7(), 'bank', 'payment', 'mpesa-ke', 'pending', 15100, 'KES', 1, 'N' || n FROM generate_series(1, 1500) AS n`,
    );
    const { receipt } = await stack.sandbox.payUnasked('mpesa-ke', {
      amount: '151',
      billRef: shown.partnerReference,
    });
    const ended = await found(String(receipt));
    expect(ended.id).toBe(first.id);
    const { rows } = await stack.database.query(
      "SELECT id FROM operations WHERE kind = 'receipt' AND amount_minor = 15100",
    );
    expect(rows).toEqual([]);
  });
});
