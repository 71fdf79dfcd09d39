import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  accountOf,
  type CoreBankingStage,
  creditTo,
  openCoreBankingStage,
  quoteFor,
  reversalOf,
} from '../../testing/core-banking-stage.js';

let stage: CoreBankingStage;
beforeAll(async () => {
  stage = await openCoreBankingStage();
});
beforeEach(async () => {
  await stage.control('DELETE', '/books');
});
afterAll(() => stage.close());

const xof = (value: string) => ({ value, currency: 'XOF' });
const find = (type: string, value: string) =>
  stage.core('GET', `/accounts/${type}/${encodeURIComponent(value)}`);

describe('access', () => {
  it.each([{}, { authorization: 'Bearer other' }, { authorization: 'Basic abc' }])(
    'with %j is refused',
    async (headers) => {
      const reply = await stage.anyone('GET', '/accounts/alias/awa', undefined, headers);
      expect(reply).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    },
  );
});

describe('an account', () => {
  it('belongs to somebody, always to the same one, in any country', async () => {
    const known = { status: 200, json: { status: 'open', currencies: ['XOF', 'KES'] } };
    const first = await find('msisdn', '+221770000701');
    expect(first).toMatchObject(known);
    expect(await find('msisdn', '+221770000701')).toMatchObject({ json: first.json });
    expect(await find('msisdn', '+254712000345')).toMatchObject(known);
    expect(await find('iban', 'SN08SN0100152000048500003035')).toMatchObject(known);
    expect(await find('account', 'SN/0001 A')).toMatchObject(known);
  });

  it.each([
    ['03', { status: 'blocked' }],
    ['04', { status: 'closed' }],
    ['05', { status: 'open', currencies: ['EUR'] }],
  ])('ending in %s is %j', async (digits, json) => {
    expect(await find('msisdn', accountOf(digits).value)).toMatchObject({ status: 200, json });
  });

  it.each([
    ['msisdn', accountOf('02').value],
    ['msisdn', '0712000345'],
    ['iban', 'sn08'],
    ['paybill', '600777'],
  ])('%s %s is unknown', async (type, value) => {
    expect(await find(type, value)).toMatchObject({ status: 404, json: { code: 'account_unknown' } });
  });

  it('is of a type that nobody is looked up by', async () => {
    const found = await find('iban', 'SN08SN0100152000048500003006');
    expect(found).toMatchObject({ status: 404, json: { code: 'account_type_unsupported' } });
  });
});

describe('a quote', () => {
  it('costs nothing usually, and is good for a minute', async () => {
    const { status, json } = await stage.quote();
    expect(status).toBe(200);
    expect(json).toMatchObject({ sends: xof('15000'), receives: xof('15000'), fee: null, commission: null });
    const { expiresAt } = json as { expiresAt: string };
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(50_000);
  });

  it.each([
    ['12', 'sent', { sends: xof('15000'), receives: xof('14850'), fee: xof('150') }],
    ['12', 'received', { sends: xof('15152'), receives: xof('15000'), fee: xof('152') }],
    ['13', 'sent', { sends: xof('15000'), receives: xof('15075'), commission: xof('75') }],
    ['13', 'received', { sends: xof('14925'), receives: xof('15000'), commission: xof('75') }],
    ['14', 'sent', { sends: xof('15000'), receives: xof('15001'), fee: null }],
  ])('for …%s of what is %s is %j', async (digits, amountIs, json) => {
    expect(await stage.quote(quoteFor(digits, { amountIs }))).toMatchObject({ status: 200, json });
  });

  it.each([
    ['02', {}, 'account_unknown'],
    ['03', {}, 'account_blocked'],
    ['04', {}, 'account_closed'],
    ['05', {}, 'currency_not_held'],
    ['06', {}, 'account_type_unsupported'],
    ['11', {}, 'limit_exceeded'],
    ['01', { amount: xof('1.5') }, 'amount_invalid'],
    ['01', { amount: xof('0') }, 'amount_invalid'],
  ])('for …%s with %j is refused: %s', async (digits, more, code) => {
    expect(await stage.quote(quoteFor(digits, more))).toMatchObject({ status: 422, json: { code } });
  });

  it('names no end where none is set, and moves nothing', async () => {
    const endless = await openCoreBankingStage({ quoteLifetimeMs: null });
    try {
      expect((await endless.quote()).json).not.toHaveProperty('expiresAt');
      expect(await endless.books()).toEqual({ entries: [], balance: {} });
    } finally {
      await endless.close();
    }
  });
});

describe('a credit', () => {
  it('is booked once, however often it is sent', async () => {
    const first = await stage.credit('C-1');
    expect(first).toMatchObject({ status: 200, json: { id: 'C-1', state: 'credited' } });
    expect((await stage.credit('C-1')).json).toEqual(first.json);
    expect(await stage.core('GET', '/credits/C-1')).toMatchObject({
      status: 200,
      json: { ...(first.json as object), account: accountOf('01'), amount: xof('15000') },
    });
    const { entries, balance } = await stage.books();
    expect(entries).toMatchObject([
      { reference: 'C-1', kind: 'transfer', amount: '15000', change: '-15000', state: 'succeeded' },
    ]);
    expect(balance).toEqual({ 'msisdn +221770000701 XOF': '15000', 'settlement XOF': '-15000' });
  });

  it('of other content under the same id is refused', async () => {
    await stage.credit('C-1');
    const other = await stage.credit('C-1', creditTo('01', { amount: xof('15001') }));
    expect(other).toMatchObject({ status: 409, json: { code: 'other_content' } });
  });

  it.each([
    ['02', 'account_unknown'],
    ['03', 'account_blocked'],
    ['04', 'account_closed'],
    ['05', 'currency_not_held'],
    ['21', 'limit_exceeded'],
    ['22', 'compliance_blocked'],
    ['23', 'not_permitted'],
    ['24', 'account_under_review'],
    ['26', 'account_closed'],
    ['27', 'currency_not_held'],
  ])('to …%s is refused for good: %s', async (digits, code) => {
    const refused = { status: 422, json: { code } };
    expect(await stage.credit('C-1', creditTo(digits))).toMatchObject(refused);
    expect(await stage.credit('C-1', creditTo(digits))).toMatchObject(refused);
    expect(await stage.core('GET', '/credits/C-1')).toMatchObject({
      status: 404,
      json: { code: 'credit_unknown' },
    });
    expect((await stage.books()).entries).toEqual([]);
  });

  it('to …25 is not taken up at first', async () => {
    const busy = await stage.credit('C-1', creditTo('25'));
    expect(busy).toMatchObject({ status: 503, json: { code: 'busy' } });
    expect(busy.headers.get('retry-after')).toBe('1');
    expect(await stage.credit('C-1', creditTo('25'))).toMatchObject({ status: 200 });
  });

  it('that nobody can read says what is wrong, and not what it holds', async () => {
    const reply = await stage.credit('C-1', { account: { type: 'shoe', value: '+221770000701' } });
    expect(reply).toMatchObject({ status: 400, json: { code: 'malformed' } });
    expect(reply.text).toContain('/account/type');
    expect(reply.text).not.toContain('+221');
    expect(await stage.core('PUT', '/credits/C-1', 'no JSON')).toMatchObject({ status: 400 });
  });
});

describe('a reversal', () => {
  beforeEach(() => stage.credit('C-1'));

  it('takes the credit back, once', async () => {
    const first = await stage.reverse('R-1');
    expect(first).toMatchObject({ status: 200, json: { id: 'R-1', state: 'taken_back' } });
    expect((await stage.reverse('R-1')).json).toEqual(first.json);
    expect(await stage.core('GET', '/reversals/R-1')).toMatchObject({
      json: { ...(first.json as object), credit: 'C-1', amount: xof('15000') },
    });
    expect(await stage.core('GET', '/credits/C-1')).toMatchObject({ json: { state: 'taken_back' } });
    const { entries, balance } = await stage.books();
    expect(entries).toMatchObject([
      { kind: 'transfer', state: 'reversed' },
      { kind: 'reversal', reference: 'R-1', change: '15000' },
    ]);
    expect(balance).toEqual({ 'msisdn +221770000701 XOF': '0', 'settlement XOF': '0' });
  });

  it.each([
    ['a part of it', reversalOf('C-1', { amount: xof('14999') }), 422, 'amount_invalid'],
    ['something unknown', reversalOf('C-9'), 404, 'credit_unknown'],
  ])('of %s is refused', async (_what, order, status, code) => {
    expect(await stage.reverse('R-1', order)).toMatchObject({ status, json: { code } });
    expect(await stage.core('GET', '/reversals/R-1')).toMatchObject({
      status: 404,
      json: { code: 'reversal_unknown' },
    });
  });

  it('under another id comes too late, and under the same id with other content is another', async () => {
    await stage.reverse('R-1');
    expect(await stage.reverse('R-2')).toMatchObject({ status: 422, json: { code: 'already_taken_back' } });
    const other = await stage.reverse('R-1', reversalOf('C-1', { reason: 'another' }));
    expect(other).toMatchObject({ status: 409 });
  });

  it.each([
    ['31', 'insufficient_funds'],
    ['32', 'not_permitted'],
  ])('of a credit to …%s is refused: %s', async (digits, code) => {
    await stage.credit('C-2', creditTo(digits));
    expect(await stage.reverse('R-1', reversalOf('C-2'))).toMatchObject({ status: 422, json: { code } });
  });
});

describe('a fault', () => {
  it.each([
    ['throttled', 429, 'too_many_requests', 0],
    ['error-5xx', 503, 'internal', 0],
    ['error-5xx-after-acting', 500, 'internal', 1],
  ])('%s answers %s in the shape of the protocol', async (fault, status, code, booked) => {
    await stage.control('PUT', '/faults', [{ fault, match: { path: '/credits/' } }]);
    const reply = await stage.credit('C-1');
    expect(reply).toMatchObject({ status, json: { code } });
    expect(reply.headers.get('retry-after')).toBeNull();
    expect((await stage.books()).entries).toHaveLength(booked);
  });
});
