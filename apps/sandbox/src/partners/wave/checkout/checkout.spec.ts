import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { caller } from '../../../testing/caller.js';
import { checkoutOf, openWaveStage, type WaveStage, webhookSecret } from '../../../testing/wave-stage.js';
import { isSigned } from '../signature.js';
import { paymentErrors } from './magic.js';

interface Session {
  readonly id: string;
  readonly checkout_status: string;
  readonly transaction_id: string | null;
  readonly wave_launch_url: string;
}

let stage: WaveStage;
const create = async (amount = '2500', more: Readonly<Record<string, unknown>> = {}) =>
  (await stage.wave('POST', '/v1/checkout/sessions', checkoutOf(amount, more))).json as Session;
const read = async ({ id }: Session) =>
  (await stage.wave('GET', `/v1/checkout/sessions/${id}`)).json as Session;
const eventOf = (body: string | undefined) =>
  JSON.parse(body ?? '') as { id: string; type: string; data: Session };
const unpaid = { restrict_payer_mobile: '+221770000018' };

beforeAll(async () => {
  stage = await openWaveStage({ sessionLifetimeMs: 60_000 });
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.control('DELETE', '/books');
  stage.inbox.empty();
});

describe('a checkout session', () => {
  it('is answered with every field of an open one', async () => {
    const session = await create('2500', { ...unpaid, client_reference: 'GW-1' });
    expect(session).toEqual({
      id: expect.stringMatching(/^cos-\w{1,16}$/),
      amount: '2500',
      currency: 'XOF',
      checkout_status: 'open',
      payment_status: 'processing',
      client_reference: 'GW-1',
      success_url: 'https://gw.example/ok',
      error_url: 'https://gw.example/ko',
      business_name: 'Banque Demo',
      aggregated_merchant_id: null,
      transaction_id: null,
      last_payment_error: null,
      wave_launch_url: `${stage.sandbox.url}/wave-sn/c/${session.id}`,
      when_created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      when_completed: null,
      when_expires: expect.stringMatching(/Z$/),
    });
  });

  it('is paid by itself, tells so in a signed webhook, and is found by either reference', async () => {
    const { id } = await create('2500', { client_reference: 'GW-2' });
    const [arrival] = await stage.inbox.until(1);
    const event = eventOf(arrival?.body);
    expect(event).toMatchObject({
      id: expect.stringMatching(/^EV_\w{1,17}$/),
      type: 'checkout.session.completed',
      data: { id, checkout_status: 'complete', payment_status: 'succeeded' },
    });
    const header = String(arrival?.headers['wave-signature']);
    expect(isSigned(header, webhookSecret, new Date(), arrival?.body ?? '')).toBe(true);
    const paid = await read(event.data);
    expect(paid).toEqual(event.data);
    const byTransaction = await stage.wave(
      'GET',
      `/v1/checkout/sessions?transaction_id=${paid.transaction_id ?? ''}`,
    );
    expect(byTransaction.json).toEqual(paid);
    const byReference = await stage.wave('GET', '/v1/checkout/sessions/search?client_reference=GW-2');
    expect(byReference.json).toEqual({ result: [paid] });
    expect((await stage.control('GET', '/books?reference=GW-2')).json).toMatchObject({
      entries: [
        {
          reference: 'GW-2',
          partnerReference: id,
          receipt: paid.transaction_id,
          kind: 'payment',
          amount: '2500',
          change: '2475',
          currency: 'XOF',
          party: '+221770000000',
          state: 'succeeded',
        },
      ],
      balance: { amount: '1002475' },
    });
  });

  it('that nobody knows is not found; a search without hit is empty', async () => {
    const unknown = { status: 404, json: { code: 'checkout-session-not-found' } };
    expect(await stage.wave('GET', '/v1/checkout/sessions/cos-none')).toMatchObject(unknown);
    expect(await stage.wave('GET', '/v1/checkout/sessions?transaction_id=T_NONE')).toMatchObject(unknown);
    const search = await stage.wave('GET', '/v1/checkout/sessions/search?client_reference=none');
    expect(search).toMatchObject({ status: 200, json: { result: [] } });
  });

  it.each([
    ['decimals with XOF', { amount: '10.50' }, 'amount'],
    ['a number as amount', { amount: 2500 }, 'amount'],
    ['a leading zero', { amount: '0100' }, 'amount'],
    ['nothing', { amount: '0' }, 'amount'],
    ['another currency', { currency: 'EUR' }, 'currency'],
    ['a plain http URL', { success_url: 'http://gw.example/ok' }, 'success_url'],
    ['a phone number that is none', { restrict_payer_mobile: '770000001' }, 'restrict_payer_mobile'],
    ['a long reference', { client_reference: 'x'.repeat(256) }, 'client_reference'],
  ])('with %s is refused', async (_what, wrong, field) => {
    const reply = await stage.wave('POST', '/v1/checkout/sessions', checkoutOf('2500', wrong));
    expect(reply).toMatchObject({
      status: 400,
      json: { code: 'request-validation-error', details: [{ loc: [field], msg: expect.any(String) }] },
    });
  });

  it('names a field that is missing, and refuses what is not an object or not JSON', async () => {
    const { currency: _currency, ...incomplete } = checkoutOf('2500');
    const post = (body: unknown) => stage.wave('POST', '/v1/checkout/sessions', body);
    expect((await post(incomplete)).json).toEqual({
      code: 'request-validation-error',
      message: 'Request invalid',
      details: [{ loc: ['currency'], msg: 'field required', type: 'value_error.missing' }],
    });
    expect(await post('[]')).toMatchObject({ status: 400, json: { code: 'request-parsing-error' } });
    expect(await post('{"a":')).toMatchObject({ status: 400, json: { code: 'request-not-json' } });
  });

  it('expires when its time is over, or when it is told to, and cannot be closed twice', async () => {
    const session = await create('100', unpaid);
    await stage.clock('POST', '', { advanceMs: 60_000 });
    expect(await read(session)).toMatchObject({ checkout_status: 'expired', payment_status: 'cancelled' });
    await stage.clock('DELETE', '');
    const other = await create('100', unpaid);
    const expire = (id: string) => stage.wave('POST', `/v1/checkout/sessions/${id}/expire`);
    expect(await expire(other.id)).toMatchObject({ status: 200, text: '' });
    expect(await read(other)).toMatchObject({ checkout_status: 'expired', payment_status: 'cancelled' });
    expect(await expire(other.id)).toMatchObject({
      status: 409,
      json: { code: 'checkout-session-not-open' },
    });
    expect((await expire('cos-none')).status).toBe(404);
    expect(stage.inbox.arrivals).toEqual([]);
  });

  it('is refunded once, fee included, however often that is asked', async () => {
    const session = await create('2500', { client_reference: 'GW-3' });
    await stage.inbox.until(1);
    const refund = (id: string) => stage.wave('POST', `/v1/checkout/sessions/${id}/refund`);
    expect(await refund(session.id)).toMatchObject({ status: 200, text: '' });
    expect((await refund(session.id)).status).toBe(200);
    expect((await stage.control('GET', '/books?reference=GW-3')).json).toMatchObject({
      entries: [
        { kind: 'payment', state: 'reversed', change: '2475' },
        { kind: 'reversal', state: 'succeeded', amount: '2500', change: '-2475' },
      ],
      balance: { amount: '1000000' },
    });
    const open = await create('100', unpaid);
    expect(await refund(open.id)).toMatchObject({ status: 400, json: { code: 'checkout-refund-failed' } });
  });
});

describe('the payer', () => {
  const digitsOf = {
    '11': 'insufficient-funds',
    '12': 'blocked-account',
    '13': 'cross-border-payment-not-allowed',
  };
  const more = {
    '14': 'customer-age-restricted',
    '15': 'kyb-limits-exceeded',
    '16': 'payer-mobile-mismatch',
    '17': 'payment-failure',
  };

  it.each(Object.entries({ ...digitsOf, ...more }))(
    '…%s fails with %s and leaves the session open',
    async (digits, code) => {
      expect(Object.keys(paymentErrors)).toContain(code);
      const session = await create('900', { restrict_payer_mobile: `+2217700000${digits}` });
      const [arrival] = await stage.inbox.until(1);
      expect(eventOf(arrival?.body)).toMatchObject({
        type: 'checkout.session.payment_failed',
        data: { id: session.id, last_payment_error: { code, message: expect.any(String) } },
      });
      expect(await read(session)).toMatchObject({ checkout_status: 'open', last_payment_error: { code } });
    },
  );

  it('…18 never pays', async () => {
    const session = await create('900', unpaid);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await read(session)).checkout_status).toBe('open');
  });

  it('…19 fails at first, then pays', async () => {
    const session = await create('900', { restrict_payer_mobile: '+221770000019' });
    const arrivals = await stage.inbox.until(2);
    expect(arrivals.map(({ body }) => eventOf(body).type).sort()).toEqual([
      'checkout.session.completed',
      'checkout.session.payment_failed',
    ]);
    expect(await read(session)).toMatchObject({ checkout_status: 'complete', last_payment_error: null });
  });

  it('can be played by a test: another number, another outcome, its webhook twice or never', async () => {
    const session = await create('900', unpaid);
    const play = (body: object) => stage.wave('POST', `/_sim/checkout/${session.id}/pay`, body);
    expect((await play({ mobile: '+221771111111' })).json).toMatchObject({
      checkout_status: 'open',
      last_payment_error: { code: 'payer-mobile-mismatch' },
    });
    await play({ outcome: 'blocked-account', webhook: 'lost' });
    expect((await play({ webhook: 'twice' })).json).toMatchObject({ checkout_status: 'complete' });
    expect(await play({})).toMatchObject({ status: 409, json: { code: 'checkout-session-not-open' } });
    const arrivals = await stage.inbox.until(3);
    expect(arrivals.map(({ body }) => eventOf(body).type).sort()).toEqual([
      'checkout.session.completed',
      'checkout.session.completed',
      'checkout.session.payment_failed',
    ]);
  });

  it('of another country is refused', async () => {
    const session = await create('900', { restrict_payer_mobile: '+254712000345' });
    await stage.inbox.until(1);
    expect(await read(session)).toMatchObject({
      last_payment_error: { code: 'cross-border-payment-not-allowed' },
    });
  });

  it('can be a person at the page that wave_launch_url opens', async () => {
    const session = await create('900', unpaid);
    const browser = caller(session.wave_launch_url);
    const page = await browser('GET', '');
    expect(page.text).toContain('900 XOF');
    expect(page.text).not.toMatch(/src=|href=/);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const refused = await browser('POST', '/refuse', '', form);
    expect([refused.status, refused.headers.get('location')]).toEqual([303, 'https://gw.example/ko']);
    const paid = await browser('POST', '/pay', 'mobile=%2B221770000018', form);
    expect([paid.status, paid.headers.get('location')]).toEqual([303, 'https://gw.example/ok']);
    expect((await browser('GET', '')).text).toContain('This payment is complete.');
  });
});

describe('the webhook subscriptions', () => {
  it('sign with both secrets during a change, or send the shared one, for the events they chose', async () => {
    const url = stage.inbox.url;
    const changing = await openWaveStage({
      webhooks: [
        { url: `${url}/signed`, secrets: ['new-one', 'old-one'] },
        { url: `${url}/shared`, strategy: 'shared-secret', secrets: ['wave_sn_WHS_shared'] },
        { url: `${url}/other`, secrets: ['x'], events: ['merchant.payment_received'] },
      ],
    });
    await changing.wave('POST', '/v1/checkout/sessions', checkoutOf('100'));
    const arrivals = await stage.inbox.until(2);
    const signed = arrivals.find(({ path }) => path.endsWith('/signed'));
    for (const secret of ['new-one', 'old-one']) {
      expect(
        isSigned(String(signed?.headers['wave-signature']), secret, new Date(), signed?.body ?? ''),
      ).toBe(true);
    }
    const shared = arrivals.find(({ path }) => path.endsWith('/shared'));
    expect(shared?.headers.authorization).toBe('Bearer wave_sn_WHS_shared');
    await changing.wave('POST', '/_sim/webhooks/test');
    const types = (await stage.inbox.until(4)).slice(2).map(({ body }) => eventOf(body).type);
    expect(types).toEqual(['test.test_event', 'test.test_event']);
    await changing.close();
  });
});
