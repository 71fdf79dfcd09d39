import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Heard, pause } from './spec-listener.js';
import { type Answer, paybill, payer, Stage, store } from './spec-support.js';

const stage = new Stage();
const receive = (body: object): Promise<Answer> =>
  stage.call('POST', '/control/partners/mpesa-ke/receipts', body);
const register = (path: string, changes: object = {}, version = 'v2'): Promise<Answer> =>
  stage.post(`/mpesa/c2b/${version}/registerurl`, {
    ShortCode: paybill,
    ResponseType: 'Completed',
    ConfirmationURL: stage.listener.url(`${path}/confirm`),
    ValidationURL: stage.listener.url(`${path}/validate`),
    ...changes,
  });
const says =
  (verdict: object) =>
  ({ path }: Heard) => ({
    status: 200,
    body: JSON.stringify(path.endsWith('validate') ? verdict : { ResultCode: 0 }),
  });

beforeAll(() => stage.open());
afterAll(() => stage.close());
beforeEach(() => {
  stage.listener.answer = says({ ResultCode: '0', ResultDesc: 'Accepted' });
});

describe('the registration of URLs', () => {
  it('answers with zeros, and refuses strangers and words', async () => {
    expect((await register('/r')).json).toMatchObject({
      ResponseCode: '00000000',
      ResponseDescription: 'Success',
    });
    expect((await register('/r', {}, 'v1')).json['ResponseCode']).toBe('0');
    expect((await register('/r', { ShortCode: '600111' })).json['errorCode']).toBe('400.003.02');
    expect((await register('/r', { ResponseType: 'completed' })).json['errorMessage']).toContain(
      'ResponseType',
    );
    expect((await register('/r/executive')).json['errorMessage']).toContain('ConfirmationURL');
  });
});

describe('a payment that nobody asked for', () => {
  it('is validated, moves the money, and is confirmed with a masked payer', async () => {
    stage.listener.answer = says({ ResultCode: '0', ThirdPartyTransID: 'val_1' });
    await register('/v2');
    const { status, json } = await receive({ amount: '75', msisdn: payer, billRef: 'HSE-12' });
    expect(status).toBe(201);
    const validation = await stage.listener.wait('/v2/validate');
    const confirmation = await stage.listener.wait('/v2/confirm');
    expect(validation.json).toMatchObject({ TransID: json['receipt'], OrgAccountBalance: '' });
    expect(confirmation.json).toMatchObject({
      TransactionType: 'Pay Bill',
      TransID: json['receipt'],
      TransAmount: '75.00',
      BusinessShortCode: paybill,
      BillRefNumber: 'HSE-12',
      OrgAccountBalance: '1075.00',
      ThirdPartyTransID: 'val_1',
      MSISDN: '2547 ***** 345',
    });
    expect((await stage.entries()).at(-1)).toMatchObject({ kind: 'receipt', receipt: json['receipt'] });
  });

  it('hides the payer in a hash under the first version', async () => {
    await register('/v1', { ShortCode: store }, 'v1');
    await receive({ amount: 10, shortCode: store });
    const { json } = await stage.listener.wait('/v1/confirm');
    expect(json['MSISDN']).toBe(createHash('sha256').update(payer).digest('hex'));
    expect(json['TransactionType']).toBe('Buy Goods');
  });

  it('does not happen when the bank says no; the payer reads why', async () => {
    stage.listener.answer = says({ ResultCode: 'C2B00012', ResultDesc: 'Rejected' });
    await register('/no');
    const before = (await stage.entries()).length;
    const { json } = await receive({ amount: '75', billRef: 'WHO' });
    expect(json).toEqual({ receipt: null, rejected: 'C2B00012' });
    await pause(40);
    expect(stage.listener.at('/no/confirm')).toEqual([]);
    expect((await stage.entries()).length).toBe(before);
    expect((await stage.call('GET', '/mpesa-ke/_sim/sms')).text).toContain('the account number is invalid');
  });

  it.each([
    ['Completed', { receipt: expect.any(String), rejected: null }],
    ['Cancelled', { receipt: null, rejected: 'C2B00016' }],
  ])('is %s when the bank does not answer in time', async (ResponseType, end) => {
    stage.listener.answer = ({ path }) =>
      path.endsWith('validate') ? undefined : { status: 200, body: '{}' };
    await register(`/mute-${ResponseType}`, { ResponseType });
    expect((await receive({ amount: '5' })).json).toEqual(end);
  });

  it('names the field that is wrong', async () => {
    expect(await receive({ amount: '0' })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/amount' }] },
    });
    expect((await receive({ amount: '5', shortCode: '1' })).text).toContain('/shortCode');
  });

  it('can be simulated through the API', async () => {
    await register('/sim');
    const order = { ShortCode: 600777, CommandID: 'CustomerPayBillOnline', Amount: 75, Msisdn: 254708374149 };
    expect((await stage.post('/mpesa/c2b/v1/simulate', order)).json['errorMessage']).toContain(
      'BillRefNumber',
    );
    const { json } = await stage.post('/mpesa/c2b/v2/simulate', { ...order, BillRefNumber: 'HSE-12' });
    expect(json['ResponseCode']).toBe('0');
    expect((await stage.listener.wait('/sim/confirm')).json['TransAmount']).toBe('75.00');
  });
});

describe('a payment by prompt', () => {
  it('is confirmed too, under the same receipt', async () => {
    await register('/both');
    await stage.push('/both/stk');
    const { text } = await stage.listener.wait('/both/stk');
    const { json } = await stage.listener.wait('/both/confirm');
    expect(text).toContain(`"${String(json['TransID'])}"`);
    expect(json['BillRefNumber']).toBe('INV-20418');
    expect(stage.listener.at('/both/validate')).toEqual([]);
  });
});

describe('the history', () => {
  it('is pulled once registered, and exported as a statement', async () => {
    const query = {
      ShortCode: paybill,
      StartDate: '2020-01-01 00:00:00',
      EndDate: '2999-01-01 00:00:00',
      OffSetValue: '0',
    };
    const pull = () => stage.post('/pulltransactions/v1/query', query);
    expect((await pull()).json['ResponseCode']).toBe('1001');
    const registration = {
      ShortCode: paybill,
      RequestType: 'Pull',
      NominatedNumber: payer,
      CallBackURL: stage.listener.url('/pull'),
    };
    const statuses = [];
    for (let left = 2; left > 0; left -= 1) {
      const { json } = await stage.post('/pulltransactions/v1/register', registration);
      statuses.push(json['ResponseStatus']);
    }
    expect(statuses).toEqual(['1000', '1001']);
    const { json } = await pull();
    const [rows] = json['Response'] as [{ transactionId: string; amount: string }[]];
    const entries = await stage.entries();
    expect(rows.length).toBeGreaterThan(2);
    for (const { transactionId } of rows)
      expect(entries.map(({ receipt }) => receipt)).toContain(transactionId);
    const { text } = await stage.call('GET', `/mpesa-ke/_sim/statement?shortCode=${paybill}`);
    expect(text).toContain('Receipt No.,Completion Time,Initiation Time,Details');
    expect(text.split('\n').filter((line) => line.includes(',Completed,'))).toHaveLength(rows.length);
    expect(text).toContain('"1,075.00"');
  });
});
