import { describe, expect, it } from '@jest/globals';
import { type Notice, type OutcomeNotice } from '#partner-kit';
import { DarajaCallbacks } from './daraja.callbacks.js';
import { DarajaSettings } from './daraja.settings.js';
import { callbackOf, fixture, ID, kes } from './spec-support.js';

const settingsOf = (changes: object = {}) =>
  DarajaSettings.parse({
    baseUrl: 'http://127.0.0.1:1',
    collection: {
      paybill: '600777',
      merchantName: 'Demo',
      validation: { reference: 'HSE-[0-9]{1,3}', least: '50', most: '1000' },
    },
    payouts: { shortCode: '600997' },
    initiatorName: 'gwapi',
    ...changes,
  });
const callbacks = new DarajaCallbacks(settingsOf());

function read(path: string, body: string): Notice {
  const [notice, ...more] = callbacks.read(callbackOf(path, body));
  if (!notice || more.length > 0) throw new Error('expected one notice');
  return notice;
}
function outcomeIn(path: string, body: string): OutcomeNotice {
  const notice = read(path, body);
  if (notice.is !== 'outcome') throw new Error(`expected an outcome, not ${notice.is}`);
  return notice;
}
const checkout = 'ws_CO_201120261105317712000345';
const conversation = 'AG_20261120_2010d3c4a7be90f15522';

describe('the answer of a phone', () => {
  it('that paid brings amount and receipt, and names the payment twice over', () => {
    expect(outcomeIn(`stk/${ID}`, fixture('stk-callback-paid'))).toEqual({
      is: 'outcome',
      about: { operation: ID, references: [checkout] },
      outcome: {
        is: 'succeeded',
        reference: checkout,
        references: ['9b20-4c11-8de7-04b7a1c9f35e5512306'],
        receipt: 'UKK7B2M4XR',
        partner: { code: '0', message: 'The service request is processed successfully.' },
      },
      amount: kes('1250'),
    });
  });

  it('that did not pay is declined, and stays open to later news', () => {
    expect(outcomeIn(`stk/${ID}`, fixture('stk-callback-cancelled')).outcome).toMatchObject({
      is: 'declined',
      reason: 'payer_cancelled',
      moneyMoved: 'unknown',
      partner: { code: '1032', message: 'Request cancelled by user' },
    });
  });

  const item = (items: string, code = '0') =>
    `{"Body":{"stkCallback":{"MerchantRequestID":"m","CheckoutRequestID":"c","ResultCode":${code},"ResultDesc":"d",` +
    `"CallbackMetadata":{"Item":${items}}}}}`;
  it.each([
    ['one item that is no list', '{"Name":"MpesaReceiptNumber","Value":"UKK7B2M4XR"}'],
    [
      'items in another order',
      '[{"Name":"MpesaReceiptNumber","Value":"UKK7B2M4XR"},{"Name":"Amount","Value":"1"}]',
    ],
    [
      'a balance of a strange form',
      '[{"Name":"Balance","Value":{"Amount":{"BasicAmount":50.5}}},{"Name":"MpesaReceiptNumber","Value":"UKK7B2M4XR"}]',
    ],
    [
      'a masked phone',
      '[{"Name":"PhoneNumber","Value":"254708***430"},{"Name":"MpesaReceiptNumber","Value":"UKK7B2M4XR"}]',
    ],
  ])('is read with %s', (_, items) => {
    expect(outcomeIn('stk/x', item(items)).outcome).toMatchObject({ is: 'succeeded', receipt: 'UKK7B2M4XR' });
  });

  it('keeps every digit of an amount', () => {
    expect(outcomeIn('stk/x', item('[{"Name":"Amount","Value":8959269.60}]')).amount).toEqual(
      kes('8959269.60'),
    );
  });

  it('may carry a code that is no number', () => {
    expect(outcomeIn('stk/x', item('[]', '"SFC_IC0003"')).outcome).toMatchObject({
      is: 'declined',
      reason: 'partner_misconfigured',
    });
  });

  it('to a path without an id of ours is found by its own', () => {
    expect(outcomeIn('stk/nonsense', fixture('stk-callback-paid')).about).toEqual({
      operation: undefined,
      references: [checkout],
    });
  });
});

describe('the result', () => {
  it('of a payout to a customer brings amount and receipt', () => {
    expect(outcomeIn(`b2c/result/${ID}`, fixture('b2c-result-paid'))).toMatchObject({
      about: { operation: ID, references: [conversation, ID] },
      outcome: { is: 'succeeded', receipt: 'UKK1H8V5TD', reference: conversation },
      amount: kes('4300'),
    });
  });

  it('of a failure has a placeholder where the receipt would be', () => {
    const { outcome } = outcomeIn(`b2c/result/${ID}`, fixture('b2c-result-refused'));
    expect(outcome).toMatchObject({ is: 'declined', reason: 'partner_misconfigured', moneyMoved: 'no' });
    expect(JSON.stringify(outcome)).not.toContain('UKK0000000');
  });

  it('of a payout to a business has its receipt outside the parameters', () => {
    const { outcome, amount } = outcomeIn(`b2b/result/${ID}`, fixture('b2b-result-paid'));
    expect(outcome).toMatchObject({ is: 'succeeded', receipt: 'UKK5T9C3WJ', fee: undefined });
    expect(amount).toEqual(kes('25500'));
  });

  it('of a reversal has a receipt of its own', () => {
    const { outcome, amount } = outcomeIn(`rev/result/${ID}`, fixture('reversal-result-done'));
    expect(outcome).toMatchObject({ is: 'succeeded', receipt: 'UKK9Z1Y2AB', fee: kes('0') });
    expect(amount).toEqual(kes('1250'));
  });

  it.each(['"R000001"', '"R000002"'])('may have the code %s', (code) => {
    const body = `{"Result":{"ResultType":0,"ResultCode":${code},"ConversationID":"AG_1"}}`;
    expect(outcomeIn(`rev/result/${ID}`, body).outcome.is).toBe('declined');
  });

  it('that is not the last is pending', () => {
    const body = fixture('b2c-result-paid').replace('"ResultType": 0', '"ResultType": 1');
    expect(outcomeIn(`b2c/result/${ID}`, body).outcome.is).toBe('pending');
  });

  it('with one parameter has no list', () => {
    const body = `{"Result":{"ResultCode":0,"TransactionID":"UKK1H8V5TD","ResultParameters":
      {"ResultParameter":{"Key":"TransactionAmount","Value":"10"}}}}`;
    expect(outcomeIn(`b2c/result/${ID}`, body)).toMatchObject({
      outcome: { is: 'succeeded', receipt: 'UKK1H8V5TD' },
      amount: kes('10'),
    });
  });
});

describe('a queue that gave up', () => {
  it.each(['b2c', 'b2b', 'rev'])('on %s proves nothing', (product) => {
    for (const shape of ['queue-timeout-echo', 'queue-timeout-result']) {
      const notice = outcomeIn(`${product}/timeout/${ID}`, fixture(shape));
      expect(notice.outcome.is).toBe('unknown');
      expect(notice.about.operation).toBe(ID);
      expect(JSON.stringify(notice)).not.toContain('QUJDREVGRw==');
    }
  });

  it('on a question leaves the operation as it is', () => {
    expect(read(`ts/timeout/${ID}`, fixture('queue-timeout-result')).is).toBe('ignored');
  });
});

describe('the answer to a status question', () => {
  it('decides by the state of the transaction, in spite of blanks in the keys', () => {
    expect(outcomeIn(`ts/result/${ID}`, fixture('status-result-payout-completed'))).toEqual({
      is: 'outcome',
      about: { operation: ID, references: [] },
      outcome: {
        is: 'succeeded',
        receipt: 'UKK1H8V5TD',
        fee: kes('13'),
        partner: { code: 'Completed', message: 'Business Payment to Customer via API' },
      },
      amount: kes('4300'),
      answersEnquiry: 'AG_20261120_2010aa11bb22cc33dd44',
    });
  });

  it('is a refusal although the question itself worked', () => {
    expect(outcomeIn(`ts/result/${ID}`, fixture('status-result-payout-declined')).outcome).toMatchObject({
      is: 'declined',
      reason: 'partner_rejected',
      moneyMoved: 'no',
    });
  });

  it('of money received counts no fee of the payer', () => {
    const { outcome } = outcomeIn(`ts/received/${ID}`, fixture('status-result-received-completed'));
    expect(outcome).toMatchObject({ is: 'succeeded', fee: undefined });
  });

  it('about a transaction of somebody else is no answer', () => {
    const received = fixture('status-result-received-completed');
    expect(outcomeIn(`ts/result/${ID}`, received).outcome.is).toBe('unknown');
    const elsewhere = received.replaceAll('600777 - Demo', '600111 - Other');
    expect(outcomeIn(`ts/received/${ID}`, elsewhere).outcome.is).toBe('unknown');
  });

  it('may be that there is none', () => {
    expect(outcomeIn(`ts/result/${ID}`, fixture('status-result-not-found'))).toMatchObject({
      outcome: { is: 'notFound', partner: { code: '2033' } },
      answersEnquiry: 'AG_20261120_2010aa11bb22cc33dd44',
    });
  });

  it.each(['2001', '21', '17', '7777'])(
    'says nothing of the operation where the question fails: %s',
    (code) => {
      const body = fixture('status-result-not-found').replace('2033', code);
      expect(outcomeIn(`ts/result/${ID}`, body).outcome).toMatchObject({ is: 'unknown', partner: { code } });
    },
  );
});

describe('a balance', () => {
  it('is read to the last cent, also below zero', () => {
    expect(read('bal/result/q-1', fixture('balance-result'))).toEqual({
      is: 'balance',
      question: 'q-1',
      accounts: [
        { account: 'Working Account', current: kes('8959269.60'), available: kes('8959000') },
        { account: 'Charges Paid Account', current: kes('-340'), available: kes('-340') },
      ],
    });
  });

  it('that was refused says why, in spite of its parameters', () => {
    expect(read('bal/result/q-1', fixture('balance-result-locked'))).toMatchObject({
      accounts: null,
      failure: '8006: The security credential is locked.',
    });
  });

  it('may be given up', () => {
    expect(read('bal/timeout/q-1', '{}')).toMatchObject({ is: 'balance', question: 'q-1', accounts: null });
  });
});

describe('what cannot be read', () => {
  it.each([
    ['stk/x', '{"Body":'],
    ['stk/x', '{"Body":{}}'],
    ['stk/x', '{"Body":{"stkCallback":{"CheckoutRequestID":"c","ResultCode":null}}}'],
    ['stk/x', '{"__proto__":{}}'],
    ['b2c/result/x', '{"Result":{}}'],
    ['b2c/timeout/x', 'null'],
    [
      'bal/result/x',
      '{"Result":{"ResultCode":0,"ResultParameters":{"ResultParameter":{"Key":"AccountBalance","Value":"a|b"}}}}',
    ],
    ['c2b/confirm', '{}'],
    ['c2b/else', '{}'],
    ['stk', '{}'],
    ['', '{}'],
  ])('%s with %s is told apart and not guessed at', (path, body) => {
    expect(() => callbacks.read(callbackOf(path, body))).toThrow(
      expect.objectContaining({ name: 'UnreadableCallback' }),
    );
  });
});
