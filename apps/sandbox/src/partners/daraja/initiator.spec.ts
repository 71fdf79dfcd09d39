import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, pause } from './spec-listener.js';
import { bulk, parametersOf, paybill, payer, seal, Stage } from './spec-support.js';

const stage = new Stage();
const resultOf = (path: string): Promise<Json> => stage.result(path);
const payee = (last: number) => ({ PartyB: `254700000${last}` });
const movedTo = async (party: string) => (await stage.entries()).filter((entry) => entry.party === party);

beforeAll(() => stage.open({ lateMs: 60_000 }));
afterAll(() => stage.close());
afterEach(async () => {
  const { entries, balance } = await stage.books();
  const moved = entries.reduce((sum, { change }) => sum + Number(change), Number(balance['opening']));
  expect(moved).toBeCloseTo(Number(balance['amount']), 5);
});

describe('a B2C payment', () => {
  it('is acknowledged under the name that it came with, then paid', async () => {
    const answer = await stage.disburse('po-1');
    expect(answer.json).toMatchObject({ OriginatorConversationID: 'po-1', ResponseCode: '0' });
    expect(answer.json['ConversationID']).toMatch(/^AG_20\d{6}_[0-9a-f]{20}$/);
    const result = await resultOf('/po-1');
    expect(result).toMatchObject({ ResultType: 0, ResultCode: 0, OriginatorConversationID: 'po-1' });
    expect(parametersOf(result)).toMatchObject({
      TransactionAmount: 1500,
      TransactionReceipt: result['TransactionID'],
      ReceiverPartyPublicName: expect.stringMatching(/^254712000345 - [A-Z]+ [A-Z]+$/),
      TransactionCompletedDateTime: expect.stringMatching(/^\d{2}\.\d{2}\.20\d{2} \d{2}:\d{2}:\d{2}$/),
      B2CUtilityAccountAvailableFunds: 48500,
      B2CRecipientIsRegisteredCustomer: 'Y',
    });
    expect(result).toMatchObject({ ReferenceData: { ReferenceItem: { Key: 'QueueTimeoutURL' } } });
    expect(await movedTo(payer)).toMatchObject([{ reference: 'po-1', kind: 'transfer', amount: '1500.00' }]);
  });

  it('is not made twice under one name', async () => {
    await stage.disburse('po-2', payee(290));
    const again = await stage.disburse('po-2', payee(290));
    expect(again).toMatchObject({ status: 500, json: { errorCode: '500.002.1001' } });
    await resultOf('/po-2');
    expect(await movedTo('254700000290')).toHaveLength(1);
  });

  it('names the field that is wrong, and tells limits and float later', async () => {
    const wrong = { CommandID: 'Pay', Remarks: 'x', PartyB: '0712000345', Amount: '1.5', PartyA: '600111' };
    for (const [field, value] of Object.entries(wrong)) {
      const { json } = await stage.disburse(`wrong-${field}`, { [field]: value });
      expect(json['errorMessage']).toBe(`Bad Request - Invalid ${field}`);
    }
    await stage.disburse('small', { Amount: '9' });
    await stage.disburse('large', { Amount: '250001' });
    await stage.disburse('float', { Amount: '60000' });
    const codes = await Promise.all(['/small', '/large', '/float'].map(resultOf));
    expect(codes.map((result) => result['ResultCode'])).toEqual([2, 3, 1]);
    expect(codes[0]?.['TransactionID']).toMatch(/^U[A-L][1-9A-V]0000000$/);
    expect(codes[0]?.['ResultParameters']).toBeUndefined();
  });

  it.each([
    [204, 4],
    [214, 17],
    [228, 2040],
    [232, 'SFC_IC0003'],
    [237, 7777],
  ])('to 254700000%i ends with %s and moves nothing', async (last, code) => {
    await stage.disburse(`code-${last}`, payee(last));
    expect((await resultOf(`/code-${last}`))['ResultCode']).toBe(code);
    expect(await movedTo(`254700000${last}`)).toEqual([]);
  });

  it('times out in the queue, with either body, and is paid late or not at all', async () => {
    await stage.disburse('queue-1', payee(250));
    await stage.disburse('queue-2', payee(251));
    const echoed = await stage.listener.wait('/queue-1/timeout');
    expect(echoed.json).toMatchObject({ OriginatorConversationID: 'queue-1', PartyB: '254700000250' });
    expect((await stage.listener.wait('/queue-2/timeout')).text).toContain('"ConversationID":"AG_');
    expect(await movedTo('254700000250')).toEqual([]);
    await stage.advance(60_000);
    expect((await resultOf('/queue-1'))['ResultCode']).toBe(0);
    expect(await movedTo('254700000250')).toHaveLength(1);
    expect(await movedTo('254700000251')).toEqual([]);
    const status = await stage.status('/queue-2-status', { OriginalConversationID: 'queue-2' });
    expect(parametersOf(status)['TransactionStatus']).toBe('Expired');
  });

  it('is paid although the request never gets its answer, or gets an error', async () => {
    void stage.disburse('hang', payee(252)).catch(() => undefined);
    expect((await stage.disburse('error', payee(253))).json['errorCode']).toBe('500.003.1001');
    expect(await movedTo('254700000253')).toHaveLength(1);
    expect((await resultOf('/hang'))['ResultCode']).toBe(0);
    expect(await movedTo('254700000252')).toHaveLength(1);
    expect((await stage.disburse('hang', payee(252))).json['errorCode']).toBe('500.002.1001');
    void stage.disburse('lost', payee(259)).catch(() => undefined);
    await pause(40);
    expect(await movedTo('254700000259')).toEqual([]);
    expect((await stage.disburse('lost', payee(290))).status).toBe(200);
  });

  it('is told of twice, early, late, never, or wrongly', async () => {
    await Promise.all([255, 257, 254, 258].map((last) => stage.disburse(`news-${last}`, payee(last))));
    await stage.disburse('news-256', payee(256));
    expect(stage.listener.at('/news-256/result')).toHaveLength(1);
    await stage.listener.wait('/news-255/result', 2);
    expect((await resultOf('/news-258'))['ResultCode']).toBe(17);
    expect(await movedTo('254700000258')).toHaveLength(1);
    expect(stage.listener.at('/news-257/result')).toEqual([]);
    await stage.advance(60_000);
    await stage.listener.wait('/news-257/result');
    expect(stage.listener.at('/news-254/result')).toEqual([]);
    expect(await movedTo('254700000254')).toHaveLength(1);
  });
});

describe('the initiator', () => {
  it('with a wrong password is told in the result, and locked at the third time', async () => {
    const other = await new Stage().open();
    const code = async (name: string, changes: object = {}) => {
      await other.disburse(name, changes);
      return (await other.result(`/${name}`))['ResultCode'];
    };
    expect(await code('good-1')).toBe(0);
    expect(await code('bad-1', { SecurityCredential: seal('wrong') })).toBe(2001);
    expect(await code('bad-2', { SecurityCredential: 'nonsense' })).toBe(2001);
    expect(await code('bad-3', { InitiatorName: 'stranger' })).toBe(8006);
    expect(await code('good-2')).toBe(8006);
    await other.call('DELETE', '/control/partners/mpesa-ke/books');
    other.token = await other.freshToken();
    expect(await code('good-3')).toBe(0);
    expect((await other.entries()).length).toBe(1);
    await other.close();
  });
});

describe('a B2B payment', () => {
  const pay = (path: string, changes: object = {}) =>
    stage.post('/mpesa/b2b/v1/paymentrequest', {
      ...stage.initiator(path),
      CommandID: 'BusinessPayBill',
      SenderIdentifierType: '4',
      RecieverIdentifierType: '4',
      Amount: '3200',
      PartyA: bulk,
      PartyB: '600555',
      AccountReference: 'SUP-7731',
      ...changes,
    });

  it('goes out of the working account, and its result is all text', async () => {
    await pay('/b2b');
    const result = await resultOf('/b2b');
    expect(result).toMatchObject({ ResultType: '0', ResultCode: '0' });
    expect(parametersOf(result)).toMatchObject({
      Amount: '3200.00',
      DebitPartyAffectedAccountBalance: 'Working Account|KES|20000.00|16800.00|3200.00|0.00',
      DebitAccountBalance: '{Amount={CurrencyCode=KES, MinimumAmount=1680000, BasicAmount=16800.00}}',
    });
    expect(await movedTo('600555')).toMatchObject([{ reference: 'SUP-7731', amount: '3200.00' }]);
  });

  it('needs its typos and a float, and knows magic businesses', async () => {
    const misspelt = await pay('/b2b-typo', {
      RecieverIdentifierType: undefined,
      ReceiverIdentifierType: '4',
    });
    expect(misspelt.json['errorMessage']).toBe('Bad Request - Invalid RecieverIdentifierType');
    await pay('/b2b-float', { Amount: '99999', CommandID: 'BusinessBuyGoods', AccountReference: undefined });
    expect((await resultOf('/b2b-float'))['ResultCode']).toBe('1');
    await pay('/b2b-magic', { PartyB: '600211' });
    expect((await resultOf('/b2b-magic'))['ResultCode']).toBe('13');
  });
});

describe('an enquiry', () => {
  it('finds a payment by receipt and by name, and says what it does not know', async () => {
    await stage.disburse('asked', payee(291));
    const receipt = (await resultOf('/asked'))['TransactionID'];
    for (const [path, about] of [
      ['/by-name', { OriginalConversationID: 'asked' }],
      ['/by-receipt', { TransactionID: receipt }],
    ] as const) {
      expect(parametersOf(await stage.status(path, about))).toMatchObject({
        TransactionStatus: 'Completed',
        Amount: '1500',
        ReceiptNo: receipt,
        OriginatorConversationID: 'asked',
        CreditPartyName: expect.stringContaining('254700000291 - '),
      });
    }
    expect((await stage.status('/no-name', { OriginalConversationID: 'x' }))['ResultCode']).toBe(2033);
    expect((await stage.status('/no-receipt', { TransactionID: 'UJC1P9D3ZK' }))['ResultCode']).toBe(2032);
    const declined = await stage.status('/declined', { OriginalConversationID: 'code-204' });
    expect(parametersOf(declined)['TransactionStatus']).toBe('Declined');
  });

  it('reads the balance of every account', async () => {
    await stage.post('/mpesa/accountbalance/v1/query', {
      ...stage.initiator('/balance'),
      CommandID: 'AccountBalance',
      PartyA: paybill,
      IdentifierType: '4',
    });
    const result = await resultOf('/balance');
    expect(result['ResultCode']).toBe('0');
    expect(parametersOf(result)['AccountBalance']).toBe(
      [
        'Working Account|KES|0.00|0.00|0.00|0.00',
        'Utility Account|KES|1000.00|1000.00|0.00|0.00',
        'Charges Paid Account|KES|0.00|0.00|0.00|0.00',
        'Organization Settlement Account|KES|0.00|0.00|0.00|0.00',
      ].join('&'),
    );
  });
});

describe('a reversal', () => {
  const reverse = async (path: string, receipt: string, changes: object = {}) => {
    await stage.post('/mpesa/reversal/v1/request', {
      ...stage.initiator(path),
      CommandID: 'TransactionReversal',
      TransactionID: receipt,
      Amount: '75',
      ReceiverParty: paybill,
      RecieverIdentifierType: '11',
      ...changes,
    });
    return resultOf(path);
  };

  it('gives a payment back once, and only a customer payment', async () => {
    const { json } = await stage.call('POST', '/control/partners/mpesa-ke/receipts', { amount: '75' });
    const receipt = String(json['receipt']);
    expect((await reverse('/partial', receipt, { Amount: '5' }))['ResultCode']).toBe(25);
    const result = await reverse('/reversed', receipt);
    expect(result).toMatchObject({ ResultCode: 0 });
    expect(result['TransactionID']).not.toBe(receipt);
    expect(parametersOf(result)).toMatchObject({ OriginalTransactionID: receipt, Amount: '75.00' });
    expect((await reverse('/again', receipt))['ResultCode']).toBe('R000001');
    const [transfer] = await movedTo(payer);
    expect((await reverse('/b2c', transfer?.receipt ?? ''))['ResultCode']).toBe('R000002');
    const entries = await stage.entries();
    expect(entries.find((entry) => entry.receipt === receipt)).toMatchObject({ state: 'reversed' });
    expect(entries.at(-1)).toMatchObject({ kind: 'reversal', amount: '75.00', party: payer });
  });

  it('of a magic payer goes wrong as told', async () => {
    await stage.push('/rev/stk', { PhoneNumber: '254700000170', Amount: 75 });
    const text = (await stage.listener.wait('/rev/stk')).text;
    const receipt = /"MpesaReceiptNumber","Value":"(\w+)"/.exec(text)?.[1] ?? '';
    expect((await reverse('/rev-magic', receipt))['ResultCode']).toBe(17);
  });
});
