import { describe, expect, it } from '@jest/globals';
import { type z } from 'zod';
import { capabilitiesOf, OrderRefused } from '#partner-kit';
import {
  clock,
  fixture,
  has,
  payment,
  PAYMENT_ID,
  reply,
  ScriptedHttp,
  secrets,
  TRANSFER_ID,
  transfer,
  waveOver,
} from './fixtures/stage.js';
import { wave } from './wave.adapter.js';
import { signRequest } from './wave.signature.js';

const problemsOf = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ path, message }) => [path.join('.'), message]);

describe('the Wave adapter', () => {
  it('can do what the Business API can do', () => {
    expect(capabilitiesOf(waveOver(new ScriptedHttp()))).toEqual([
      'collections',
      'disbursements',
      'reversals',
      'receipts',
      'parties',
      'balances',
      'statements',
      'sessions',
      'callbacks',
    ]);
  });

  it.each([
    ['SN', 'XOF'],
    ['CI', 'XOF'],
    ['ML', 'XOF'],
    ['BF', 'XOF'],
    ['UG', 'UGX'],
    ['GM', 'GMD'],
  ])('holds in %s a wallet of %s', (country, currency) => {
    const { descriptor } = waveOver(new ScriptedHttp(), { settings: { country } });
    expect(descriptor).toMatchObject({
      country,
      limits: {
        collections: [{ currency, wholeUnits: false }],
        disbursements: [{ currency, wholeUnits: true }],
      },
    });
  });

  it('talks to Wave unless it is told otherwise', () => {
    expect(wave.baseUrl(wave.settings.parse({}))).toBe('https://api.wave.com');
    expect(wave.baseUrl(wave.settings.parse({ baseUrl: 'http://127.0.0.1:4000/wave-sn' }))).toBe(
      'http://127.0.0.1:4000/wave-sn',
    );
  });

  it.each([
    [{ currencies: ['XOF'] }, ''],
    [{ baseUrl: 'ftp://api.wave.com' }, 'baseUrl'],
    [{ country: 'KE' }, 'country'],
    [{ successUrl: 'http://bank.example' }, 'successUrl'],
    [{ aggregatedMerchantId: 'M_1' }, 'aggregatedMerchantId'],
    [{ sourceRanges: ['everywhere'] }, 'sourceRanges.0'],
    [{ limits: { collections: { most: '10.5' } } }, 'limits.collections'],
    [{ limits: { disbursements: { least: '100', most: '50' } } }, 'limits.disbursements'],
    [{ payoutTimeoutMs: 0 }, 'payoutTimeoutMs'],
  ])('refuses the settings %j', (settings, path) => {
    expect(problemsOf(wave.settings, settings)).toEqual([[path, expect.any(String)]]);
  });

  it('refuses secrets that cannot be, without showing them', () => {
    expect(problemsOf(wave.secrets, { apiKey: 'hush hush hush', apiSecret: 'x' })?.flat().join()).toMatch(
      /^(?!.*hush).*apiKey/,
    );
    expect(problemsOf(wave.secrets, {})).toEqual([['apiKey', expect.any(String)]]);
  });
});

describe('a request', () => {
  it('carries the key, its content once, and the reference', async () => {
    const http = new ScriptedHttp(reply(200, fixture('session-open')));
    await has(waveOver(http).collections).collect(payment());
    expect(http.requests).toEqual([
      {
        method: 'POST',
        path: '/v1/checkout/sessions',
        route: '/v1/checkout/sessions',
        timeoutMs: 10_000,
        headers: {
          authorization: `Bearer ${secrets.apiKey}`,
          accept: 'application/json',
          'content-type': 'application/json',
        },
        body: expect.any(String),
      },
    ]);
    expect(http.bodyOf(0)).toEqual({
      amount: '2500',
      currency: 'XOF',
      success_url: 'https://bank.example/thanks',
      error_url: 'https://bank.example/sorry',
      client_reference: PAYMENT_ID,
    });
  });

  it('is signed over the exact bytes that are sent, where the key asks for it', async () => {
    const signingSecret = 'wave_sn_AKS_not_a_real_one';
    const http = new ScriptedHttp(
      reply(200, fixture('session-open')),
      reply(200, { amount: '1', currency: 'XOF' }),
    );
    const adapter = waveOver(http, { secrets: { ...secrets, signingSecret } });
    await has(adapter.collections).collect(payment({ reference: 'Été à Ndar' }));
    await has(adapter.balances).ask({ id: 'q' });
    const [post, get] = http.requests;
    expect(post?.headers?.['wave-signature']).toBe(signRequest(signingSecret, clock.now(), post?.body));
    expect(get?.headers?.['wave-signature']).toBe(signRequest(signingSecret, clock.now()));
    expect(get).not.toHaveProperty('body');
  });

  it('never lets an identifier of a partner change its path', async () => {
    const http = new ScriptedHttp(reply(404, { code: 'not-found' }), reply(200, { result: [] }));
    const sessions = has(waveOver(http).sessions);
    await sessions.find({ by: 'id', value: '../payout/1?x=&' });
    await sessions.find({ by: 'reference', value: 'a&b=c d' });
    expect(http.asked).toEqual([
      'GET /v1/checkout/sessions/..%2Fpayout%2F1%3Fx%3D%26',
      'GET /v1/checkout/sessions/search?client_reference=a%26b%3Dc%20d',
    ]);
    expect(http.requests.map(({ route }) => route)).toEqual([
      '/v1/checkout/sessions/:id',
      '/v1/checkout/sessions/search',
    ]);
  });
});

describe('a checkout', () => {
  const sent = async (order = payment(), settings: Readonly<Record<string, unknown>> = {}) => {
    const http = new ScriptedHttp(reply(200, fixture('session-open')));
    await has(waveOver(http, { settings }).collections).collect(order);
    return http.bodyOf(0);
  };
  const payer = { type: 'msisdn', value: '+221770000345' } as const;

  it('is for the payer that the order names, and for anybody if the settings say so', async () => {
    expect(await sent(payment({ payer }))).toMatchObject({ restrict_payer_mobile: '+221770000345' });
    const open = await sent(payment({ payer }), { restrictPayerMobile: false });
    expect(open).not.toHaveProperty('restrict_payer_mobile');
  });

  it('is made in the name of the aggregated merchant', async () => {
    expect(await sent(payment(), { aggregatedMerchantId: 'am-18qq1' })).toMatchObject({
      aggregated_merchant_id: 'am-18qq1',
    });
  });

  it('leads back to where the settings say when the order does not', async () => {
    const settings = { successUrl: 'https://bank.example/ok', errorUrl: 'https://bank.example/ko' };
    expect(await sent(payment({ returnUrls: null }), settings)).toMatchObject({
      success_url: 'https://bank.example/ok',
      error_url: 'https://bank.example/ko',
    });
  });

  it.each([
    [null, '/returnUrls'],
    [{ success: 'http://bank.example', failure: 'https://bank.example' }, '/returnUrls/success'],
    [{ success: 'https://bank.example', failure: 'nowhere' }, '/returnUrls/failure'],
  ])('with the return addresses %j is refused before it is sent', (returnUrls, pointer) => {
    const payments = has(waveOver(new ScriptedHttp()).collections);
    let refusal: unknown;
    try {
      payments.check?.(payment({ returnUrls }));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(OrderRefused);
    expect(refusal).toMatchObject({ pointer });
  });
});

describe('a payout', () => {
  it('carries the order as its key, and the same content at every try', async () => {
    const http = new ScriptedHttp(
      reply(503, { code: 'service-unavailable' }),
      reply(200, fixture('payout-succeeded')),
    );
    const payouts = has(waveOver(http).disbursements);
    const order = transfer({
      payee: { type: 'msisdn', value: '+221770000701', name: 'Awa Sarr' },
      reference: 'PAY-11-26',
      description: 'Salary for the month of November 2026, paid late 🙂🙂',
    });
    expect(await payouts.disburse(order)).toMatchObject({ is: 'unknown' });
    expect(await payouts.disburse({ ...order, isRepeat: true })).toMatchObject({ is: 'succeeded' });
    const [one, other] = http.requests;
    expect(one?.headers).toMatchObject({ 'idempotency-key': TRANSFER_ID });
    expect(one?.timeoutMs).toBe(30_000);
    expect(other).toEqual(one);
    expect(http.bodyOf(0)).toEqual({
      currency: 'XOF',
      receive_amount: '15000',
      mobile: '+221770000701',
      name: 'Awa Sarr',
      payment_reason: 'Salary for the month of November 2026, p',
      client_reference: TRANSFER_ID,
    });
  });

  it("gives the client's reference for a reason where there is no description", async () => {
    const http = new ScriptedHttp(reply(200, fixture('payout-succeeded')));
    await has(waveOver(http).disbursements).disburse(transfer({ reference: `${'x'.repeat(39)}🙂` }));
    expect(http.bodyOf(0)).toMatchObject({ payment_reason: 'x'.repeat(39) });
  });
});
