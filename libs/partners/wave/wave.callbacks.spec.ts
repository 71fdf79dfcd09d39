import { describe, expect, it } from '@jest/globals';
import { type RawCallback, UnmappedAnswer, UnreadableCallback } from '#partner-kit';
import {
  fixture,
  has,
  now,
  PAYMENT_ID,
  ScriptedHttp,
  secrets,
  submitted,
  payment,
  type WaveStage,
  waveOver,
  xof,
} from './fixtures/stage.js';
import { signatureOf } from './wave.signature.js';

const callbacksOf = (stage: WaveStage = {}) => has(waveOver(new ScriptedHttp(), stage).callbacks);

function webhook(body: string | object, more: Partial<RawCallback> = {}): RawCallback {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const t = String(Math.floor(now.getTime() / 1_000));
  const signature = `t=${t},v1=${signatureOf(secrets.webhookSecret, t, text)}`;
  return {
    method: 'POST',
    path: 'webhook',
    headers: { 'content-type': 'application/json', 'wave-signature': signature },
    body: Buffer.from(text),
    source: '104.155.43.220',
    receivedAt: now,
    ...more,
  };
}

const event = (type: string, content?: unknown) => webhook({ id: 'EV_18qq2kp300', type, data: content });
const json = (name: string, changes: Readonly<Record<string, unknown>> = {}): unknown =>
  JSON.parse(fixture(name, changes));

describe('a webhook', () => {
  it('is authentic with its signature over the exact bytes', () => {
    expect(callbacksOf().strength).toBe('signature');
    expect(callbacksOf().verify(webhook('{ "type" : "x" }'))).toEqual({ is: 'authentic' });
    const changed = { ...webhook('{ "type" : "x" }'), body: Buffer.from('{"type":"x"}') };
    expect(callbacksOf().verify(changed)).toEqual({
      is: 'forged',
      why: 'the signature does not fit the body',
    });
  });

  it('is authentic with the secret before this one while a rotation lasts', () => {
    const webhookSecret = 'wave_sn_WHS_the_new_one';
    const rotated = { ...secrets, webhookSecret, webhookSecretPrevious: secrets.webhookSecret };
    expect(callbacksOf({ secrets: rotated }).verify(webhook('{}'))).toEqual({ is: 'authentic' });
    expect(callbacksOf({ secrets: { ...secrets, webhookSecret } }).verify(webhook('{}'))).toMatchObject({
      is: 'forged',
    });
  });

  it('is as strong as a shared secret where the portal was told so', () => {
    const callbacks = callbacksOf({ settings: { webhookStrategy: 'shared_secret' } });
    const headers = { authorization: `Bearer ${secrets.webhookSecret}` };
    expect(callbacks.strength).toBe('shared_secret');
    expect(callbacks.verify(webhook('{}', { headers }))).toEqual({ is: 'authentic' });
    expect(callbacks.verify(webhook('{}'))).toEqual({ is: 'forged', why: 'no bearer token' });
  });

  it('cannot choose its strategy', () => {
    const headers = { authorization: `Bearer ${secrets.webhookSecret}` };
    expect(callbacksOf().verify(webhook('{}', { headers }))).toMatchObject({ is: 'forged' });
  });

  it.each([
    ['off', '10.0.0.1', 'authentic'],
    ['warn', '10.0.0.1', 'doubtful'],
    ['refuse', '10.0.0.1', 'forged'],
    ['refuse', '35.241.219.1', 'authentic'],
    ['refuse', '::ffff:35.241.219.1', 'authentic'],
    ['refuse', 'not an address', 'forged'],
  ])('with its source check %s, from %s, is %s', (sourceCheck, source, is) => {
    const callbacks = callbacksOf({ settings: { sourceCheck } });
    expect(callbacks.verify(webhook('{}', { source }))).toMatchObject({ is });
  });

  it('may come from configured ranges', () => {
    const settings = { sourceCheck: 'refuse', sourceRanges: ['127.0.0.0/8', '2001:db8::/32'] };
    const from = (source: string) => callbacksOf({ settings }).verify(webhook('{}', { source })).is;
    expect(['127.0.0.1', '2001:db8::7', '104.155.43.220'].map(from)).toEqual([
      'authentic',
      'authentic',
      'forged',
    ]);
  });

  it('is answered at once, whatever it says', () => {
    expect(callbacksOf().answer(webhook('nonsense'))).toMatchObject({ status: 200 });
  });

  it('is not taken without a secret to check it with', () => {
    expect(waveOver(new ScriptedHttp(), { secrets: { apiKey: secrets.apiKey } }).callbacks).toBeUndefined();
  });
});

describe('the news in a webhook', () => {
  const read = (callback: RawCallback) => callbacksOf().read(callback);
  const about = { operation: PAYMENT_ID, references: ['cos-18qq25rgr100a'] };

  it('of a completed session is its success, with amount and receipt', () => {
    expect(read(event('checkout.session.completed', json('session-paid')))).toEqual([
      {
        is: 'outcome',
        about,
        amount: xof('2500'),
        outcome: {
          is: 'succeeded',
          reference: 'cos-18qq25rgr100a',
          references: ['cos-18qq25rgr100a'],
          receipt: 'T_7QK3M2ZX',
        },
      },
    ]);
  });

  it('of a completed session that still settles is not final', () => {
    const settling = json('session-paid', { payment_status: 'processing' });
    expect(read(event('checkout.session.completed', settling))).toMatchObject([
      { outcome: { is: 'pending' } },
    ]);
  });

  it.each([
    ['expired', 'cancelled'],
    ['open', 'processing'],
    ['complete', 'cancelled'],
  ])('of a completed session that is %s and %s is unknown: an enquiry decides', (checkout_status, status) => {
    const odd = json('session-paid', { checkout_status, payment_status: status });
    expect(read(event('checkout.session.completed', odd))).toMatchObject([
      { outcome: { is: 'unknown', cause: expect.any(UnmappedAnswer) } },
    ]);
  });

  it.each(['processing', 'cancelled', 'failed'])(
    'of a failed attempt (%s) is never final',
    (payment_status) => {
      const attempt = json('session-attempt-failed', { payment_status });
      expect(read(event('checkout.session.payment_failed', attempt))).toMatchObject([
        { is: 'outcome', about, outcome: { is: 'pending', partner: { code: 'insufficient-funds' } } },
      ]);
    },
  );

  it('about a session of another program names no operation of ours', () => {
    for (const client_reference of ['GW-000123', null, '']) {
      const [notice] = read(event('checkout.session.completed', json('session-paid', { client_reference })));
      expect(notice).toMatchObject({ about: { references: ['cos-18qq25rgr100a'] } });
      expect(notice).not.toHaveProperty('about.operation');
    }
  });

  it("of a payment at the merchant's code is a receipt, and never a checkout's money", () => {
    const [notice] = read(webhook(fixture('receipt-merchant')));
    expect(notice).toMatchObject({
      is: 'receipt',
      receipt: 'T_7QM0000042',
      amount: xof('4000'),
      payer: { type: 'msisdn', value: '+221770000812' },
      reference: 'F-2201, 7',
      description: 'Banque Teranga',
      paidAt: new Date('2026-11-20T10:00:00Z'),
    });
    const fit = notice?.is === 'receipt' && notice.fit(submitted(payment({ amount: xof('4000') })));
    expect(fit).toBe('misfit');
  });

  it('of a payment without sender or fields is a receipt all the same', () => {
    const { data } = JSON.parse(fixture('receipt-merchant')) as { data: object };
    const bare = { ...data, sender_mobile: null, custom_fields: null, merchant_name: undefined };
    expect(read(event('merchant.payment_received', bare))).toMatchObject([
      { is: 'receipt', payer: null, reference: null },
    ]);
  });

  it('of a payment by a business is a receipt', () => {
    expect(read(webhook(fixture('receipt-business')))).toMatchObject([
      {
        is: 'receipt',
        receipt: 'b2b-18qq2kp30100c',
        amount: xof('90000'),
        payer: { type: 'merchant', value: 'M_18qq2bbbb' },
        reference: 'ORDER 77',
      },
    ]);
  });

  it.each([
    ['b2b.payment_failed', { anything: true }, 'a payment to us by a business failed'],
    ['test.test_event', undefined, 'a test event from the Business Portal'],
    ['payout.succeeded', {}, 'webhooks of the type payout.succeeded are not known'],
    ['constructor', {}, 'webhooks of the type constructor are not known'],
  ])('of the type %s is ignored, with a reason', (type, content, why) => {
    expect(read(event(type, content))).toEqual([{ is: 'ignored', why }]);
  });

  it('is the same when it is read twice', () => {
    const callback = event('checkout.session.completed', json('session-paid'));
    expect(read(callback)).toEqual(read(callback));
  });

  it.each([
    ['cut off', '{"id":"EV_1","type":"checkout.session.comp'],
    ['empty', ''],
    ['a list', '[]'],
    ['without a type', '{"id":"EV_1"}'],
    ['without a session', '{"id":"EV_1","type":"checkout.session.completed"}'],
    ['with another thing for a session', '{"type":"checkout.session.completed","data":"cos-1"}'],
    ['with a poisoned key', '{"type":"test.test_event","__proto__":{"data":{}}}'],
  ])('that is %s cannot be read', (_what, body) => {
    expect(() => read(webhook(body))).toThrow(UnreadableCallback);
  });

  it.each([
    ['amount', '1500.50'],
    ['amount', 'much'],
    ['currency', 'BTC'],
  ])('with the %s %j cannot be read, and the error does not show it', (field, value) => {
    const odd = event('checkout.session.completed', json('session-paid', { [field]: value }));
    let error: unknown;
    try {
      read(odd);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UnreadableCallback);
    expect(String(error)).not.toContain(value);
  });
});
