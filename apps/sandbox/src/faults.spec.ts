import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isSigned } from './partners/wave/signature.js';
import { type Call, caller } from './testing/caller.js';
import { checkoutOf, openWaveStage, payoutOf, webhookSecret, type WaveStage } from './testing/wave-stage.js';

let stage: WaveStage;
/** As `wave` of the stage, and soon tired of waiting. */
let impatient: Call;
const key = () => ({ 'idempotency-key': crypto.randomUUID() });
const payOut = (wave = stage.wave) => wave('POST', '/v1/payout', payoutOf('1000', '+221770000001'), key());
const checkOut = (reference: string) =>
  stage.wave('POST', '/v1/checkout/sessions', checkoutOf('500', { client_reference: reference }));
const ask = (...faults: object[]) => stage.control('PUT', '/faults', faults);
const balance = async () => (await stage.wave('GET', '/v1/balance')).json;
const untouched = { amount: '1000000', currency: 'XOF' };
const debited = { amount: '998990', currency: 'XOF' };
const signature = (headers: NodeJS.Dict<string | string[]>) => String(headers['wave-signature']);

beforeAll(async () => {
  stage = await openWaveStage({ webhookRetryDelaysMs: [5, 5] });
  const rights = { authorization: 'Bearer wave_sn_prod_sim_ok' };
  impatient = caller(`${stage.sandbox.url}/wave-sn`, rights, 1_500);
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.control('DELETE', '/books');
  stage.inbox.empty();
  stage.inbox.answerWith(200);
});

describe('a fault in the answer', () => {
  it('timeout-before-acting: never answers, and nothing was done', async () => {
    await ask({ fault: 'timeout-before-acting', count: 1 });
    await expect(payOut(impatient)).rejects.toThrow(/timeout/);
    expect(await balance()).toEqual(untouched);
  });

  it('timeout-after-acting: never answers, and the money moved', async () => {
    await ask({ fault: 'timeout-after-acting', count: 1 });
    await expect(payOut(impatient)).rejects.toThrow(/timeout/);
    expect(await balance()).toEqual(debited);
  });

  it('error-5xx: 503 in the words of the partner, and nothing was done', async () => {
    await ask({ fault: 'error-5xx', count: 1 });
    expect(await payOut()).toMatchObject({ status: 503, json: { code: 'service-unavailable' } });
    expect(await balance()).toEqual(untouched);
  });

  it('error-5xx-after-acting: an error although the money moved', async () => {
    await ask({ fault: 'error-5xx-after-acting', count: 1, status: 504 });
    expect(await payOut()).toMatchObject({ status: 504, json: { code: 'gateway-timeout' } });
    expect(await balance()).toEqual(debited);
  });

  it('throttled: 429, and nothing was done', async () => {
    await ask({ fault: 'throttled', count: 1 });
    expect(await payOut()).toMatchObject({ status: 429, json: { code: 'too-many-requests' } });
    expect(await balance()).toEqual(untouched);
  });

  it('reset and reset-after-acting: hang up without, and with, the money moved', async () => {
    await ask({ fault: 'reset', count: 1 });
    await expect(payOut()).rejects.toThrow('fetch failed');
    expect(await balance()).toEqual(untouched);
    await ask({ fault: 'reset-after-acting', count: 1 });
    await expect(payOut()).rejects.toThrow('fetch failed');
    expect(await balance()).toEqual(debited);
  });

  it('slow: answers late', async () => {
    await ask({ fault: 'slow', count: 1, delayMs: 60 });
    const before = performance.now();
    expect((await payOut()).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(55);
  });

  it('nonsense: a page instead of JSON', async () => {
    await ask({ fault: 'nonsense', count: 1 });
    const { status, text, headers } = await payOut();
    expect({ status, type: headers.get('content-type'), page: text.startsWith('<!DOCTYPE html>') }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
      page: true,
    });
  });

  it('clock-skew: dates are off', async () => {
    await ask({ fault: 'clock-skew', delayMs: -7_200_000 });
    const { timestamp } = (await payOut()).json as { timestamp: string };
    expect(Math.round((Date.now() - Date.parse(timestamp)) / 3_600_000)).toBe(2);
  });

  it('strikes as often as asked, where it matches, and is then gone', async () => {
    await ask(
      { fault: 'throttled', count: 2, match: { path: '/payout' } },
      { fault: 'error-5xx', match: { party: '+221770000033', amount: '70' } },
    );
    expect(await balance()).toEqual(untouched);
    expect((await payOut()).status).toBe(429);
    expect((await payOut()).status).toBe(429);
    expect((await payOut()).status).toBe(200);
    const matched = await stage.wave('POST', '/v1/payout', payoutOf('70', '+221770000033'), key());
    expect(matched.status).toBe(503);
    expect((await stage.control('GET', '/faults')).json).toEqual([
      { fault: 'error-5xx', match: { party: '+221770000033', amount: '70' }, fired: 1 },
    ]);
  });

  it('never strikes with probability 0', async () => {
    await ask({ fault: 'error-5xx', probability: 0 });
    expect((await payOut()).status).toBe(200);
  });
});

describe('a fault in the delivery', () => {
  const silence = () => new Promise((resolve) => setTimeout(resolve, 60));

  it('callback-lost: paid, and not a word', async () => {
    await ask({ fault: 'callback-lost' });
    await checkOut('lost');
    await silence();
    expect(stage.inbox.arrivals).toEqual([]);
    expect((await stage.control('GET', '/books?reference=lost')).json).toMatchObject({
      entries: [{ amount: '500' }],
    });
  });

  it('callback-duplicated: as many copies as asked, of one event', async () => {
    await ask({ fault: 'callback-duplicated', copies: 50 });
    await checkOut('fifty');
    const arrivals = await stage.inbox.until(50);
    expect(new Set(arrivals.map(({ body }) => body)).size).toBe(1);
  });

  it('callback-late: later than usual', async () => {
    await ask({ fault: 'callback-late', delayMs: 100 });
    const before = performance.now();
    await checkOut('late');
    await stage.inbox.until(1);
    expect(performance.now() - before).toBeGreaterThan(95);
  });

  it('callback-early: before the answer to its own request, which still says open', async () => {
    await ask({ fault: 'callback-early' });
    const { json } = await checkOut('early');
    expect(stage.inbox.arrivals).toHaveLength(1);
    expect(json).toMatchObject({ checkout_status: 'open', payment_status: 'processing' });
  });

  it('callback-out-of-order: overtaken by the next one', async () => {
    await ask({ fault: 'callback-out-of-order', count: 1, match: { reference: 'one' } });
    await checkOut('one');
    await silence();
    await checkOut('two');
    const arrivals = await stage.inbox.until(2);
    const references = arrivals.map(
      ({ body }) => (JSON.parse(body) as { data: { client_reference: string } }).data.client_reference,
    );
    expect(references).toEqual(['two', 'one']);
  });

  it('callback-corrupted: rightly signed, but cut off', async () => {
    await ask({ fault: 'callback-corrupted' });
    await checkOut('cut');
    const [arrival] = await stage.inbox.until(1);
    expect(() => JSON.parse(arrival?.body ?? '') as unknown).toThrow(SyntaxError);
    expect(isSigned(signature(arrival?.headers ?? {}), webhookSecret, new Date(), arrival?.body ?? '')).toBe(
      true,
    );
  });

  it('callback-forged: a whole body with a signature that is wrong, and no second try', async () => {
    await ask({ fault: 'callback-forged', count: 1 });
    stage.inbox.answerWith(401);
    await checkOut('forged');
    const [arrival] = await stage.inbox.until(1);
    await silence();
    expect(stage.inbox.arrivals).toHaveLength(1);
    expect(isSigned(signature(arrival?.headers ?? {}), webhookSecret, new Date(), arrival?.body ?? '')).toBe(
      false,
    );
  });

  it('without a fault repeats a webhook that was not taken', async () => {
    stage.inbox.answerWith(500);
    await checkOut('again');
    await stage.inbox.until(3);
    await silence();
    expect(stage.inbox.arrivals).toHaveLength(3);
  });
});
