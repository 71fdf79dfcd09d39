import { describe, expect, it } from '@jest/globals';
import { NoAnswer, NotReached, UnmappedAnswer } from '#partner-kit';
import {
  fixture,
  has,
  payment,
  PAYMENT_ID,
  reply,
  reversal,
  ScriptedHttp,
  submitted,
  TRANSFER_ID,
  transfer,
  waveOver,
  xof,
} from './fixtures/stage.js';

const list = (...bodies: string[]) => reply(200, `{"result":[${bodies.join(',')}]}`);
const open = fixture('session-open');
const paid = fixture('session-paid');
const expired = fixture('session-open', { checkout_status: 'expired', payment_status: 'cancelled' });
const id = 'cos-18qq25rgr100a';
const known = { partnerReference: id, references: [id] };
const search = `GET /v1/checkout/sessions/search?client_reference=${PAYMENT_ID}`;
const create = 'POST /v1/checkout/sessions';
const rowsOf = (name: string, changes = {}) => reply(200, fixture(name, changes));
const lastPage = { page_info: { end_cursor: null, has_next_page: false } };

const collections = (...answers: ConstructorParameters<typeof ScriptedHttp>) => {
  const http = new ScriptedHttp(...answers);
  return { http, payments: has(waveOver(http).collections) };
};

describe('collecting', () => {
  it('creates at once the first time', async () => {
    const { http, payments } = collections(reply(200, open));
    expect(await payments.collect(payment())).toMatchObject({ is: 'pending', reference: id });
    expect(http.asked).toEqual([create]);
  });

  it.each([
    ['open', open, { is: 'pending', nextAction: { type: 'redirect' } }],
    ['paid', paid, { is: 'succeeded', receipt: 'T_7QK3M2ZX' }],
    ['expired', expired, { is: 'declined', reason: 'expired' }],
  ])('again takes up the session that is there already (%s)', async (_state, session, outcome) => {
    const { http, payments } = collections(list(session));
    expect(await payments.collect(payment({ isRepeat: true }))).toMatchObject(outcome);
    expect(http.asked).toEqual([search]);
  });

  it('again creates only what Wave does not have', async () => {
    const { http, payments } = collections(list(), reply(200, open));
    expect(await payments.collect(payment({ isRepeat: true }))).toMatchObject({ is: 'pending' });
    expect(http.asked).toEqual([search, create]);
  });

  it.each([
    ['gets no answer', new NoAnswer('hung up')],
    ['is not reached', new NotReached('refused')],
    ['is refused', reply(503, { code: 'service-unavailable' })],
  ])('again creates nothing when the search %s', async (_what, answer) => {
    const { http, payments } = collections(answer);
    expect(await payments.collect(payment({ isRepeat: true }))).toMatchObject({ is: 'notSent' });
    expect(http.asked).toEqual([search]);
  });

  it.each([
    ['the session is of another amount', list(fixture('session-paid', { amount: '9' }))],
    ['two sessions were paid', list(paid, fixture('session-paid', { id: 'cos-2' }))],
    ['the search is unreadable', reply(200, '<html>')],
  ])('again is unknown when %s', async (_what, answer) => {
    const { http, payments } = collections(answer);
    expect(await payments.collect(payment({ isRepeat: true }))).toMatchObject({ is: 'unknown' });
    expect(http.asked).toEqual([search]);
  });

  it.each([
    ['hangs up', new NoAnswer('hung up'), 'unknown'],
    ['cannot be reached', new NotReached('refused'), 'notSent'],
    ['talks nonsense', reply(200, '<html>'), 'unknown'],
    ['breaks down', reply(500, ''), 'unknown'],
    ['throttles', reply(429, ''), 'notSent'],
  ])('is told apart when Wave %s', async (_what, answer, is) => {
    const { payments } = collections(answer);
    expect(await payments.collect(payment())).toMatchObject({ is });
  });
});

describe('an enquiry after a payment', () => {
  it('reads the session, or searches for it while its id is not known', async () => {
    const { http, payments } = collections(reply(200, paid), list(open), list());
    expect(await payments.enquire?.(submitted(payment(), known))).toMatchObject({ is: 'succeeded' });
    expect(await payments.enquire?.(submitted(payment()))).toMatchObject({ is: 'pending', reference: id });
    expect(await payments.enquire?.(submitted(payment()))).toEqual({ is: 'notFound' });
    expect(http.asked).toEqual([`GET /v1/checkout/sessions/${id}`, search, search]);
  });

  it.each([
    [
      'a session that was given an id is not known any more',
      reply(404, { code: 'checkout-session-not-found' }),
    ],
    ['the key is refused', reply(401, { code: 'api-key-revoked' })],
    ['the amount is another', reply(200, fixture('session-paid', { amount: '1' }))],
    ['the answer is nonsense', reply(200, '<html>')],
    ['no answer comes', new NoAnswer('hung up')],
  ])('tells nothing when %s', async (_what, answer) => {
    const { payments } = collections(answer);
    expect(await payments.enquire?.(submitted(payment(), known))).toMatchObject({ is: 'unknown' });
  });
});

describe('withdrawing a payment', () => {
  const cancelled = { is: 'declined', reason: 'payer_cancelled', moneyMoved: 'no' };
  const closed = reply(409, { code: 'checkout-session-not-open' });

  it('expires the session, then reads what became of it', async () => {
    const { http, payments } = collections(reply(200), reply(200, expired));
    expect(await payments.cancel?.(submitted(payment(), known))).toMatchObject(cancelled);
    expect(http.asked).toEqual([
      `POST /v1/checkout/sessions/${id}/expire`,
      `GET /v1/checkout/sessions/${id}`,
    ]);
    expect(http.requests[0]).not.toHaveProperty('body');
  });

  it('finds the session first while its id is not known', async () => {
    const { http, payments } = collections(list(open), reply(200), reply(200, expired));
    expect(await payments.cancel?.(submitted(payment()))).toMatchObject(cancelled);
    expect(http.asked[0]).toBe(search);
  });

  it('comes too late for a session that is paid', async () => {
    const { payments } = collections(closed, reply(200, paid));
    expect(await payments.cancel?.(submitted(payment(), known))).toMatchObject({ is: 'succeeded' });
  });

  it('counts as done when an earlier try did it, and not when the time was over', async () => {
    const early = collections(closed, reply(200, expired));
    expect(await early.payments.cancel?.(submitted(payment(), known))).toMatchObject(cancelled);
    const lapsed = JSON.stringify({
      ...(JSON.parse(expired) as object),
      when_expires: '2026-11-20T09:09:00Z',
    });
    const late = collections(closed, reply(200, lapsed));
    expect(await late.payments.cancel?.(submitted(payment(), known))).toMatchObject({ reason: 'expired' });
  });

  it('tells nothing when the session stays, or Wave does not answer', async () => {
    const stays = collections(reply(200), reply(200, open));
    expect(await stays.payments.cancel?.(submitted(payment(), known))).toMatchObject({ is: 'pending' });
    const unclear = collections(reply(500, ''));
    expect(await unclear.payments.cancel?.(submitted(payment(), known))).toMatchObject({ is: 'unknown' });
    const nothing = collections(list());
    expect(await nothing.payments.cancel?.(submitted(payment()))).toEqual({ is: 'notFound' });
  });
});

describe('paying out', () => {
  const disbursements = (...answers: ConstructorParameters<typeof ScriptedHttp>) => {
    const http = new ScriptedHttp(...answers);
    return { http, payouts: has(waveOver(http).disbursements) };
  };
  const payout = fixture('payout-succeeded');
  const payoutId = 'pt-18qq2aa8m1004';

  it.each([
    ['succeeds', reply(200, payout), { is: 'succeeded', reference: payoutId, fee: xof('150') }],
    ['fails in the answer', reply(200, fixture('payout-failed')), { reason: 'party_inactive' }],
    ['is refused', reply(422, { error_code: 'insufficient-funds' }), { reason: 'insufficient_funds' }],
    [
      'is of another amount',
      reply(200, fixture('payout-succeeded', { receive_amount: '1' })),
      { is: 'unknown' },
    ],
    ['is not answered', new NoAnswer('hung up'), { is: 'unknown' }],
  ])('tells that it %s', async (_what, answer, outcome) => {
    const { payouts } = disbursements(answer);
    expect(await payouts.disburse(transfer())).toMatchObject(outcome);
  });

  it('again ends neither with a refused key nor with another form', async () => {
    const { payouts } = disbursements(reply(401, { code: 'api-key-revoked' }));
    expect(await payouts.disburse(transfer({ isRepeat: true }))).toMatchObject({ is: 'unknown' });
  });

  it('is enquired about by its id, or found by our reference and then read', async () => {
    const { http, payouts } = disbursements(reply(200, payout), list(payout), reply(200, payout), list());
    const { partnerReference, references } = { partnerReference: payoutId, references: [payoutId] };
    expect(await payouts.enquire?.(submitted(transfer(), { partnerReference, references }))).toMatchObject({
      is: 'succeeded',
    });
    expect(await payouts.enquire?.(submitted(transfer()))).toMatchObject({
      is: 'succeeded',
      reference: payoutId,
    });
    expect(await payouts.enquire?.(submitted(transfer()))).toEqual({ is: 'notFound' });
    const searched = `GET /v1/payouts/search?client_reference=${TRANSFER_ID}`;
    expect(http.asked).toEqual([
      `GET /v1/payout/${payoutId}`,
      searched,
      `GET /v1/payout/${payoutId}`,
      searched,
    ]);
  });

  it.each([
    ['the payout is not known any more', reply(404, { code: 'not-found' })],
    ['two payouts carry the reference', list(payout, fixture('payout-succeeded', { id: 'pt-2' }))],
  ])('stays unknown when %s', async (_what, answer) => {
    const { payouts } = disbursements(answer);
    expect(await payouts.enquire?.(submitted(transfer()))).toMatchObject({ is: 'unknown' });
  });
});

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
