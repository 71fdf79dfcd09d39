import { describe, expect, it } from '@jest/globals';
import { UnmappedAnswer } from '#partner-kit';
import {
  fixture,
  has,
  payment,
  reply,
  reversal,
  ScriptedHttp,
  submitted,
  transfer,
  waveOver,
  xof,
} from './fixtures/stage.js';

const paid = fixture('session-paid');
const id = 'cos-18qq25rgr100a';
const known = { partnerReference: id, references: [id] };
const rowsOf = (name: string, changes = {}) => reply(200, fixture(name, changes));
const lastPage = { page_info: { end_cursor: null, has_next_page: false } };

describe('giving back', () => {
  const reversals = (...answers: ConstructorParameters<typeof ScriptedHttp>) => {
    const http = new ScriptedHttp(...answers);
    return { http, refunds: has(waveOver(http).reversals) };
  };
  const paidPayment = submitted(payment(), { ...known, receipt: 'T_7QK3M2ZX' });
  const paidTransfer = submitted(transfer(), { partnerReference: 'pt-1', references: ['pt-1'] });
  const receipt = submitted(payment({ kind: 'receipt' }), { receipt: 'T_7QM0000042' });

  it.each([
    ['a payment', paidPayment, `POST /v1/checkout/sessions/${id}/refund`],
    ['a transfer', paidTransfer, 'POST /v1/payout/pt-1/reverse'],
    ['a receipt', receipt, 'POST /v1/transactions/T_7QM0000042/refund'],
  ])('%s needs no content and gets no answer', async (_what, original, request) => {
    const { http, refunds } = reversals(reply(200));
    expect(await refunds.reverse(reversal('2500'), original)).toEqual({ is: 'succeeded' });
    expect(http.asked).toEqual([request]);
    expect(http.requests[0]).not.toHaveProperty('body');
  });

  it.each([
    ['a part', reversal('2400'), paidPayment, '/amount/value'],
    ['what Wave never named', reversal('2500'), submitted(payment()), ''],
    [
      'a transfer of four days ago',
      reversal('15000'),
      { ...paidTransfer, submittedAt: new Date('2026-11-16T09:00:00Z') },
      '',
    ],
  ])('%s is refused before it is sent', (_what, order, original, pointer) => {
    const { refunds } = reversals();
    let refusal: unknown;
    try {
      refunds.check?.(order, original);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ name: 'OrderRefused', pointer });
  });

  it('takes a payment back however old it is', () => {
    const { refunds } = reversals();
    const old = { ...paidPayment, submittedAt: new Date('2026-01-01T00:00:00Z') };
    expect(() => refunds.check?.(reversal('2500'), old)).not.toThrow();
  });

  it.each([
    ['reversed', 'succeeded'],
    ['succeeded', 'declined'],
  ])('a transfer again, too late, looks whether it is %s', async (status, is) => {
    const late = reply(422, { error_code: 'payout-reversal-time-limit-exceeded' });
    const { refunds } = reversals(late, reply(200, fixture('payout-succeeded', { status })));
    expect(await refunds.reverse(reversal('15000', { isRepeat: true }), paidTransfer)).toMatchObject({ is });
  });

  it.each([
    ['reversed', { is: 'succeeded' }],
    ['succeeded', { is: 'notFound' }],
    ['processing', { is: 'unknown', cause: expect.any(UnmappedAnswer) }],
  ])('a transfer that is %s', async (status, outcome) => {
    const { refunds } = reversals(reply(200, fixture('payout-succeeded', { status })));
    expect(await refunds.enquire?.(submitted(reversal('15000')), paidTransfer)).toMatchObject(outcome);
  });

  it('of a payment is found in the statement, page by page', async () => {
    const { http, refunds } = reversals(
      reply(200, paid),
      rowsOf('statement', { items: [] }),
      rowsOf('statement', lastPage),
    );
    expect(await refunds.enquire?.(submitted(reversal('2500')), paidPayment)).toEqual({ is: 'succeeded' });
    expect(http.asked).toEqual([
      `GET /v1/checkout/sessions/${id}`,
      'GET /v1/transactions?date=2026-11-20',
      'GET /v1/transactions?date=2026-11-20&after=cGFnZToy',
    ]);
  });

  it('of a payment is told by the session where it does tell', async () => {
    const refunded = fixture('session-paid', { when_refunded: '2026-11-20T09:05:00Z' });
    const { http, refunds } = reversals(reply(200, refunded));
    expect(await refunds.enquire?.(submitted(reversal('2500')), paidPayment)).toEqual({ is: 'succeeded' });
    expect(http.asked).toHaveLength(1);
  });

  it('that is in no statement since it was asked for is not found', async () => {
    const { http, refunds } = reversals(
      rowsOf('statement', { items: [], ...lastPage }),
      rowsOf('statement', { items: [], ...lastPage }),
    );
    const asked = submitted(reversal('2500'), { createdAt: new Date('2026-11-19T23:00:00Z') });
    expect(await refunds.enquire?.(asked, receipt)).toEqual({ is: 'notFound' });
    expect(http.asked).toEqual([
      'GET /v1/transactions?date=2026-11-20',
      'GET /v1/transactions?date=2026-11-19',
    ]);
  });

  it('is looked for on the days after it was asked for, also when that was long ago', async () => {
    const none = () => rowsOf('statement', { items: [], ...lastPage });
    const { http, refunds } = reversals(none(), none(), none(), none());
    const asked = submitted(reversal('2500'), { createdAt: new Date('2026-11-02T23:00:00Z') });
    expect(await refunds.enquire?.(asked, receipt)).toEqual({ is: 'notFound' });
    expect(http.asked).toEqual(
      ['2026-11-05', '2026-11-04', '2026-11-03', '2026-11-02'].map(
        (day) => `GET /v1/transactions?date=${day}`,
      ),
    );
  });
});

describe('a receipt', () => {
  const receipt = submitted(payment({ kind: 'receipt' }), { receipt: 'T_7QK3M2ZX' });
  const enquire = (http: ScriptedHttp, order = receipt) => has(waveOver(http).receipts).enquire(order);

  it('is looked for in the statements of the days that its webhook may tell of', async () => {
    const none = rowsOf('statement', { items: [], ...lastPage });
    const http = new ScriptedHttp(none, rowsOf('statement', lastPage));
    expect(await enquire(http)).toMatchObject({ is: 'succeeded', receipt: 'T_7QK3M2ZX', fee: xof('25') });
    expect(http.asked).toEqual([
      'GET /v1/transactions?date=2026-11-20',
      'GET /v1/transactions?date=2026-11-19',
    ]);
  });

  it('is not found in none of them, and unknown with another amount', async () => {
    const none = () => rowsOf('statement', { items: [], ...lastPage });
    expect(await enquire(new ScriptedHttp(none(), none(), none(), none()))).toEqual({ is: 'notFound' });
    const other = submitted(payment({ kind: 'receipt', amount: xof('7') }), { receipt: 'T_7QK3M2ZX' });
    expect(await enquire(new ScriptedHttp(rowsOf('statement')), other)).toMatchObject({ is: 'unknown' });
  });
});
