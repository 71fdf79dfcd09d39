import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ecKeys, rsaKeys } from './fixtures/keys.js';
import {
  faultOfSignature,
  readSigningKey,
  signatureOf,
  type SignedRequest,
} from './mojaloop-fspiop.signature.js';

const request: SignedRequest = {
  method: 'PUT',
  uri: '/parties/MSISDN/221770000701',
  source: 'payee-demo',
  destination: 'banque-demo',
  date: 'Sat, 21 Nov 2026 09:10:00 GMT',
};
const body = '{"party":{"name":"Awa"}}';

const keysOf = ({ privateKey, publicKey }: { privateKey: string; publicKey: string }) => ({
  signing: createPrivateKey(privateKey),
  peers: { 'payee-demo': createPublicKey(publicKey) },
});
const curve = keysOf(ecKeys());

const fault = (changes: Partial<SignedRequest> = {}, header = signatureOf(curve.signing, request, body)) =>
  faultOfSignature(header, curve.peers, { ...request, ...changes }, Buffer.from(body));

describe.each([
  ['RS256', keysOf(rsaKeys())],
  ['ES256', curve],
])('a signature %s', (alg, { signing, peers }) => {
  const header = signatureOf(signing, request, body);
  const { protectedHeader } = JSON.parse(header) as { protectedHeader: string };

  it('names what it is over', () => {
    expect(JSON.parse(Buffer.from(protectedHeader, 'base64url').toString())).toEqual({
      alg,
      'FSPIOP-URI': request.uri,
      'FSPIOP-HTTP-Method': 'PUT',
      'FSPIOP-Source': 'payee-demo',
      'FSPIOP-Destination': 'banque-demo',
      Date: request.date,
    });
  });

  it('holds over the very bytes, and over no others', () => {
    expect(faultOfSignature(header, peers, request, Buffer.from(body))).toBeNull();
    for (let at = 0; at < body.length; at += 1) {
      const flipped = Buffer.from(body);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(faultOfSignature(header, peers, request, flipped)).not.toBeNull();
    }
    expect(faultOfSignature(header, peers, request, Buffer.from(body.replace(':', ': ')))).not.toBeNull();
  });
});

describe('a signature of ours to check', () => {
  it.each([
    ['method', { method: 'POST' }],
    ['URI', { uri: '/parties/MSISDN/221770000702' }],
    ['destination', { destination: 'another-bank' }],
    ['destination', { destination: null }],
    ['date', { date: 'Sat, 21 Nov 2026 09:10:01 GMT' }],
  ])('is not of another %s', (what, changes) => {
    expect(fault(changes)).toBe(`the signature is of another ${what}`);
  });

  it('is of somebody whose key is known', () => {
    expect(fault({ source: 'a-stranger' })).toBe('the signer is not known');
    expect(fault({ source: 'constructor' })).toBe('the signer is not known');
    const forged = signatureOf(createPrivateKey(ecKeys().privateKey), request, body);
    expect(fault({}, forged)).toBe('the signature does not fit');
  });

  it('does not choose its algorithm', () => {
    const forged = signatureOf(createPrivateKey(rsaKeys().privateKey), request, body);
    expect(fault({}, forged)).toBe('another algorithm than the signer’s key is for');
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    expect(fault({}, JSON.stringify({ signature: 'x', protectedHeader: none }))).toContain('malformed');
  });

  it('does not change in a bit of its header', () => {
    const { signature, protectedHeader } = JSON.parse(signatureOf(curve.signing, request, body)) as Record<
      string,
      string
    >;
    const words = Buffer.from(protectedHeader ?? '', 'base64url').toString();
    for (const changed of [`${words} `, words.replace('{', '{ '), words.replace(/"Date":"[^"]+"/, '"x":"y"')])
      expect(
        fault({}, JSON.stringify({ signature, protectedHeader: Buffer.from(changed).toString('base64url') })),
      ).toBe('the signature does not fit');
  });

  it.each(['', 'abc', '{}', '[]', '{"signature":"a"}', '{"signature":"a","protectedHeader":"%%%"}'])(
    'is not %j',
    (header) => {
      expect(fault({}, header)).toBe('the FSPIOP-Signature header is malformed');
    },
  );

  it('may be missing, and then is', () => {
    expect(faultOfSignature(undefined, curve.peers, request, Buffer.from(body))).toContain('no FSPIOP');
  });

  it('takes an escaped path for the same path', () => {
    const uri = '/parties/ALIAS/awa%40demo';
    const header = signatureOf(curve.signing, { ...request, uri }, body);
    expect(fault({ uri: '/parties/ALIAS/awa@demo' }, header)).toBeNull();
  });

  it.each(['utf8', 'latin1'] as const)('may be over a name with an accent, in %s', (encoding) => {
    const uri = '/parties/ALIAS/awa-démo';
    const words = {
      ...{ alg: 'ES256', 'FSPIOP-URI': uri, 'FSPIOP-HTTP-Method': 'PUT', 'FSPIOP-Source': request.source },
      ...{ 'FSPIOP-Destination': request.destination, Date: request.date },
    };
    const protectedHeader = Buffer.from(JSON.stringify(words), encoding).toString('base64url');
    const input = Buffer.from(`${protectedHeader}.${Buffer.from(body).toString('base64url')}`);
    const key = { key: curve.signing, dsaEncoding: 'ieee-p1363' as const };
    const signature = sign('sha256', input, key).toString('base64url');
    const header = JSON.stringify({ signature, protectedHeader });
    expect(fault({ uri: '/parties/ALIAS/awa-d%C3%A9mo' }, header)).toBeNull();
    expect(fault({ uri: '/parties/ALIAS/awa-demo' }, header)).toBe('the signature is of another URI');
  });
});

describe('a key to sign with', () => {
  it('is strong enough for the scheme, or the partner does not start', () => {
    expect(readSigningKey(rsaKeys().privateKey).asymmetricKeyType).toBe('rsa');
    for (const weak of [rsaKeys(1_024).privateKey, ecKeys('secp256k1').privateKey, 'no key at all'])
      expect(() => readSigningKey(weak)).toThrow('signingKey is no private key in PEM');
  });
});
