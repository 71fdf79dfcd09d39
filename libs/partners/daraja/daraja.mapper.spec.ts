import { describe, expect, it } from '@jest/globals';
import { OrderRefused } from '#partner-kit';
import {
  accountReferenceOf,
  toBusinessPayoutBody,
  toCustomerPayoutBody,
  toPushBody,
  toQrBody,
  toReversalBody,
  toStatusBody,
} from './daraja.mapper.js';
import { DarajaSettings, numbersOf } from './daraja.settings.js';
import { ID, kes, NOW, payment, submitted, transfer } from './spec-support.js';

const { limits, payouts } = DarajaSettings.parse({
  baseUrl: 'http://127.0.0.1:1',
  payouts: { shortCode: '600997' },
  initiatorName: 'gwapi',
});
const collectionOf = (numbers: object) => {
  const { collection } = DarajaSettings.parse({
    baseUrl: 'http://127.0.0.1:1',
    collection: { ...numbers, merchantName: 'Demo' },
  });
  if (!collection) throw new Error('no collection');
  return numbersOf(collection);
};
const paybill = collectionOf({ paybill: '600777' });
const till = collectionOf({ storeNumber: '600778', tillNumber: '600779' });
const passkey = '0123456789abcdef'.repeat(4);
const initiator = { name: 'gwapi', credential: 'c3Vuc2hpbmU=' };
const urls = { ResultURL: 'https://x.example/r', QueueTimeOutURL: 'https://x.example/t' };
const push = (order = payment(), numbers = paybill) =>
  toPushBody(order, {
    ...{ numbers, passkey, limit: limits.payments, callbackUrl: 'https://x.example/cb/stk' },
    now: new Date('2026-10-12T11:30:05Z'),
  });
if (!payouts) throw new Error('no payouts');
const means = { payouts, limits, initiator, urls };

const pointerOf = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    if (error instanceof OrderRefused) return error.pointer;
  }
  return 'accepted';
};

describe('a push', () => {
  it('to a paybill signs with the paybill, at one moment of East Africa Time', () => {
    expect(push(payment({ reference: 'INV-20418', description: 'Order 20418' }))).toEqual({
      BusinessShortCode: '600777',
      Password:
        'NjAwNzc3MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjIwMjYxMDEyMTQzMDA1',
      Timestamp: '20261012143005',
      TransactionType: 'CustomerPayBillOnline',
      Amount: '1250',
      PartyA: '254712000345',
      PartyB: '600777',
      PhoneNumber: '254712000345',
      CallBackURL: 'https://x.example/cb/stk',
      AccountReference: 'INV-20418',
      TransactionDesc: 'Order 20418',
    });
  });

  it('to a till signs with the store and pays the till', () => {
    expect(push(payment(), till)).toMatchObject({
      BusinessShortCode: '600778',
      TransactionType: 'CustomerBuyGoodsOnline',
      PartyB: '600779',
    });
  });

  it.each([
    ['Café #12 & more', 'Caf 12 more'],
    ['a reference of many letters', 'a reference'],
    ['0123456789 12345', '0123456789 1'],
    ['###', 'C0FFEEFFEE11'],
    [null, 'C0FFEEFFEE11'],
  ])('writes the reference %j as %j', (reference, written) => {
    const order = payment({ id: '019a9f3c-7d10-7c44-9a01-c0ffeeffee11', reference });
    expect(accountReferenceOf(order)).toBe(written);
  });

  it.each([
    ['a fraction of a shilling', payment({ amount: kes('10.50') }), '/amount/value'],
    ['too little', payment({ amount: kes('0') }), '/amount/value'],
    ['too much', payment({ amount: kes('250001') }), '/amount/value'],
    ['a number of Senegal', payment({ payer: { type: 'msisdn', value: '+221771234567' } }), '/payer/value'],
    ['a landline', payment({ payer: { type: 'msisdn', value: '+254202223344' } }), '/payer/value'],
    ['nobody', payment({ payer: null }), '/payer/value'],
  ])('is refused for %s', (_, order, pointer) => {
    expect(pointerOf(() => push(order))).toBe(pointer);
  });
});

describe('a QR code', () => {
  it('carries a reference of its own, so that two payments of one invoice stay apart', () => {
    const order = payment({ method: 'qr', reference: 'INV-1' });
    expect(toQrBody(order, paybill, 'Demo', limits.payments)).toEqual({
      ...{
        MerchantName: 'Demo',
        RefNo: '5BE1C0FFEE11',
        Amount: 1250,
        TrxCode: 'PB',
        CPI: '600777',
        Size: '300',
      },
    });
  });

  it('of a till names the till', () => {
    expect(toQrBody(payment({ method: 'qr' }), till, 'Demo', limits.payments)).toMatchObject({
      TrxCode: 'BG',
      CPI: '600779',
    });
  });
});

describe('a payout', () => {
  it('to a customer carries our id as its key', () => {
    expect(
      toCustomerPayoutBody(transfer({ reference: 'CLM-8841', description: 'Claim 8841' }), means),
    ).toEqual({
      OriginatorConversationID: ID,
      InitiatorName: 'gwapi',
      SecurityCredential: 'c3Vuc2hpbmU=',
      CommandID: 'BusinessPayment',
      Amount: '4300',
      PartyA: '600997',
      PartyB: '254711000222',
      Remarks: 'Claim 8841',
      Occassion: 'CLM-8841',
      ...urls,
    });
  });

  it('to a paybill names the account there', () => {
    const payee = { type: 'paybill', value: '600555', account: 'SUP-7731' } as const;
    expect(toBusinessPayoutBody(transfer({ payee }), means)).toMatchObject({
      ...{ Initiator: 'gwapi', CommandID: 'BusinessPayBill', PartyB: '600555', AccountReference: 'SUP-7731' },
      ...{ SenderIdentifierType: '4', RecieverIdentifierType: '4', Remarks: 'Payout 5BE1C0FFEE11' },
    });
  });

  it('to a till needs no account', () => {
    const body = toBusinessPayoutBody(transfer({ payee: { type: 'till', value: '600779' } }), means);
    expect(body.CommandID).toBe('BusinessBuyGoods');
    expect(body).not.toHaveProperty('AccountReference');
    expect(body).not.toHaveProperty('OriginatorConversationID');
  });

  it.each([
    ['a customer who gets too little', transfer({ amount: kes('9') }), '/amount/value'],
    ['a customer who gets too much', transfer({ amount: kes('250001') }), '/amount/value'],
    ['a number of nowhere', transfer({ payee: { type: 'msisdn', value: '+255712000345' } }), '/payee/value'],
    [
      'a paybill without account',
      transfer({ payee: { type: 'paybill', value: '600555' } }),
      '/payee/account',
    ],
    [
      'an account that would have to be cut',
      transfer({ payee: { type: 'paybill', value: '600555', account: '12345678901234' } }),
      '/payee/account',
    ],
    [
      'an account that would have to be cleaned',
      transfer({ payee: { type: 'paybill', value: '600555', account: 'A#1' } }),
      '/payee/account',
    ],
    ['a till of letters', transfer({ payee: { type: 'till', value: 'ABCDE' } }), '/payee/value'],
  ])('is refused for %s', (_, order, pointer) => {
    const isCustomer = order.payee?.type === 'msisdn';
    const make = () => (isCustomer ? toCustomerPayoutBody(order, means) : toBusinessPayoutBody(order, means));
    expect(pointerOf(make)).toBe(pointer);
  });
});

describe('a reversal', () => {
  const original = submitted(payment(), { receipt: 'UKK7B2M4XR' });
  const order = payment({ kind: 'reversal', payer: null, description: 'Paid twice' });
  const reverse = (asked = order, of = original) =>
    toReversalBody(asked, of, { numbers: paybill, initiator, urls });

  it('names the receipt, and spells as the partner spells', () => {
    expect(reverse()).toEqual({
      Initiator: 'gwapi',
      SecurityCredential: 'c3Vuc2hpbmU=',
      CommandID: 'TransactionReversal',
      TransactionID: 'UKK7B2M4XR',
      Amount: '1250',
      ReceiverParty: '600777',
      RecieverIdentifierType: '11',
      Remarks: 'Paid twice',
      ...urls,
    });
  });

  it('is refused in part, and before there is a receipt', () => {
    expect(pointerOf(() => reverse(payment({ kind: 'reversal', amount: kes('100') })))).toBe('/amount/value');
    expect(pointerOf(() => reverse(order, submitted(payment())))).toBe('');
  });
});

describe('a status question', () => {
  it('names a receipt, or the request that began it', () => {
    expect(toStatusBody({ receipt: 'UKK7B2M4XR' }, '600777', initiator, urls)).toMatchObject({
      ...{ CommandID: 'TransactionStatusQuery', TransactionID: 'UKK7B2M4XR', PartyA: '600777' },
    });
    const byId = toStatusBody({ conversation: ID }, '600997', initiator, urls);
    expect(byId).toMatchObject({ OriginalConversationID: ID, IdentifierType: '4' });
    expect(byId).not.toHaveProperty('TransactionID');
  });
});

it('the moment of a submission is not that of another', () => {
  expect(push().Timestamp).not.toBe(
    toPushBody(payment(), {
      ...{ numbers: paybill, passkey, limit: limits.payments, callbackUrl: 'https://x.example/cb', now: NOW },
    }).Timestamp,
  );
});
