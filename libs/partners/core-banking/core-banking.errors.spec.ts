import { describe, expect, it } from '@jest/globals';
import { NoAnswer, NotReached, PartnerBusy, UnmappedAnswer } from '#partner-kit';
import {
  CREDIT_REASONS,
  errorOf,
  isNotThere,
  OBJECTIONS,
  REVERSAL_REASONS,
  toNoNews,
  toRefusal,
} from './core-banking.errors.js';
import { refusal, reply } from './fixtures/stage.js';

const first = { isRepeat: false };
const repeat = { isRepeat: true };

describe('a refused credit', () => {
  it.each([
    ['account_unknown', 'invalid_party'],
    ['account_type_unsupported', 'invalid_party'],
    ['account_blocked', 'party_inactive'],
    ['account_closed', 'party_inactive'],
    ['currency_not_held', 'amount_invalid'],
    ['amount_invalid', 'amount_invalid'],
    ['limit_exceeded', 'limit_exceeded'],
    ['insufficient_funds', 'insufficient_funds'],
    ['not_permitted', 'not_permitted'],
    ['compliance_blocked', 'compliance_blocked'],
  ])('with %s is declined as %s, the first time and every other', (code, reason) => {
    const declined = { is: 'declined', reason, moneyMoved: 'no', partner: { code, message: `No: ${code}` } };
    expect(toRefusal(refusal(422, code), first, CREDIT_REASONS)).toEqual(declined);
    expect(toRefusal(refusal(422, code), repeat, CREDIT_REASONS)).toEqual(declined);
    expect(toRefusal(refusal(422, code), first, REVERSAL_REASONS)).toEqual(declined);
  });

  it('tells a scheme more than its reason where that would say something else', () => {
    const ofCodes = {
      account_type_unsupported: 'unsupported_id_type',
      account_closed: 'party_closed',
      currency_not_held: 'currency_not_held',
    };
    expect(OBJECTIONS).toEqual({ ...ofCodes, 'http-429': 'busy' });
    expect(Object.keys(CREDIT_REASONS)).toEqual(expect.arrayContaining(Object.keys(ofCodes)));
  });

  it.each([
    [401, 'unauthorized', 'partner_misconfigured'],
    [403, 'forbidden', 'partner_misconfigured'],
    [400, 'malformed', 'internal'],
  ])('with %s %s says nothing of an earlier try', (status, code, reason) => {
    const answer = refusal(status, code);
    expect(toRefusal(answer, first, CREDIT_REASONS)).toMatchObject({
      is: 'declined',
      reason,
      moneyMoved: 'no',
    });
    const told = toRefusal(answer, repeat, CREDIT_REASONS);
    expect(told).toMatchObject({ is: 'unknown', cause: expect.any(NoAnswer) });
  });

  it.each([
    [409, 'other_content'],
    [422, 'account_under_review'],
    [422, 'constructor'],
    [422, 'credit_unknown'],
    [418, 'limit_exceeded'],
    [404, 'not_found'],
    [302, 'limit_exceeded'],
  ])('with %s %s is unknown, and raises an alert', (status, code) => {
    const told = toRefusal(refusal(status, code), first, CREDIT_REASONS);
    expect(told).toMatchObject({ is: 'unknown', cause: expect.any(UnmappedAnswer) });
  });

  it.each([408, 500, 502, 503, 504])('with %s is unknown, whatever its code', (status) => {
    const told = toRefusal(refusal(status, 'limit_exceeded'), first, CREDIT_REASONS);
    expect(told).toMatchObject({ is: 'unknown', cause: expect.any(NoAnswer) });
  });

  it.each([
    [429, {}, 2_000],
    [429, { 'retry-after': '7' }, 7_000],
    [429, { 'retry-after': 'Sat, 21 Nov 2026 09:10:00 GMT' }, 2_000],
    [503, { 'retry-after': '1' }, 1_000],
  ])('with %s and %j was not taken up', (status, headers, retryAfterMs) => {
    const told = toRefusal(refusal(status, 'busy', headers), first, CREDIT_REASONS);
    expect(told).toMatchObject({ is: 'notSent', cause: expect.any(NotReached), retryAfterMs });
  });

  it('with 429 has too much to do, by a word that says so whatever its own code is', () => {
    const told = toRefusal(refusal(429, 'too_many_requests'), first, CREDIT_REASONS);
    expect(told).toMatchObject({ cause: expect.any(PartnerBusy), partner: { code: 'http-429' } });
    const away = toRefusal(refusal(503, 'busy', { 'retry-after': '1' }), first, CREDIT_REASONS);
    expect(away).not.toMatchObject({ cause: expect.any(PartnerBusy) });
  });
});

describe('a refused reversal', () => {
  it.each([
    [404, 'credit_unknown', 'partner_rejected'],
    [422, 'already_taken_back', 'duplicate'],
  ])('with %s %s is declined as %s', (status, code, reason) => {
    const told = toRefusal(refusal(status, code), first, REVERSAL_REASONS);
    expect(told).toMatchObject({ is: 'declined', reason, moneyMoved: 'no' });
  });
});

describe('the answer to a question', () => {
  it('is "not there" only with the code for it', () => {
    expect(isNotThere(refusal(404, 'credit_unknown'), 'credit_unknown')).toBe(true);
    expect(isNotThere(refusal(404, 'not_found'), 'credit_unknown')).toBe(false);
    expect(isNotThere(reply(404, '<html>'), 'credit_unknown')).toBe(false);
    expect(isNotThere(refusal(422, 'credit_unknown'), 'credit_unknown')).toBe(false);
  });

  it('is no news where it was refused', () => {
    expect(toNoNews(refusal(422, 'limit_exceeded'))).toMatchObject({ is: 'unknown' });
    expect(toNoNews(refusal(429, 'too_many_requests'))).toMatchObject({ is: 'notSent' });
    expect(errorOf(refusal(401, 'unauthorized'))).toBeInstanceOf(NoAnswer);
    expect(errorOf(refusal(503, 'busy', { 'retry-after': '1' }))).toBeInstanceOf(NotReached);
    expect(errorOf(refusal(503, 'busy', { 'retry-after': '1' }))).not.toBeInstanceOf(PartnerBusy);
    expect(errorOf(refusal(429, 'too_many_requests'))).toBeInstanceOf(PartnerBusy);
  });
});

describe('what an operator reads of a refusal', () => {
  it('holds no number and no text that is no code', () => {
    const told = toRefusal(
      reply(422, { code: 'Account +221770000701', message: 'no account 221770000701' }),
      first,
      CREDIT_REASONS,
    );
    expect(told).toMatchObject({ partner: { code: 'http-422', message: 'no account •••' } });
    expect(JSON.stringify(told)).not.toContain('770000701');
    expect('cause' in told && told.cause.message).toBe('the back end answered 422 http-422');
  });

  it('is cut between characters, so that it can be stored', () => {
    const message = `${'x'.repeat(199)}😀`;
    const told = toRefusal(
      reply(422, { code: 'limit_exceeded', message: `${message}!` }),
      first,
      CREDIT_REASONS,
    );
    expect(told).toMatchObject({ partner: { message } });
  });
});
