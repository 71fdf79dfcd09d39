import { describe, expect, it } from '@jest/globals';
import {
  faultOfBearer,
  faultOfSignature,
  readSignatureHeader,
  signatureOf,
  signRequest,
} from './wave.signature.js';

const at = new Date(1_760_000_000_000);
const body = Buffer.from(
  '{"id":"EV_TESTVECTOR01","type":"checkout.session.completed","data":{"id":"cos-1demo00000001","amount":"2500","currency":"XOF","payment_status":"succeeded"}}',
);
const secret = 'wave_sn_WHS_demo_secret';
const signature = 'a439c77e9795ef50a0e9ab341e4ed2a1afa8f44763f02295625efb05eef99fe9';
const header = `t=1760000000,v1=${signature}`;

describe('a signature', () => {
  it('of a request without a body covers the timestamp alone', () => {
    expect(signRequest('wave_sn_AKS_demo_secret', at)).toBe(
      't=1760000000,v1=7f5f06a7f735e7bd70db23157e3c358fc9154b36c78c8a4534a01add90b2f2eb',
    );
  });

  it('of a webhook covers the timestamp directly followed by the raw bytes', () => {
    expect(body).toHaveLength(156);
    expect(signatureOf(secret, '1760000000', body)).toBe(signature);
    expect(faultOfSignature(header, body, [secret], at)).toBeNull();
  });

  it('counts seconds, not milliseconds', () => {
    expect(signRequest('x', new Date(1_760_000_000_999))).toMatch(/^t=1760000000,/);
  });
});

describe('a webhook signature', () => {
  const other = signatureOf('another secret', '1760000000', body);

  it.each([
    ['with a new and an old secret', `t=1760000000,v1=${other},v1=${signature}`],
    ['with schemes that we do not know', `t=1760000000,v0=abc,v1=${signature}`],
    ['with spaces', `t=1760000000, v1=${signature}`],
    ['with its fields in another order', `v1=${signature},t=1760000000`],
  ])('%s holds', (_what, written) => {
    expect(faultOfSignature(written, body, [secret], at)).toBeNull();
  });

  it('holds for the secret before this one while a rotation lasts', () => {
    expect(faultOfSignature(header, body, ['the new secret', secret], at)).toBeNull();
    expect(faultOfSignature(header, body, ['the new secret'], at)).toBe(
      'the signature does not fit the body',
    );
  });

  it.each([-300, 300])('holds %s seconds away, and not one more', (seconds) => {
    const edge = new Date(at.getTime() + seconds * 1_000);
    expect(faultOfSignature(header, body, [secret], edge)).toBeNull();
    const beyond = new Date(edge.getTime() + Math.sign(seconds) * 1_000);
    expect(faultOfSignature(header, body, [secret], beyond)).toBe(
      'the signature is not of the last five minutes',
    );
  });

  it('does not hold for one byte more or less, or with a dot after the timestamp', () => {
    const unfit = 'the signature does not fit the body';
    expect(faultOfSignature(header, Buffer.concat([body, Buffer.from('\n')]), [secret], at)).toBe(unfit);
    expect(faultOfSignature(header, body.subarray(1), [secret], at)).toBe(unfit);
    const dotted = signatureOf(secret, '1760000000.', body);
    expect(faultOfSignature(`t=1760000000,v1=${dotted}`, body, [secret], at)).toBe(unfit);
  });

  it('covers the timestamp as it is written', () => {
    const written = signatureOf(secret, '01760000000', body);
    expect(faultOfSignature(`t=01760000000,v1=${written}`, body, [secret], at)).toBeNull();
  });

  it.each([
    ['', 'malformed'],
    ['t=1760000000', 'malformed'],
    [`v1=${signature}`, 'malformed'],
    [`t=soon,v1=${signature}`, 'malformed'],
    [`t=1760000000,t=1760000001,v1=${signature}`, 'malformed'],
    [`t=1760000000,${Array.from({ length: 9 }, () => `v1=${signature}`).join(',')}`, 'malformed'],
    ['t=1760000000,v1=', 'does not fit'],
    ['t=1760000000,v1=é', 'does not fit'],
  ])('written %j is told from a good one', (written, why) => {
    expect(faultOfSignature(written, body, [secret], at)).toContain(why);
  });

  it('has to be there', () => {
    expect(faultOfSignature(undefined, body, [secret], at)).toBe('no Wave-Signature header');
    expect(readSignatureHeader('Bearer x')).toBeNull();
  });
});

describe('a shared secret', () => {
  it('is compared with the bearer token, now and the one before', () => {
    expect(faultOfBearer(`Bearer ${secret}`, [secret])).toBeNull();
    expect(faultOfBearer(`bearer ${secret}`, ['newer', secret])).toBeNull();
  });

  it.each([
    [undefined, 'no bearer token'],
    ['Basic abc', 'no bearer token'],
    ['Bearer ', 'no bearer token'],
    [`Bearer ${secret}x`, 'another bearer token'],
    [`Bearer ${secret.slice(0, -1)}`, 'another bearer token'],
  ])('in %j does not hold', (written, why) => {
    expect(faultOfBearer(written, [secret])).toBe(why);
  });
});
