import { describe, expect, it } from '@jest/globals';
import { errorOf, record, reply, trouble } from './fixtures/stage.js';
import { isRefusal, reasonOf, wordOf as toWord } from '../fspiop/errors.js';
import { says, wordOf } from './mojaloop.errors.js';
import { readAnswer } from './mojaloop.wire.js';

describe('a code of the scheme', () => {
  it('comes with a text that is cut between characters, so that it can be stored', () => {
    const message = `${'x'.repeat(199)}😀`;
    expect(toWord('5105', `${message}!`)).toEqual({ code: '5105', message });
  });

  it.each([
    ['1001', 'partner_unavailable'],
    ['2001', 'partner_unavailable'],
    ['2005', 'partner_throttled'],
    ['3001', 'partner_misconfigured'],
    ['3105', 'partner_misconfigured'],
    ['3106', 'duplicate'],
    ['3201', 'partner_unavailable'],
    ['3202', 'partner_misconfigured'],
    ['3203', 'invalid_party'],
    ['3204', 'invalid_party'],
    ['3302', 'quote_expired'],
    ['3303', 'expired'],
    ['4001', 'insufficient_funds'],
    ['4101', 'payer_cancelled'],
    ['4200', 'limit_exceeded'],
    ['4300', 'not_permitted'],
    ['4400', 'party_inactive'],
    ['5001', 'partner_rejected'],
    ['5103', 'partner_rejected'],
    ['5106', 'amount_invalid'],
    ['5107', 'invalid_party'],
    ['5200', 'limit_exceeded'],
    ['5300', 'not_permitted'],
    ['5400', 'party_inactive'],
  ])('%s is %s', (code, reason) => {
    expect(reasonOf(code)).toBe(reason);
  });

  it.each([
    ['1999', 'partner_unavailable'],
    ['2999', 'partner_unavailable'],
    ['3299', 'invalid_party'],
    ['3399', 'expired'],
    ['3999', 'partner_rejected'],
    ['4299', 'limit_exceeded'],
    ['4999', 'partner_rejected'],
    ['5209', 'limit_exceeded'],
    ['5499', 'party_inactive'],
    ['5999', 'partner_rejected'],
    ['7300', 'partner_rejected'],
    ['toString', 'partner_rejected'],
    ['payment_blocked', 'partner_rejected'],
  ])('%s, which no table knows, is by its group %s', (code, reason) => {
    expect(reasonOf(code)).toBe(reason);
  });

  it.each(['3302', '3303', '4001', '5105', '7100'])('%s is a no to a transfer under way', (code) => {
    expect(isRefusal(code)).toBe(true);
  });

  it.each(['1001', '2001', '2004', '3106', '504', '500', ''])('%s leaves open what happened', (code) => {
    expect(isRefusal(code)).toBe(false);
  });
});

describe('the partner’s word', () => {
  const word = (...of: Parameters<typeof trouble>) => wordOf(readAnswer(trouble(...of)));

  it('is the switch’s, where it spoke', () => {
    const kept = record('ERROR_OCCURRED', errorOf('5200', 'too much'));
    expect(word(500, '9999', 'Got an error', kept)).toEqual({ code: '5200', message: 'too much' });
  });

  it('is the scheme adapter’s else, whether it writes a number or a text', () => {
    expect(word(400, 400, 'must match pattern')).toEqual({ code: '400', message: 'must match pattern' });
    expect(word(504, '504', 'Timeout')).toEqual({ code: '504', message: 'Timeout' });
  });

  it('is the status, where it is no answer of the scheme adapter’s', () => {
    expect(wordOf(readAnswer(reply(502, '<html>')))).toEqual({ code: '502', message: 'HTTP 502' });
  });

  it('is cut, and holds nobody’s number', () => {
    const { message } = word(500, '3204', `party 221770000702 ${'x'.repeat(500)}`);
    expect(message).not.toContain('221770000702');
    expect(message.length).toBeLessThanOrEqual(200);
  });

  it('is no part of what we log, but for its code', () => {
    expect(says(readAnswer(trouble(500, '3204', 'Awa Demo')))).toBe('the scheme adapter answered 500 3204');
  });
});
