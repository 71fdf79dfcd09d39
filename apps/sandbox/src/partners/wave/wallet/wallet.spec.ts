import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkoutOf, openWaveStage, payoutOf, type WaveStage } from '../../../testing/wave-stage.js';

interface Page {
  readonly page_info: {
    readonly start_cursor: string | null;
    readonly end_cursor: string | null;
    readonly has_next_page: boolean;
  };
  readonly items: readonly Readonly<Record<string, unknown>>[];
}
interface Books {
  readonly entries: readonly { readonly kind: string; readonly change: string }[];
  readonly balance: { readonly opening: string; readonly amount: string };
}

describe('the wallet after a busy day', () => {
  let stage: WaveStage;
  let receipt: { transactionId: string };
  const statement = async (query = '') => (await stage.wave('GET', `/v1/transactions${query}`)).json as Page;

  beforeAll(async () => {
    stage = await openWaveStage({ statementPageSize: 3 });
    const { wave } = stage;
    const key = () => ({ 'idempotency-key': crypto.randomUUID() });
    const session = await wave(
      'POST',
      '/v1/checkout/sessions',
      checkoutOf('2500', { client_reference: 'in' }),
    );
    await stage.inbox.until(1);
    const payout = await wave(
      'POST',
      '/v1/payout',
      payoutOf('15000', '+221770000001', { client_reference: 'out' }),
      key(),
    );
    await wave('POST', '/v1/payout', payoutOf('333', '+221770000020'), key());
    receipt = (await stage.control('POST', '/receipts', { amount: '777' })).json as { transactionId: string };
    await wave('POST', `/v1/payout/${(payout.json as { id: string }).id}/reverse`);
    await wave('POST', `/v1/checkout/sessions/${(session.json as { id: string }).id}/refund`);
    await wave('POST', `/v1/transactions/${receipt.transactionId}/refund`);
    await wave('POST', `/v1/transactions/${receipt.transactionId}/refund`);
  });
  afterAll(() => stage.close());

  it('holds exactly what its books say', async () => {
    const { entries, balance } = (await stage.control('GET', '/books')).json as Books;
    const sum = entries.reduce((total, { change }) => total + BigInt(change), BigInt(balance.opening));
    expect(entries.map(({ kind }) => kind)).toEqual([
      'payment',
      'transfer',
      'transfer',
      'receipt',
      'reversal',
      'reversal',
      'reversal',
    ]);
    expect(sum.toString()).toBe(balance.amount);
    expect((await stage.wave('GET', '/v1/balance')).json).toEqual({
      amount: balance.amount,
      currency: 'XOF',
    });
    expect(balance.amount).toBe('999664');
  });

  it('shows the same in its statement, page by page', async () => {
    const items: Page['items'][number][] = [];
    let page = await statement();
    expect(page.page_info.start_cursor).toBeNull();
    items.push(...page.items);
    while (page.page_info.has_next_page) {
      page = await statement(`?after=${encodeURIComponent(page.page_info.end_cursor ?? '')}`);
      items.push(...page.items);
    }
    const brief = items.map((row) => [
      row['transaction_type'],
      row['amount'],
      row['fee'],
      row['is_reversal'],
    ]);
    expect(brief).toEqual([
      ['api_checkout', '2475', '25', false],
      ['api_payout', '-15150', '150', false],
      ['api_payout', '-336', '3', false],
      ['merchant_payment', '769', '8', false],
      ['api_payout_reversal', '15150', '-150', true],
      ['api_checkout_refund', '-2475', '-25', true],
      ['merchant_payment_refund', '-769', '-8', true],
    ]);
    expect(items[0]).toMatchObject({ client_reference: 'in', checkout_api_session_id: expect.any(String) });
    expect(items[5]).not.toHaveProperty('client_reference');
    expect(items[5]?.['transaction_id']).toBe(items[0]?.['transaction_id']);
    expect(items.at(-1)?.['balance']).toBe('999664');
  });

  it('is empty on another day and refuses a date or a cursor that is none', async () => {
    expect(await statement('?date=2020-02-29')).toMatchObject({ date: '2020-02-29', items: [] });
    const refused = { status: 400, json: { code: 'request-validation-error' } };
    expect(await stage.wave('GET', '/v1/transactions?date=29.02.2020')).toMatchObject(refused);
    expect(await stage.wave('GET', '/v1/transactions?after=elsewhere')).toMatchObject(refused);
    expect((await stage.wave('POST', '/v1/transactions/T_NONE/refund')).status).toBe(404);
  });
});
