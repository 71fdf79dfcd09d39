import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openWaveStage, payoutOf, type WaveStage } from '../../../testing/wave-stage.js';
import { jaroWinkler, sameName } from './names.js';

interface Payout {
  readonly id: string;
  readonly status: string;
}

let stage: WaveStage;
const pay = (body: unknown, key: string = crypto.randomUUID()) =>
  stage.wave('POST', '/v1/payout', body, { 'idempotency-key': key });
const to = (digits: string, amount = '1000', more: Readonly<Record<string, unknown>> = {}) =>
  payoutOf(amount, `+2217700000${digits}`, more);
const read = async (id: string) => (await stage.wave('GET', `/v1/payout/${id}`)).json;
const balance = async () => ((await stage.wave('GET', '/v1/balance')).json as { amount: string }).amount;

beforeAll(async () => {
  stage = await openWaveStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.control('DELETE', '/books'));

describe('a payout', () => {
  it('is answered with every field, costs its fee, and is found', async () => {
    const order = to('01', '15000', {
      name: 'Awa Demo',
      client_reference: 'GW-7',
      payment_reason: 'Salaire',
    });
    const { status, json } = await pay(order);
    expect(status).toBe(200);
    expect(json).toEqual({
      id: expect.stringMatching(/^pt-\w{1,17}$/),
      currency: 'XOF',
      receive_amount: '15000',
      fee: '150',
      mobile: '+221770000001',
      name: 'Awa Demo',
      national_id: null,
      client_reference: 'GW-7',
      payment_reason: 'Salaire',
      status: 'succeeded',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(await read((json as Payout).id)).toEqual(json);
    expect((await stage.wave('GET', '/v1/payouts/search?client_reference=GW-7')).json).toEqual({
      result: [json],
    });
    expect(await balance()).toBe('984850');
  });

  it('pays once for one key and the same body, whatever its spacing', async () => {
    const order = to('01');
    const first = await pay(order, 'k1');
    const again = await Promise.all(
      Array.from({ length: 20 }, () => pay(JSON.stringify(order, null, 2), 'k1')),
    );
    expect(new Set([first, ...again].map(({ text }) => text)).size).toBe(1);
    expect(await balance()).toBe('998990');
    expect((await pay(order, 'k2')).text).not.toBe(first.text);
  });

  it('refuses a key that was used for another body, and a request without one', async () => {
    await pay(to('01'), 'k3');
    expect(await pay(to('01', '2000'), 'k3')).toMatchObject({
      status: 409,
      json: { error_code: 'idempotency-mismatch' },
    });
    const keyless = await stage.wave('POST', '/v1/payout', to('01'));
    expect(keyless).toMatchObject({ status: 400, json: { code: 'request-validation-error' } });
    expect((keyless.json as { message: string }).message).toContain('idempotency-key');
  });

  it.each([
    ['02', 422, 'insufficient-funds'],
    ['03', 422, 'recipient-account-blocked'],
    ['04', 422, 'recipient-account-inactive'],
    ['05', 422, 'recipient-limit-exceeded'],
    ['06', 422, 'recipient-minor'],
  ])('to …%s is refused: %i %s, also when repeated', async (digits, status, code) => {
    const refusal = { status, json: { error_code: code, error_message: expect.any(String) } };
    expect(await pay(to(digits), 'refused')).toMatchObject(refusal);
    expect(await pay(to(digits), 'refused')).toMatchObject(refusal);
    expect(await balance()).toBe('1000000');
  });

  it('to …07 is an error although paid; the repeat tells', async () => {
    const order = to('07', '1000', { client_reference: 'seven' });
    expect(await pay(order, 'k7')).toMatchObject({ status: 500, json: { code: 'internal-server-error' } });
    expect(await balance()).toBe('998990');
    expect(await pay(order, 'k7')).toMatchObject({ status: 200, json: { status: 'succeeded' } });
    expect((await stage.wave('GET', '/v1/payouts/search?client_reference=seven')).json).toMatchObject({
      result: [{ status: 'succeeded' }],
    });
    expect(await balance()).toBe('998990');
  });

  it('to …08 is never paid, to …10 only at the second attempt', async () => {
    expect(await pay(to('08'), 'k8')).toMatchObject({ status: 503, json: { code: 'service-unavailable' } });
    expect((await pay(to('08'), 'k8')).status).toBe(503);
    expect(await pay(to('10'), 'k10')).toMatchObject({ status: 429, json: { code: 'too-many-requests' } });
    expect((await pay(to('10'), 'k10')).status).toBe(200);
    expect(await balance()).toBe('998990');
  });

  it('to …09 is processing, then paid; to …12 processing, then failed; to …11 failed at once', async () => {
    const later = (await pay(to('09'))).json as Payout;
    const failing = (await pay(to('12'))).json as Payout;
    expect([later.status, failing.status]).toEqual(['processing', 'processing']);
    expect(await balance()).toBe('1000000');
    await stage.clock('POST', '', { advanceMs: 10_000 });
    expect(await read(later.id)).toMatchObject({ status: 'succeeded' });
    expect(await read(failing.id)).toMatchObject({
      status: 'failed',
      payout_error: { error_code: 'recipient-account-blocked', error_message: expect.any(String) },
    });
    expect((await pay(to('11'))).json).toMatchObject({ status: 'failed', payout_error: {} });
    expect(await balance()).toBe('998990');
    await stage.clock('DELETE', '');
  });

  it('is refused beyond the balance, the limit, the country and the currency', async () => {
    expect((await pay(to('01', '999999'))).json).toMatchObject({ error_code: 'insufficient-funds' });
    expect((await pay(to('01', '2000001'))).json).toMatchObject({ error_code: 'recipient-limit-exceeded' });
    const abroad = await pay(payoutOf('100', '+254712000345'));
    expect(abroad).toMatchObject({ status: 400, json: { error_code: 'country-mismatch' } });
    const euro = await pay(to('01', '100', { currency: 'EUR' }));
    expect(euro).toMatchObject({ status: 400, json: { error_code: 'currency-mismatch' } });
  });

  it.each([
    ['receive_amount', to('01', '10.5')],
    ['mobile', payoutOf('10', '770000001')],
    ['payment_reason', to('01', '10', { payment_reason: 'x'.repeat(41) })],
  ])('with a wrong %s is refused, and its key stays free', async (field, wrong) => {
    const reply = await pay(wrong, 'free');
    expect(reply).toMatchObject({
      status: 400,
      json: { code: 'request-validation-error', details: [{ loc: [field] }] },
    });
    expect((await pay(to('01'), 'free')).status).toBe(200);
    await stage.control('DELETE', '/books');
  });

  it('answers 405 to another method and 404 to an unknown id', async () => {
    expect((await stage.wave('PUT', '/v1/payout/pt-1', {})).status).toBe(405);
    expect(await stage.wave('GET', '/v1/payout/pt-1')).toMatchObject({
      status: 404,
      json: { code: 'not-found' },
    });
  });
});

describe('a reversal', () => {
  const reverse = (id: string) => stage.wave('POST', `/v1/payout/${id}/reverse`);
  const paid = async (digits: string) => ((await pay(to(digits))).json as Payout).id;

  it('brings amount and fee back, once', async () => {
    const id = await paid('01');
    expect(await reverse(id)).toMatchObject({ status: 200, text: '' });
    expect((await reverse(id)).status).toBe(200);
    expect(await read(id)).toMatchObject({ status: 'reversed' });
    expect(await balance()).toBe('1000000');
  });

  it('is refused after three days, without the money, without the account, for nothing known', async () => {
    const refusals = { '13': 'insufficient-funds', '14': 'payout-reversal-account-terminated' };
    for (const [digits, code] of Object.entries(refusals)) {
      expect(await reverse(await paid(digits))).toMatchObject({ status: 422, json: { error_code: code } });
    }
    const id = await paid('01');
    await stage.clock('POST', '', { advanceMs: 3 * 86_400_000 + 1000 });
    expect(await reverse(id)).toMatchObject({ json: { error_code: 'payout-reversal-time-limit-exceeded' } });
    await stage.clock('DELETE', '');
    expect((await reverse('pt-none')).status).toBe(404);
  });
});

describe('a batch', () => {
  it('is processing, then complete with mixed lines, under either spelling', async () => {
    const body = {
      payouts: [to('01', '500', { client_reference: 'a' }), to('03', '500', { client_reference: 'b' })],
    };
    const submit = () => stage.wave('POST', '/v1/payout-batch', body, { 'idempotency-key': 'batch' });
    const { id } = (await submit()).json as { id: string };
    expect((await submit()).json).toEqual({ id });
    expect((await stage.wave('GET', `/v1/payout-batch/${id}`)).json).toMatchObject({
      id,
      status: 'processing',
      payouts: [{ status: 'processing' }, { status: 'processing' }],
    });
    await stage.clock('POST', '', { advanceMs: 2_000 });
    expect((await stage.wave('GET', `/v1/payouts-batch/${id}`)).json).toMatchObject({
      status: 'complete',
      payouts: [
        { client_reference: 'a', status: 'succeeded' },
        {
          client_reference: 'b',
          status: 'failed',
          payout_error: { error_code: 'recipient-account-blocked' },
        },
      ],
    });
    expect(await balance()).toBe('999495');
    await stage.clock('DELETE', '');
  });

  it('names the wrong field of a line', async () => {
    const body = { payouts: [to('01'), { ...to('01'), mobile: 'x' }] };
    const reply = await stage.wave('POST', '/v1/payout-batch', body, { 'idempotency-key': 'wrong' });
    expect(reply.json).toMatchObject({ details: [{ loc: ['payouts', 1, 'mobile'] }] });
  });
});

describe('a business payout', () => {
  it('is paid once and can be read', async () => {
    const body = {
      currency: 'XOF',
      receive_amount: '5000',
      recipient_id: 'M_other01',
      client_reference: 'B-1',
    };
    const submit = () => stage.wave('POST', '/v1/b2b/payout', body, { 'idempotency-key': 'b2b' });
    const { json } = await submit();
    expect(json).toMatchObject({
      ...body,
      id: expect.stringMatching(/^b2b-/),
      fee: '50',
      status: 'succeeded',
    });
    expect((await submit()).json).toEqual(json);
    expect((await stage.wave('GET', `/v1/b2b/payout/${(json as Payout).id}`)).json).toEqual(json);
    expect(await balance()).toBe('994950');
  });
});

describe('the recipient check', () => {
  const check = async (body: object) => (await stage.wave('POST', '/v1/verify_recipient/', body)).json;

  it('tells limits, name and identity apart', async () => {
    const mobile = '+221770000001';
    expect(await check({ mobile })).toEqual({
      within_limits: null,
      name_match: null,
      national_id_match: null,
    });
    const right = { mobile, name: 'DEMO Áwa', national_id: '1751199000001', amount: '500', currency: 'XOF' };
    expect(await check(right)).toEqual({
      within_limits: true,
      name_match: 'MATCH',
      national_id_match: 'MATCH',
    });
    const wrong = { mobile, name: 'Zzz Qqq', national_id: '1', amount: '3000000' };
    expect(await check(wrong)).toEqual({
      within_limits: false,
      name_match: 'NO_MATCH',
      national_id_match: 'NO_MATCH',
    });
    expect(await check({ mobile: '+221770000015', name: 'Awa', national_id: '1' })).toEqual({
      within_limits: null,
      name_match: 'NAME_NOT_KNOWN',
      national_id_match: 'ID_NOT_KNOWN',
    });
  });

  it('blocks a number that was checked more than thirty times, for an hour', async () => {
    const ask = () => stage.wave('POST', '/v1/verify_recipient/', { mobile: '+221770000044' });
    for (let i = 0; i < 30; i += 1) await ask();
    expect((await ask()).status).toBe(429);
    await stage.clock('POST', '', { advanceMs: 3_600_000 });
    expect((await ask()).status).toBe(200);
    await stage.clock('DELETE', '');
  });

  it('compares names loosely', () => {
    expect(jaroWinkler('martha', 'marhta')).toBeCloseTo(0.961, 3);
    expect(sameName('Moussa Diop', 'Mousa Dioup')).toBe(true);
    expect(sameName('Moussa Diop', 'Zhang Li')).toBe(false);
  });
});
