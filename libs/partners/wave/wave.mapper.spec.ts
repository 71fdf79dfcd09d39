import { describe, expect, it } from '@jest/globals';
import { UnmappedAnswer } from '#partner-kit';
import { fixture, PAYMENT_ID, payment, reply, TRANSFER_ID, xof } from './fixtures/stage.js';
import {
  expectAmount,
  moneyIfReadable,
  tellingPayout,
  tellingSession,
  toAttemptOutcome,
  toPayoutOutcome,
  toSessionOutcome,
} from './wave.mapper.js';
import { read, WaveAttempt, WavePayout, WaveSession } from './wave.wire.js';

type Changes = Readonly<Record<string, unknown>>;
const session = (changes: Changes = {}, name = 'session-open') =>
  read(WaveSession, reply(200, fixture(name, changes)));
const payout = (changes: Changes = {}, name = 'payout-succeeded') =>
  read(WavePayout, reply(200, fixture(name, changes)));
const id = 'cos-18qq25rgr100a';

describe('a checkout session', () => {
  it('that is open waits for the payer at its address', () => {
    expect(toSessionOutcome(session())).toEqual({
      is: 'pending',
      reference: id,
      references: [id],
      partner: undefined,
      nextAction: { type: 'redirect', url: `https://pay.wave.com/c/${id}` },
      expiresAt: new Date('2026-11-20T09:30:00Z'),
    });
  });

  it('that is complete and paid succeeded, with the transaction as its receipt', () => {
    expect(toSessionOutcome(session({}, 'session-paid'))).toEqual({
      is: 'succeeded',
      reference: id,
      references: [id],
      receipt: 'T_7QK3M2ZX',
    });
  });

  it('that is complete and still processing is read again', () => {
    const settling = session({ checkout_status: 'complete', payment_status: 'processing' });
    expect(toSessionOutcome(settling)).toMatchObject({ is: 'pending', reference: id });
    expect(toSessionOutcome(settling)).not.toHaveProperty('nextAction');
  });

  it('that closed unpaid is expired, and says why the last attempt failed', () => {
    const closed = { checkout_status: 'expired', payment_status: 'cancelled' };
    expect(toSessionOutcome(session(closed))).toMatchObject({
      is: 'declined',
      reason: 'expired',
      moneyMoved: 'no',
      partner: { code: 'expired' },
    });
    const last_payment_error = { code: 'blocked-account', message: 'Blocked.' };
    expect(toSessionOutcome(session({ ...closed, last_payment_error }))).toMatchObject({
      reason: 'expired',
      partner: { code: 'blocked-account', message: 'Blocked.' },
    });
  });

  it.each([
    ['open', 'succeeded'],
    ['open', 'cancelled'],
    ['open', 'failed'],
    ['complete', 'cancelled'],
    ['complete', 'failed'],
    ['expired', 'processing'],
    ['expired', 'succeeded'],
    ['paused', 'processing'],
    ['open', ''],
    ['__proto__', 'x'],
  ])('that is %s and %s is not guessed about', (checkout_status, payment_status) => {
    expect(toSessionOutcome(session({ checkout_status, payment_status }))).toMatchObject({
      is: 'unknown',
      reference: id,
      cause: expect.any(UnmappedAnswer),
    });
  });

  it.each([
    'insufficient-funds',
    'blocked-account',
    'cross-border-payment-not-allowed',
    'customer-age-restricted',
    'kyb-limits-exceeded',
    'payer-mobile-mismatch',
    'payment-failure',
    'a-code-of-next-year',
  ])('whose last attempt failed with %s stays open', (code) => {
    const told = toSessionOutcome(session({ last_payment_error: { code, message: 'Sorry.' } }));
    expect(told).toMatchObject({ is: 'pending', partner: { code, message: 'Sorry.' } });
    const untold = toSessionOutcome(session({ last_payment_error: { code } }));
    const partner = { code, message: code === 'a-code-of-next-year' ? code : expect.stringMatching(/ /) };
    expect(untold).toMatchObject({ is: 'pending', partner });
  });

  it('reads amounts written as numbers to the last digit', () => {
    const text = fixture('session-open').replace('"2500"', '90071992547409931');
    expect(read(WaveSession, reply(200, text)).amount).toBe('90071992547409931');
  });

  it.each([
    ['last_payment_error', 'a text'],
    ['when_expires', 'tomorrow'],
    ['transaction_id', ['T_1']],
    ['client_reference', 7.5],
    ['wave_launch_url', 'javascript:alert(1)'],
  ])('is read although its %s is odd', (field, value) => {
    expect(toSessionOutcome(session({ [field]: value }))).toMatchObject({ is: 'pending' });
  });

  it('has no next action without an address that a browser can open', () => {
    expect(toSessionOutcome(session({ wave_launch_url: 'javascript:alert(1)' }))).toMatchObject({
      nextAction: undefined,
    });
  });

  it.each(['id', 'amount', 'currency', 'checkout_status', 'payment_status'])(
    'without its %s is unreadable',
    (field) => {
      expect(() => session({ [field]: undefined })).toThrow(field);
      expect(() => session({ [field]: { odd: true } })).toThrow(field);
    },
  );
});

describe('a failed attempt', () => {
  it.each(['processing', 'cancelled', 'failed', 'succeeded'])(
    'with the status %s is never final',
    (status) => {
      const attempt = WaveAttempt.parse(
        JSON.parse(fixture('session-attempt-failed', { payment_status: status })),
      );
      expect(toAttemptOutcome(attempt)).toEqual({
        is: 'pending',
        reference: id,
        references: [id],
        partner: { code: 'insufficient-funds', message: 'Not enough money in the wallet.' },
      });
    },
  );
});

describe('the session that tells what became of an order', () => {
  const open = session();
  const paid = session({ id: 'cos-paid' }, 'session-paid');
  const expired = session({ id: 'cos-old', checkout_status: 'expired', payment_status: 'cancelled' });
  const odd = session({ id: 'cos-odd', checkout_status: 'paused' });

  it.each([
    ['the paid one', [open, expired, odd, paid], 'cos-paid'],
    ['the one that is not understood', [open, odd, expired], 'cos-odd'],
    ['the open one', [expired, open], id],
    ['the expired one, where there is no other', [expired], 'cos-old'],
  ])('is %s', (_which, sessions, telling) => {
    expect(tellingSession(sessions, PAYMENT_ID)?.id).toBe(telling);
  });

  it('carries our reference exactly', () => {
    expect(tellingSession([session({ client_reference: `${PAYMENT_ID}-2` })], PAYMENT_ID)).toBeNull();
    expect(tellingSession([session({ client_reference: null })], PAYMENT_ID)?.id).toBe(id);
    expect(tellingSession([], PAYMENT_ID)).toBeNull();
  });

  it('cannot be one of two that were paid', () => {
    const twice = [paid, session({ id: 'cos-paid-2' }, 'session-paid')];
    expect(() => tellingSession(twice, PAYMENT_ID)).toThrow(UnmappedAnswer);
  });
});

describe('a payout', () => {
  const told = { reference: 'pt-18qq2aa8m1004', references: ['pt-18qq2aa8m1004'] };

  it('that succeeded brings its fee', () => {
    expect(toPayoutOutcome(payout())).toEqual({ is: 'succeeded', ...told, fee: xof('150') });
  });

  it('that is processing is pending', () => {
    expect(toPayoutOutcome(payout({ status: 'processing' }))).toEqual({ is: 'pending', ...told });
  });

  it('that was taken back had been paid', () => {
    expect(toPayoutOutcome(payout({ status: 'reversed' }))).toMatchObject({
      is: 'succeeded',
      partner: { code: 'reversed' },
    });
  });

  it.each([
    ['insufficient-funds', 'insufficient_funds'],
    ['country-mismatch', 'invalid_party'],
    ['currency-mismatch', 'partner_misconfigured'],
    ['recipient-minor', 'compliance_blocked'],
    ['recipient-account-blocked', 'party_inactive'],
    ['recipient-account-inactive', 'party_inactive'],
    ['recipient-limit-exceeded', 'limit_exceeded'],
    ['aggregated-merchant-required', 'partner_misconfigured'],
    ['invalid-aggregated-merchant-id', 'partner_misconfigured'],
    ['request-validation-error', 'partner_rejected'],
  ])('that failed with %s is declined as %s', (code, reason) => {
    const payout_error = { error_code: code, error_message: 'No.' };
    expect(toPayoutOutcome(payout({ payout_error }, 'payout-failed'))).toEqual({
      is: 'declined',
      reference: 'pt-18qq2aa8m1005',
      references: ['pt-18qq2aa8m1005'],
      reason,
      partner: { code, message: 'No.' },
      moneyMoved: 'no',
    });
  });

  it.each([
    ['status', { status: 'parked' }],
    ['error code', { status: 'failed', payout_error: { error_code: 'a-code-of-next-year' } }],
    ['missing error', { status: 'failed', payout_error: null }],
    ['status of an object', { status: 'constructor' }],
  ])('with a %s that no table knows is unknown', (_what, changes) => {
    expect(toPayoutOutcome(payout(changes))).toMatchObject({
      is: 'unknown',
      cause: expect.any(UnmappedAnswer),
    });
  });

  it('succeeds although its fee cannot be read', () => {
    for (const fee of ['a little', '1.5', null, { odd: 1 }]) {
      expect(toPayoutOutcome(payout({ fee }))).toMatchObject({ is: 'succeeded', fee: undefined });
    }
  });
});

describe('the payout that tells what became of an order', () => {
  const failed = payout({}, 'payout-failed');

  it('is the one that did not fail', () => {
    expect(tellingPayout([failed, payout()], TRANSFER_ID)?.id).toBe('pt-18qq2aa8m1004');
    expect(tellingPayout([failed], TRANSFER_ID)?.id).toBe('pt-18qq2aa8m1005');
    expect(tellingPayout([payout({ client_reference: 'other' })], TRANSFER_ID)).toBeNull();
  });

  it('cannot be one of two', () => {
    const both = [payout(), payout({ id: 'pt-2', status: 'processing' })];
    expect(() => tellingPayout(both, TRANSFER_ID)).toThrow(UnmappedAnswer);
  });
});

describe('an amount', () => {
  it('that is not the one of the order is not taken for it', () => {
    expect(() => {
      expectAmount(payment(), '2500.00', 'XOF');
    }).not.toThrow();
    for (const [amount, currency] of [
      ['2501', 'XOF'],
      ['2500', 'GNF'],
    ] as const) {
      expect(() => {
        expectAmount(payment(), amount, currency);
      }).toThrow(UnmappedAnswer);
    }
  });

  it('that only informs may be missing', () => {
    expect(moneyIfReadable('12', 'XOF')).toEqual(xof('12'));
    expect(moneyIfReadable(null, 'XOF')).toBeUndefined();
    expect(moneyIfReadable('12', 'ABC')).toBeUndefined();
  });
});
