import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pause } from './spec-listener.js';
import { type Answer, paybill, payer, signature, Stage, store, till } from './spec-support.js';

const stage = new Stage();
const magic = (last: number) => ({ PhoneNumber: `254700000${last}`, PartyA: `254700000${last}` });
const checkoutOf = ({ json }: Answer): string => String(json['CheckoutRequestID']);

beforeAll(() => stage.open({ spikeArrest: { messages: 500, periodMs: 1000 } }));
afterAll(() => stage.close());

describe('a token', () => {
  it('is 28 opaque characters and lives for a time that is written as text', async () => {
    const { status, json } = await stage.call(
      'GET',
      '/mpesa-ke/oauth/v1/generate?grant_type=client_credentials',
      undefined,
      { authorization: `Basic ${Buffer.from('key:secret').toString('base64')}` },
    );
    expect(status).toBe(200);
    expect(json['access_token']).toMatch(/^[A-Za-z0-9]{28}$/);
    expect(json['expires_in']).toBe('3599');
  });

  it.each([
    ['wrong credentials', 'Basic a2V5Ondyb25n', 'client_credentials', ''],
    ['no credentials', undefined, 'client_credentials', '400.008.01'],
    ['another grant', 'Basic a2V5OnNlY3JldA==', 'password', '400.008.02'],
  ])('is refused for %s with 400', async (_case, authorization, grant, code) => {
    const { status, text, json } = await stage.call(
      'GET',
      `/mpesa-ke/oauth/v1/generate?grant_type=${grant}`,
      undefined,
      authorization === undefined ? {} : { authorization },
    );
    expect(status).toBe(400);
    if (code === '') expect(text).toBe('');
    else expect(json['errorCode']).toBe(code);
  });

  it.each([
    ['/mpesa/stkpush/v1/processrequest', 404, '404.001.03'],
    ['/mpesa/c2b/v2/registerurl', 400, '400.003.01'],
    ['/mpesa/b2c/v3/paymentrequest', 401, '401.002.01'],
    ['/pulltransactions/v1/query', 401, '401.001'],
  ])('that is wrong is refused by %s in its own words', async (path, status, errorCode) => {
    const headers = { authorization: 'Bearer stale' };
    const answer = await stage.call('POST', `/mpesa-ke${path}`, {}, headers);
    expect(answer).toMatchObject({ status, json: { errorCode } });
  });
});

describe('an STK push', () => {
  it('is refused for the first thing that is wrong, in the order of the partner', async () => {
    const wrong = [
      [{ BusinessShortCode: '' }, 400, '400.002.02', 'Bad Request - Invalid BusinessShortCode'],
      [signature('600111'), 500, '500.001.1001', 'Merchant does not exist'],
      [{ Timestamp: '20261012143005' }, 500, '500.001.1001', '[MerchantValidate] - Wrong credentials'],
      [
        { TransactionType: 'PayBill', Amount: '0' },
        400,
        '400.002.02',
        'Bad Request - Invalid TransactionType',
      ],
      [{ Amount: '10.5', PhoneNumber: '0712' }, 400, '400.002.02', 'Bad Request - Invalid Amount'],
      [{ PhoneNumber: '0712000345' }, 400, '400.002.02', 'Bad Request - Invalid PhoneNumber'],
      [{ CallBackURL: 'http://a b' }, 400, '400.002.02', 'Bad Request - Invalid CallBackURL'],
      [
        { AccountReference: 'longer than twelve' },
        400,
        '400.002.02',
        'Bad Request - Invalid AccountReference',
      ],
    ] as const;
    for (const [changes, status, errorCode, errorMessage] of wrong) {
      const answer = await stage.push('/never', changes);
      expect(answer).toMatchObject({ status, json: { errorCode, errorMessage } });
    }
  });

  it('is acknowledged, then told of by name, with a receipt and without a balance', async () => {
    const answer = await stage.push('/paid');
    expect(answer).toMatchObject({ status: 200, json: { ResponseCode: '0' } });
    expect(checkoutOf(answer)).toMatch(/^ws_CO_\d{14}\d{1,3}712000345$/);
    const { json, headers, text } = await stage.listener.wait('/paid');
    expect(headers).toMatchObject({
      'content-type': 'application/json;charset=UTF-8',
      businessshortcode: paybill,
    });
    expect(text).toContain('{"Name":"Amount","Value":250.00}');
    expect(text).toContain('{"Name":"Balance"}');
    expect(text).toContain(`{"Name":"PhoneNumber","Value":${payer}}`);
    expect(text).toMatch(/\{"Name":"TransactionDate","Value":20\d{12}\}/);
    const [entry] = (await stage.entries()).slice(-1);
    expect(json).toMatchObject({
      Body: { stkCallback: { ResultCode: 0, CheckoutRequestID: checkoutOf(answer) } },
    });
    expect(text).toContain(`{"Name":"MpesaReceiptNumber","Value":"${entry?.receipt ?? ''}"}`);
    expect(entry).toMatchObject({
      kind: 'payment',
      amount: '250.00',
      party: payer,
      reference: 'INV-20418',
      partnerReference: checkoutOf(answer),
    });
    expect((await stage.query(checkoutOf(answer))).json).toMatchObject({
      ResponseCode: '0',
      ResultCode: '0',
    });
  });

  it('of a till goes to the store, and to the wrong till fails on the phone', async () => {
    const goods = { ...signature(store), TransactionType: 'CustomerBuyGoodsOnline' };
    await stage.push('/till', { ...goods, PartyB: till, ...magic(190) });
    await stage.push('/wrong-till', { ...goods, PartyB: '600111', ...magic(191) });
    await stage.push('/product', { PartyB: till, ...magic(192) });
    expect((await stage.listener.wait('/till')).text).toContain('"ResultCode":0');
    expect((await stage.listener.wait('/wrong-till')).text).toContain('"ResultCode":"SFC_IC0003"');
    expect((await stage.listener.wait('/product')).text).toContain('"ResultCode":2028');
  });

  it('finds the phone locked while a prompt is open, which then times out', async () => {
    const first = await stage.push('/ignored', magic(140));
    expect((await stage.query(checkoutOf(first))).json['ResultCode']).toBe('4999');
    const second = await stage.push('/ignored', magic(140));
    expect(second.status).toBe(500);
    expect(second.json['errorMessage']).toContain('Unable to lock subscriber');
    await stage.advance(60_000);
    const { text } = await stage.listener.wait('/ignored');
    expect(text).toContain('"ResultCode":1037,"ResultDesc":"No response from user."');
    expect(text).not.toContain('CallbackMetadata');
    expect((await stage.query(checkoutOf(first))).json['ResultDesc']).toContain('DS timeout');
    expect((await stage.push('/again', magic(140))).status).toBe(200);
  });
});

describe('a magic payer', () => {
  it.each([
    [101, '"ResultCode":1,'],
    [107, '"ResultCode":26,'],
    [112, '"ResultCode":1032,'],
    [123, '"ResultCode":"SFC_IC0003",'],
    [126, '"ResultCode":7777,'],
    [147, '"Value":251.00'],
    [148, '"Value":"254700***148"'],
  ])('%i brings about %s', async (last, expected) => {
    await stage.push(`/magic/${last}`, magic(last));
    expect((await stage.listener.wait(`/magic/${last}`)).text).toContain(expected);
  });

  it('pays after a timeout, is told of twice, too early, or never', async () => {
    await Promise.all([
      stage.push('/late-pay', magic(141)),
      stage.push('/twice', magic(144)),
      stage.push('/never-told', magic(143)),
    ]);
    const before = performance.now();
    await stage.push('/early', magic(145));
    expect(stage.listener.at('/early').length).toBe(1);
    expect(stage.listener.at('/early')[0]?.at).toBeGreaterThan(before);
    await stage.listener.wait('/twice', 2);
    await stage.listener.wait('/late-pay', 2);
    expect(stage.listener.at('/late-pay').map(({ text }) => /"ResultCode":(\d+)/.exec(text)?.[1])).toEqual([
      '1037',
      '0',
    ]);
    expect(stage.listener.at('/never-told')).toEqual([]);
    expect((await stage.entries()).filter(({ party }) => party === '254700000143')).toHaveLength(1);
  });

  it('makes the query contradict, hang about, or answer nothing', async () => {
    const [contrary, stuck, flaky] = await Promise.all(
      [150, 151, 152].map(async (last) => checkoutOf(await stage.push(`/query/${last}`, magic(last)))),
    );
    await stage.listener.wait('/query/150');
    expect((await stage.query(contrary ?? '')).json['ResultCode']).toBe('1037');
    expect((await stage.query(stuck ?? '')).json['ResultCode']).toBe('4999');
    const empty = { errorCode: '500.001.1001', errorMessage: '' };
    expect(await stage.query(flaky ?? '')).toMatchObject({ status: 500, json: empty });
    expect(await stage.query(flaky ?? '')).toMatchObject({ status: 200, json: empty });
    expect((await stage.query(flaky ?? '')).json['ResultCode']).toBe('0');
  });

  it('leaves the request unanswered, or answered with an error, though it was taken', async () => {
    const hanging = stage.push('/hang', magic(154)).catch(() => undefined);
    expect(await stage.push('/error', magic(155))).toMatchObject({
      status: 500,
      json: { errorCode: '500.003.1001' },
    });
    await Promise.all([stage.listener.wait('/hang'), stage.listener.wait('/error')]);
    expect(await Promise.race([hanging, pause(50)])).toBeUndefined();
  });
});

describe('a query', () => {
  it('does not know a stranger, nor what is too young', async () => {
    const missing = await stage.query('ws_CO_12102026143006499712000345');
    expect(missing).toMatchObject({ status: 500, json: { errorMessage: 'The transaction does not Exist' } });
    const malformed = await stage.query('nonsense');
    expect(malformed.json['errorMessage']).toBe('Bad Request - Invalid CheckoutRequestID');

    const young = await new Stage().open({ queryTooEarlyMs: 60_000, queryTooEarlyAs: 'invalid-id' });
    const checkoutId = checkoutOf(await young.push('/young'));
    expect((await young.query(checkoutId)).json['errorMessage']).toContain('Invalid CheckoutRequestID');
    await young.advance(61_000);
    expect((await young.query(checkoutId)).json['ResultCode']).toBe('0');
    await young.close();
  });
});

describe('the edge', () => {
  it('knows paths and methods, and refuses forms', async () => {
    const path = '/mpesa-ke/mpesa/stkpush/v1/processrequest';
    const authorization = `Bearer ${stage.token}`;
    expect((await stage.call('GET', path)).json['errorCode']).toBe('404.001.04');
    expect((await stage.call('PUT', path, {})).json['errorCode']).toBe('405.001');
    expect((await stage.call('POST', path, {})).json['errorCode']).toBe('404.001.04');
    expect((await stage.call('POST', '/mpesa-ke/mpesa/none', {})).json['errorCode']).toBe('404.001.01');
    const form = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await stage.call('POST', path, 'a=b', form)).json['errorMessage']).toContain('BusinessShortCode');
    expect((await stage.post('/mpesa/stkpush/v1/processrequest', '{')).json['errorCode']).toBe('400.002.05');
  });

  it('arrests spikes, kills old tokens and hides products when it is set to', async () => {
    const strict = await new Stage().open({
      spikeArrest: { messages: 1, periodMs: 60_000 },
      newTokenKillsOld: true,
      tokenLifetimeS: 60,
      missingProducts: ['qrcode'],
    });
    const old = strict.token;
    strict.token = await strict.freshToken();
    expect((await strict.query('x')).status).toBe(400);
    const arrested = await strict.query('x');
    expect(arrested.status).toBe(429);
    expect(arrested.text).toContain('"errorcode":"policies.ratelimit.SpikeArrestViolation"');
    expect((await strict.post('/mpesa/qrcode/v1/generate', {})).text).toContain('no apiproduct match found');
    await strict.advance(60_001);
    expect((await strict.push('/never')).json['errorCode']).toBe('404.001.03');
    strict.token = old;
    expect((await strict.push('/never')).json['errorCode']).toBe('404.001.03');
    await strict.close();
  });
});
