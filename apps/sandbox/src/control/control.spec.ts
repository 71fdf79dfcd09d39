import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller } from '../testing/caller.js';
import { checkoutOf, openWaveStage, payoutOf, type WaveStage } from '../testing/wave-stage.js';

describe('the control API', () => {
  let stage: WaveStage;
  beforeAll(async () => {
    stage = await openWaveStage();
  });
  afterAll(() => stage.close());

  it('lists the partners', async () => {
    const { json } = await caller(stage.sandbox.url)('GET', '/control/partners');
    expect(json).toEqual({
      partners: [
        {
          id: 'wave-sn',
          operator: 'wave',
          baseUrl: `${stage.sandbox.url}/wave-sn`,
          balance: { currency: 'XOF', opening: '1000000', amount: '1000000' },
        },
      ],
    });
  });

  it.each([
    ['an unknown fault', [{ fault: 'slow' }, { fault: 'gremlins' }], '/1/fault'],
    ['an unknown field', [{ fault: 'slow', colour: 'red' }], '/0/colour'],
    ['a chance above one', [{ fault: 'slow', probability: 2 }], '/0/probability'],
    ['an unknown match', [{ fault: 'slow', match: { colour: 'red' } }], '/0/match/colour'],
    ['a negative delay', [{ fault: 'slow', delayMs: -1 }], '/0/delayMs'],
    ['no list', { fault: 'slow' }, ''],
  ])('refuses %s and points at it', async (_what, body, pointer) => {
    const reply = await stage.control('PUT', '/faults', body);
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toMatch('application/problem+json');
    expect(reply.json).toMatchObject({
      code: 'invalid-request',
      errors: [expect.objectContaining({ pointer })],
    });
    expect((await stage.control('GET', '/faults')).json).toEqual([]);
  });

  it('adds a fault beside those that are set', async () => {
    await stage.control('PUT', '/faults', [{ fault: 'slow', delayMs: 1, count: 2 }]);
    await stage.control('POST', '/faults', [{ fault: 'throttled', count: 1 }]);
    const added = await stage.control('POST', '/faults', [{ fault: 'reset' }]);
    expect(added.json).toMatchObject([
      { fault: 'slow', count: 2, fired: 0 },
      { fault: 'throttled', fired: 0 },
      { fault: 'reset', fired: 0 },
    ]);
    expect((await stage.control('POST', '/faults', [{ fault: 'gremlins' }])).status).toBe(400);
    await stage.control('DELETE', '/faults');
  });

  it('refuses broken JSON, a partner and a route that are not there', async () => {
    expect(await stage.control('PUT', '/faults', '[{')).toMatchObject({
      status: 400,
      json: { code: 'invalid-json' },
    });
    const other = caller(`${stage.sandbox.url}/control/partners/none`);
    expect(await other('GET', '/books')).toMatchObject({ status: 404, json: { code: 'unknown-partner' } });
    expect(await stage.control('GET', '/nothing')).toMatchObject({
      status: 404,
      json: { code: 'not-found' },
    });
  });

  it('lets a customer pay unasked', async () => {
    stage.inbox.empty();
    const reply = await stage.control('POST', '/receipts', {
      amount: '3000',
      mobile: '+221771234567',
      reference: 'SHOP-1',
    });
    expect(reply).toMatchObject({
      status: 201,
      json: { amount: '3000', fee: '30', sender_mobile: '+221771234567' },
    });
    const [arrival] = await stage.inbox.until(1);
    const event = JSON.parse(arrival?.body ?? '') as unknown;
    expect(event).toMatchObject({
      type: 'merchant.payment_received',
      data: { amount: '3000', custom_fields: { reference: 'SHOP-1' } },
    });
    const wrong = await stage.control('POST', '/receipts', { amount: '12.5' });
    expect(wrong).toMatchObject({ status: 400, json: { errors: [{ pointer: '/amount' }] } });
  });

  it('has no connector to move where the partner calls none', async () => {
    expect(await stage.control('PUT', '/connector', { url: 'http://127.0.0.1:3003' })).toMatchObject({
      status: 422,
      json: { code: 'not-supported' },
    });
  });

  it('counts requests by route, not by id, and leaves its own calls out', async () => {
    await stage.control('DELETE', '/books');
    await stage.wave('GET', '/v1/payout/pt-a');
    await stage.wave('GET', '/v1/payout/pt-b');
    await stage.wave('POST', '/_sim/checkout/none/pay', {});
    expect((await stage.control('GET', '/requests')).json).toEqual({
      requests: [{ method: 'GET', path: '/v1/payout/:id', count: 2 }],
      tokenRequests: 0,
    });
  });

  it('knows when each request arrived, wherever its clock stands', async () => {
    await stage.control('DELETE', '/books');
    await stage.clock('POST', '', { advanceMs: 3_600_000 });
    await stage.wave('GET', '/v1/payout/pt-a');
    await stage.wave('GET', '/v1/payout/pt-a');
    await stage.clock('DELETE', '');
    const { arrivals } = (await stage.control('GET', '/arrivals')).json as {
      arrivals: { atMs: number[] }[];
    };
    expect(arrivals).toMatchObject([{ method: 'GET', path: '/v1/payout/:id' }]);
    const [first = 0, second = 0] = arrivals[0]?.atMs ?? [];
    expect(Math.abs(first - Date.now())).toBeLessThan(60_000);
    expect(second).toBeGreaterThanOrEqual(first);
  });

  it('forgets everything: books, balance, sessions, keys, faults, pending callbacks', async () => {
    const key = { 'idempotency-key': 'the-same' };
    const session = await stage.wave(
      'POST',
      '/v1/checkout/sessions',
      checkoutOf('500', { client_reference: 'gone' }),
    );
    await stage.wave('POST', '/v1/payout', payoutOf('100', '+221770000001'), key);
    await stage.control('PUT', '/faults', [{ fault: 'slow' }]);
    expect((await stage.control('DELETE', '/books')).status).toBe(204);
    expect((await stage.control('GET', '/books')).json).toEqual({
      entries: [],
      balance: { currency: 'XOF', opening: '1000000', amount: '1000000' },
    });
    expect((await stage.control('GET', '/faults')).json).toEqual([]);
    const { id } = session.json as { id: string };
    expect((await stage.wave('GET', `/v1/checkout/sessions/${id}`)).status).toBe(404);
    expect((await stage.wave('POST', '/v1/payout', payoutOf('999', '+221770000001'), key)).status).toBe(200);
  });

  it('moves the clock forward, to a moment, and back to the real one', async () => {
    const ahead = async (body?: unknown, method = 'POST') =>
      Math.round(((await stage.clock(method, '', body)).json as { aheadMs: number }).aheadMs / 1000);
    expect(await ahead({ advanceMs: 60_000 })).toBe(60);
    expect(await ahead({ at: new Date(Date.now() + 90_000).toISOString() })).toBe(90);
    expect(await ahead(undefined, 'GET')).toBe(90);
    expect(await ahead(undefined, 'DELETE')).toBeCloseTo(0);
    expect((await stage.clock('POST', '', { advanceMs: 1, at: new Date().toISOString() })).status).toBe(400);
    expect((await stage.clock('POST', '', {})).status).toBe(400);
  });
});
