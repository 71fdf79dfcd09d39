import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Call, caller } from '../../testing/caller.js';
import { checkoutOf, openWaveStage, payoutOf, type WaveStage } from '../../testing/wave-stage.js';
import { digest, isSigned, signatureHeader } from './signature.js';

describe('the signature', () => {
  const webhook =
    '{"id":"EV_TESTVECTOR01","type":"checkout.session.completed","data":{"id":"cos-1demo00000001","amount":"2500","currency":"XOF","payment_status":"succeeded"}}';

  it.each([
    ['wave_sn_AKS_demo_secret', '', '7f5f06a7f735e7bd70db23157e3c358fc9154b36c78c8a4534a01add90b2f2eb'],
    ['wave_sn_WHS_demo_secret', webhook, 'a439c77e9795ef50a0e9ab341e4ed2a1afa8f44763f02295625efb05eef99fe9'],
  ])('of %s is the published one', (secret, body, expected) => {
    expect(digest(secret, 1_760_000_000, body)).toBe(expected);
  });

  it('is good for five minutes, for its bytes, for either of two secrets', () => {
    const at = new Date(1_760_000_000_000);
    const header = signatureHeader(['old', 'new'], at, webhook);
    expect(header.match(/v1=/g)).toHaveLength(2);
    const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);
    expect(isSigned(header, 'old', later(299), webhook)).toBe(true);
    expect(isSigned(header, 'new', later(-299), webhook)).toBe(true);
    expect(isSigned(header, 'new', later(301), webhook)).toBe(false);
    expect(isSigned(header, 'new', at, `${webhook} `)).toBe(false);
    expect(isSigned(header, 'other', at, webhook)).toBe(false);
    expect(isSigned('v1=abc', 'new', at, webhook)).toBe(false);
  });
});

describe('access to the API', () => {
  let stage: WaveStage;
  let anyone: Call;
  beforeAll(async () => {
    stage = await openWaveStage({ apiKey: 'wave_sn_prod_mine', signingSecret: 'wave_sn_AKS_mine' });
    anyone = caller(`${stage.sandbox.url}/wave-sn`);
  });
  afterAll(() => stage.close());
  const withKey = (key: string) => ({ authorization: `Bearer wave_sn_prod_${key}` });

  it.each([
    ['no header', {}, 401, 'missing-auth-header'],
    ['another scheme', { authorization: 'Basic abc' }, 401, 'invalid-auth'],
    ['no key', { authorization: 'Bearer' }, 401, 'api-key-not-provided'],
    ['an unknown key', withKey('other'), 401, 'no-matching-api-key'],
    ['a revoked key', withKey('sim_revoked'), 401, 'api-key-revoked'],
    ['a key without Checkout', withKey('sim_nocheckout'), 403, 'unauthorized-wallet'],
    ['a disabled wallet', withKey('sim_disabled'), 403, 'disabled-wallet'],
    ['a signing key without signature', withKey('mine'), 401, 'missing-signature'],
  ])('with %s is refused', async (_what, headers, status, code) => {
    const reply = await anyone('POST', '/v1/checkout/sessions', checkoutOf('500'), headers);
    expect(reply).toMatchObject({ status, json: { code } });
  });

  it('lets a disabled wallet read its balance and a key without Checkout pay out', async () => {
    expect((await anyone('GET', '/v1/balance', undefined, withKey('sim_disabled'))).status).toBe(200);
    const headers = { ...withKey('sim_nocheckout'), 'idempotency-key': 'k' };
    expect((await anyone('POST', '/v1/payout', payoutOf('10', '+221770000001'), headers)).status).toBe(200);
  });

  it('takes a request that is signed as its key demands, with and without a body', async () => {
    const signed = (body: string, at = new Date()) => ({
      ...withKey('mine'),
      'wave-signature': signatureHeader(['wave_sn_AKS_mine'], at, body),
    });
    const body = JSON.stringify(checkoutOf('500'), null, 1);
    expect((await anyone('POST', '/v1/checkout/sessions', body, signed(body))).status).toBe(200);
    expect((await anyone('GET', '/v1/balance', undefined, signed(''))).status).toBe(200);
    const invalid = { status: 401, json: { code: 'invalid-signature' } };
    expect(await anyone('POST', '/v1/checkout/sessions', body, signed('another'))).toMatchObject(invalid);
    const old = signed('', new Date(Date.now() - 400_000));
    expect(await anyone('GET', '/v1/balance', undefined, old)).toMatchObject(invalid);
  });

  it('still takes signatures when the sandbox lives in another hour', async () => {
    await stage.clock('POST', '', { advanceMs: 3_600_000 });
    const headers = {
      ...withKey('mine'),
      'wave-signature': signatureHeader(['wave_sn_AKS_mine'], new Date(), ''),
    };
    expect((await anyone('GET', '/v1/balance', undefined, headers)).status).toBe(200);
    await stage.clock('DELETE', '');
  });
});

describe('the error envelope', () => {
  it.each([
    ['documented', { code: 'not-found', message: expect.any(String) }],
    ['error', { error: 'not-found', message: expect.any(String) }],
    ['error_code', { error_code: 'not-found', error_message: expect.any(String) }],
    ['nested', { error: { code: 'not-found', message: expect.any(String), httpcode: 404 } }],
  ])('can be "%s"', async (errorEnvelope, body) => {
    const stage = await openWaveStage({ errorEnvelope });
    expect(await stage.wave('GET', '/v1/payout/pt-none')).toMatchObject({ status: 404, json: body });
    await stage.close();
  });
});
