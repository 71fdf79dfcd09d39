import { describe, expect, it } from '@jest/globals';
import { DarajaCallbacks } from './daraja.callbacks.js';
import { DarajaSettings } from './daraja.settings.js';
import { callbackOf } from './spec-support.js';

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

describe('the source of a callback', () => {
  const from = (source: string, changes: object) => {
    const checked = new DarajaCallbacks(settingsOf(changes));
    return [checked.strength, checked.verify({ ...callbackOf('stk/x', '{}'), source }).is];
  };

  it.each([
    ['196.201.214.200', {}, 'source_range', 'authentic'],
    ['::ffff:196.201.212.69', {}, 'source_range', 'authentic'],
    ['198.51.100.7', {}, 'source_range', 'doubtful'],
    ['198.51.100.7', { sourceCheck: 'refuse' }, 'source_range', 'forged'],
    ['198.51.100.7', { sourceCheck: 'off' }, 'none', 'authentic'],
    ['198.51.100.7', { sourceRanges: [] }, 'none', 'authentic'],
    ['198.51.100.7', { sourceRanges: ['198.51.100.0/29'] }, 'source_range', 'authentic'],
    ['not an address', { sourceCheck: 'refuse' }, 'source_range', 'forged'],
  ])('%s under %j', (source, changes, strength, verdict) => {
    expect(from(source, changes)).toEqual([strength, verdict]);
  });
});

describe('our answer', () => {
  const answerTo = (path: string, body = '{}', to = callbacks): unknown =>
    JSON.parse(to.answer(callbackOf(path, body)).body);
  const question = (changes: object) =>
    JSON.stringify({
      ...{
        BusinessShortCode: '600777',
        BillRefNumber: 'HSE-12',
        TransAmount: '75.00',
        TransID: 'UKK3N6Q8LP',
      },
      ...changes,
    });

  it.each([
    ['stk/x', { ResultCode: 0, ResultDesc: 'Accepted' }],
    ['b2c/result/x', { ResultCode: 0, ResultDesc: 'Accepted' }],
    ['c2b/confirm', { ResultCode: 0, ResultDesc: 'Success' }],
  ])('to %s is a plain yes', (path, body) => {
    expect(answerTo(path)).toEqual(body);
  });

  it.each([
    ['all in order', {}, '0'],
    ['a reference that we made ourselves', { BillRefNumber: '5BE1C0FFEE11' }, '0'],
    ['an account of another form', { BillRefNumber: 'HSE-12345' }, 'C2B00012'],
    ['no account', { BillRefNumber: '' }, 'C2B00012'],
    ['too little', { TransAmount: '49.99' }, 'C2B00013'],
    ['too much', { TransAmount: 1000.01 }, 'C2B00013'],
    ['no amount', { TransAmount: 'much' }, 'C2B00013'],
    ['another short code', { BusinessShortCode: '600111' }, 'C2B00015'],
    ['no fields', { TransAmount: undefined }, 'C2B00016'],
  ])('to "may this customer pay?" with %s', (_, changes, code) => {
    expect(answerTo('c2b/validate', question(changes))).toMatchObject({ ResultCode: code });
  });

  it('to a question that cannot be read is a no', () => {
    expect(answerTo('c2b/validate', '{"Trans')).toMatchObject({ ResultCode: 'C2B00016' });
  });

  it('to a question is stored as nothing to do', () => {
    expect(callbacks.read(callbackOf('c2b/validate', question({})))).toMatchObject([{ is: 'ignored' }]);
  });
});
