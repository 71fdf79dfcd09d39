import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type ReceiptNotice } from '#partner-kit';
import { isPayer, marksOf, readConfirmation } from './daraja.c2b.js';
import { type CollectionNumbers } from './daraja.settings.js';
import { callbackOf, fixture, kes, payment, submitted } from './spec-support.js';

const paybill: CollectionNumbers = {
  shortCode: '600777',
  receiver: '600777',
  isTill: false,
  all: ['600777'],
};
const till: CollectionNumbers = {
  shortCode: '600778',
  receiver: '600779',
  isTill: true,
  all: ['600778', '600779'],
};
const confirmation = (changes: object = {}, numbers = paybill): ReceiptNotice => {
  const body = { ...(JSON.parse(fixture('c2b-confirmation')) as object), ...changes };
  return readConfirmation(callbackOf('c2b/confirm', JSON.stringify(body)), numbers);
};
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a confirmation', () => {
  it('is a receipt with the time of East Africa', () => {
    expect(confirmation()).toMatchObject({
      is: 'receipt',
      receipt: 'UKK3N6Q8LP',
      amount: kes('75.50'),
      payer: { type: 'alias', value: '2547*****345', name: 'WANJIRU' },
      reference: 'hse 12',
      description: 'Pay Bill',
      paidAt: new Date('2026-11-20T11:30:15Z'),
    });
  });

  it.each([
    ['254712000345', { type: 'msisdn', value: '+254712000345', name: 'WANJIRU' }],
    [hash('254712000345'), { type: 'alias', value: hash('254712000345'), name: 'WANJIRU' }],
    ['', null],
  ])('of the payer %s', (MSISDN, payer) => {
    expect(confirmation({ MSISDN }).payer).toEqual(payer);
  });

  it.each(['10', '75.00', 10, '75'])('of the amount %j', (TransAmount) => {
    expect(confirmation({ TransAmount }).amount).toEqual(kes(String(TransAmount)));
  });

  it('without names and reference is still one', () => {
    const none = {
      BillRefNumber: undefined,
      FirstName: undefined,
      MiddleName: null,
      TransactionType: undefined,
    };
    expect(confirmation(none)).toMatchObject({ reference: null, payer: { type: 'alias' } });
  });

  it('for a short code of somebody else is not ours', () => {
    expect(() => confirmation({ BusinessShortCode: '600111' })).toThrow(/BusinessShortCode/);
  });
});

describe('a receipt could be the money of a payment', () => {
  const createdAt = new Date('2026-11-20T11:29:30Z');
  const open = (changes: Parameters<typeof payment>[0] = {}, facts: Parameters<typeof submitted>[1] = {}) =>
    submitted(payment({ amount: kes('75'), reference: 'HSE-12', ...changes }), { createdAt, ...facts });

  it.each([
    ['with the same account, however it is spelt', open(), 'alike'],
    ['that has this receipt already', open({}, { receipt: 'UKK3N6Q8LP' }), 'alike'],
    ['that has another receipt', open({}, { receipt: 'UKK1H8V5TD' }), 'misfit'],
    ['with another account', open({ reference: 'HSE-13' }), 'misfit'],
    ['of another payer', open({ payer: { type: 'msisdn', value: '+254712000346' } }), 'misfit'],
    ['of no payer in particular', open({ payer: null }), 'alike'],
    [
      'that was made later, which is not for it to judge',
      open({}, { createdAt: new Date('2026-11-21') }),
      'alike',
    ],
    ['that is none', open({ kind: 'reversal' }), 'misfit'],
  ])('%s', (_, order, expected) => {
    expect(confirmation().fit(order)).toBe(expected);
  });

  it('asked for by a QR code, by the reference in the code', () => {
    const order = open({ method: 'qr', payer: null });
    expect(confirmation({ BillRefNumber: '5BE1C0FFEE11' }).fit(order)).toBe('named');
    expect(confirmation({ BillRefNumber: 'HSE-12' }).fit(order)).toBe('misfit');
  });

  it.each([
    ['the masked payer', '2547 ***** 345', {}, 'alike'],
    ['the hashed payer', hash('254712000345'), {}, 'alike'],
    ['another payer', '2547 ***** 346', {}, 'misfit'],
    ['a payer of whom nothing is told', '', {}, 'misfit'],
    ['nobody who was named beforehand', '2547 ***** 345', { payer: null }, 'misfit'],
  ])('at a till, where only the payer tells: %s', (_, MSISDN, changes, expected) => {
    const notice = confirmation({ BusinessShortCode: '600779', BillRefNumber: '', MSISDN }, till);
    expect(notice.fit(open(changes))).toBe(expected);
  });
});

describe('a payment carries the marks that its confirmation will name', () => {
  const order = payment({ amount: kes('75'), reference: 'hse 12' });

  it.each([
    ['2547 ***** 345', '345'],
    ['2547****0345', '345'],
    ['+254712000345', '345'],
    ['254712****45', null],
    [hash('254712000345'), null],
    ['', null],
  ])('at a paybill, confirmed with the number %s', (MSISDN, payer) => {
    expect(marksOf(order, paybill)).toEqual({ account: 'HSE12', payer: '345' });
    expect(confirmation({ MSISDN }).marks).toEqual({ account: 'HSE12', payer });
  });

  it('at a till, where there is no account', () => {
    const told = { BusinessShortCode: '600779', BillRefNumber: '', MSISDN: '2547 ***** 345' };
    expect(confirmation(told, till).marks).toEqual(marksOf(order, till));
    expect(marksOf(order, till)).toEqual({ account: '', payer: '345' });
  });

  it('without a payer by the account alone, and never without an account', () => {
    expect(marksOf({ ...order, payer: null }, paybill)).toEqual({ account: 'HSE12', payer: '' });
    expect(confirmation({ BillRefNumber: '' }).marks).toBeNull();
  });
});

it.each([
  ['2547 ***** 345', true],
  ['25471****345', true],
  ['2547****0345', true],
  ['254712***345', true],
  ['254712***346', false],
  ['+254712000345', true],
  ['254712000346', false],
  [hash('254712000345'), true],
  [hash('254712000346'), false],
  ['*****', null],
  ['', null],
  [null, null],
  ['somebody', null],
])('the number %s is the payer: %s', (told, expected) => {
  expect(isPayer('254712000345', told)).toBe(expected);
});
