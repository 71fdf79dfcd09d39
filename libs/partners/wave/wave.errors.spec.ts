import { describe, expect, it } from '@jest/globals';
import { type FailureReason } from '#domain';
import { UnmappedAnswer } from '#partner-kit';
import { reply } from './fixtures/stage.js';
import {
  isNotFound,
  isSessionClosed,
  readProblem,
  toNoNews,
  toRefusal,
  toReversalRefusal,
} from './wave.errors.js';

const first = { isRepeat: false };
const again = { isRepeat: true };
const refused = (status: number, code: string) => reply(status, { code, message: 'Sorry.' });

/** Of the key, the wallet, the form of the request. */
const unseen: [number, string, FailureReason][] = [
  [401, 'missing-auth-header', 'partner_misconfigured'],
  [401, 'invalid-auth', 'partner_misconfigured'],
  [401, 'api-key-not-provided', 'partner_misconfigured'],
  [401, 'no-matching-api-key', 'partner_misconfigured'],
  [401, 'api-key-revoked', 'partner_misconfigured'],
  [401, 'missing-signature', 'partner_misconfigured'],
  [401, 'invalid-signature', 'partner_misconfigured'],
  [403, 'invalid-wallet', 'not_permitted'],
  [403, 'disabled-wallet', 'not_permitted'],
  [403, 'unauthorized-wallet', 'not_permitted'],
  [400, 'unauthorized-wallet', 'not_permitted'],
  [403, 'no-permission', 'not_permitted'],
  [403, 'missing-permission', 'not_permitted'],
  [403, 'authorization-error', 'not_permitted'],
  [400, 'request-not-json', 'internal'],
  [400, 'request-parsing-error', 'internal'],
  [400, 'request-validation-error', 'partner_rejected'],
  [422, 'request-validation-error', 'partner_rejected'],
  [400, 'aggregated-merchant-required', 'partner_misconfigured'],
  [403, 'aggregated-merchant-required', 'partner_misconfigured'],
  [400, 'invalid-aggregated-merchant-id', 'partner_misconfigured'],
  [403, 'invalid-aggregated-merchant-id', 'partner_misconfigured'],
];

/** Of the movement itself. Their HTTP statuses are hearsay: the code decides. */
const decided: [number, string, FailureReason][] = [
  [422, 'insufficient-funds', 'insufficient_funds'],
  [400, 'insufficient-funds', 'insufficient_funds'],
  [400, 'country-mismatch', 'invalid_party'],
  [400, 'currency-mismatch', 'partner_misconfigured'],
  [422, 'recipient-minor', 'compliance_blocked'],
  [422, 'recipient-account-blocked', 'party_inactive'],
  [422, 'recipient-account-inactive', 'party_inactive'],
  [422, 'recipient-limit-exceeded', 'limit_exceeded'],
  [400, 'checkout-refund-failed', 'partner_rejected'],
  [409, 'checkout-refund-failed', 'partner_rejected'],
  [404, 'checkout-session-not-found', 'partner_rejected'],
  [422, 'payout-reversal-time-limit-exceeded', 'partner_rejected'],
  [422, 'payout-reversal-account-terminated', 'party_inactive'],
];

describe('a refusal', () => {
  it.each([...unseen, ...decided])('%i %s is declined as %s, nothing moved', (status, code, reason) => {
    expect(toRefusal(refused(status, code), first)).toEqual({
      is: 'declined',
      reason,
      partner: { code, message: 'Sorry.' },
      moneyMoved: 'no',
    });
  });

  it.each(decided)('%i %s decides a repeat too', (status, code) => {
    expect(toRefusal(refused(status, code), again)).toMatchObject({ is: 'declined' });
  });

  it.each(unseen)('%i %s of a repeat says nothing of the earlier try', (status, code) => {
    expect(toRefusal(refused(status, code), again)).toMatchObject({ is: 'unknown', partner: { code } });
  });

  it.each([
    [429, 'too-many-requests'],
    [400, 'too-many-requests'],
    [429, 'insufficient-funds'],
  ])('%i %s was not taken up and may be sent again after some seconds', (status, code) => {
    expect(toRefusal(refused(status, code), first)).toMatchObject({ is: 'notSent', retryAfterMs: 5_000 });
  });

  it('says itself when to come back, if it does so in seconds', () => {
    const throttled = (after: string) => toRefusal(reply(429, '', { 'retry-after': after }), first);
    expect(throttled('12')).toMatchObject({ retryAfterMs: 12_000 });
    expect(throttled('Fri, 20 Nov 2026 10:00:00 GMT')).toMatchObject({ retryAfterMs: 5_000 });
  });

  it.each([
    [500, 'internal-server-error'],
    [400, 'internal-server-error'],
    [503, 'service-unavailable'],
    [504, 'gateway-timeout'],
    [408, 'request-timeout'],
    [500, 'insufficient-funds'],
    [502, 'request-validation-error'],
  ])('%i %s leaves the outcome unknown', (status, code) => {
    expect(toRefusal(refused(status, code), first)).toMatchObject({ is: 'unknown', partner: { code } });
  });

  it('of a key that is taken by other content is unknown and raises an alert, since that may have been paid', () => {
    for (const order of [first, again]) {
      const outcome = toRefusal(refused(409, 'idempotency-mismatch'), order);
      expect(outcome).toMatchObject({ is: 'unknown', cause: expect.any(UnmappedAnswer) });
    }
  });

  it.each([
    [418, { code: 'short-and-stout', message: 'No.' }],
    [404, { code: 'not-found', message: 'No.' }],
    [405, { code: 'method-not-allowed' }],
    [400, { code: 'constructor' }],
    [400, { code: 'toString' }],
    [400, {}],
    [302, ''],
    [403, '<html><body>Blocked</body></html>'],
    [400, '{"code":"insufficient-funds"'],
    [400, '{"code":"insufficient-funds","__proto__":{}}'],
  ])('%i %j that no table knows is never guessed', (status, body) => {
    const outcome = toRefusal(reply(status, body), first);
    expect(outcome).toMatchObject({ is: 'unknown', cause: expect.any(UnmappedAnswer) });
  });

  it.each([
    ['amount', 'amount_invalid'],
    ['receive_amount', 'amount_invalid'],
    ['mobile', 'invalid_party'],
    ['restrict_payer_mobile', 'invalid_party'],
    ['currency', 'partner_misconfigured'],
    ['aggregated_merchant_id', 'partner_misconfigured'],
    ['success_url', 'partner_rejected'],
    ['hasOwnProperty', 'partner_rejected'],
  ])('of the field %s is a %s', (field, reason) => {
    const body = {
      code: 'request-validation-error',
      message: 'Request invalid',
      details: [{ loc: ['body', 0, field], msg: 'not good', type: 'value_error', ctx: { given: 1 } }],
    };
    expect(toRefusal(reply(400, body), first)).toMatchObject({
      reason,
      partner: { message: `Request invalid; body.0.${field}: not good` },
    });
  });
});

describe('a problem', () => {
  it.each([
    [{ code: 'not-found', message: 'None.' }],
    [{ error_code: 'not-found', error_message: 'None.' }],
    [{ error: 'not-found', message: 'None.' }],
    [{ error: { code: 'not-found', message: 'None.', httpcode: 404 } }],
    [{ code: 'not-found', message: 'None.', error: { code: 'other' }, details: 'odd' }],
  ])('is read out of %j', (body) => {
    expect(readProblem(reply(404, body))).toMatchObject({
      code: 'not-found',
      word: { code: 'not-found', message: 'None.' },
    });
  });

  it('without any text keeps at least its status', () => {
    expect(readProblem(reply(502, '<html>')).word).toEqual({ code: 'http-502', message: 'HTTP 502' });
  });

  it('is "not found" by its code, not by a 404 of somebody in between', () => {
    const isUnknownTo = (status: number, code: string) => isNotFound(readProblem(refused(status, code)));
    expect(isUnknownTo(404, 'checkout-session-not-found')).toBe(true);
    expect(isUnknownTo(404, 'not-found')).toBe(true);
    expect(isNotFound(readProblem(reply(404, '<html>')))).toBe(false);
  });

  it.each([
    [409, 'checkout-session-not-open'],
    [409, 'conflict'],
    [400, 'checkout-session-expired'],
  ])('%i %s says that a session is closed already', (status, code) => {
    expect(isSessionClosed(refused(status, code))).toBe(true);
    expect(isSessionClosed(refused(404, 'checkout-session-not-found'))).toBe(false);
  });
});

describe('a refusal of a question', () => {
  it.each([...unseen, ...decided])('%i %s never decides an operation', (status, code) => {
    expect(toNoNews(refused(status, code))).toMatchObject({ is: 'unknown', partner: { code } });
  });

  it('that was throttled is asked again later', () => {
    expect(toNoNews(refused(429, 'too-many-requests'))).toMatchObject({ is: 'notSent', retryAfterMs: 5_000 });
  });
});

describe('a refusal of a reversal', () => {
  it.each([
    ['not-found', 'partner_rejected'],
    ['checkout-session-not-found', 'partner_rejected'],
  ])('404 %s gave nothing back', (code, reason) => {
    expect(toReversalRefusal(refused(404, code), first)).toMatchObject({ is: 'declined', reason });
  });

  it('reads the other codes as every refusal', () => {
    expect(toReversalRefusal(refused(422, 'insufficient-funds'), first)).toMatchObject({ is: 'declined' });
    expect(toReversalRefusal(refused(500, 'internal-server-error'), first)).toMatchObject({ is: 'unknown' });
  });
});
