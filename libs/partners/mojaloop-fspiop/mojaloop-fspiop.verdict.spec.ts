import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type RawCallback } from '#partner-kit';
import { ecKeys, rsaKeys } from './fixtures/keys.js';
import { asked, payee, prepare, QUOTE, TRANSFER } from './fixtures/payee.js';
import { now, stage } from './fixtures/stage.js';
import { signatureOf } from './mojaloop-fspiop.signature.js';

const [payer, hub, stranger] = [rsaKeys(), ecKeys(), ecKeys()];
const signing = { verifySignatures: true, peers: { 'payer-demo': payer.publicKey, switch: hub.publicKey } };
const { verify } = payee({}, signing);

/** As its sender sends it, and as it arrives. */
const signed = (
  method: string,
  path: string,
  body: object,
  {
    key = payer,
    changes = {},
    signsDate = true,
  }: { key?: { privateKey: string }; changes?: object; signsDate?: boolean } = {},
): RawCallback => {
  const raw = asked(method, path, body, changes);
  const { 'fspiop-source': source = '', 'fspiop-destination': destination = null, date = null } = raw.headers;
  const request = { method, uri: `/${path}`, source, destination, date: signsDate ? date : null };
  const header = signatureOf(createPrivateKey(key.privateKey), request, raw.body);
  return { ...raw, headers: { ...raw.headers, 'fspiop-signature': header } };
};
const transfer = signed('POST', 'transfers', prepare());
const isForged = (raw: RawCallback) => {
  expect(verify(raw)).toMatchObject({ is: 'forged' });
};
const withHeaders = (headers: Readonly<Record<string, string>>, raw = transfer): RawCallback => ({
  ...raw,
  headers: { ...raw.headers, ...headers },
});

describe('a payee without the switch’s key', () => {
  const peers = { 'payer-demo': payer.publicKey };

  it('does not start: it would believe no word of how a transfer ended', () => {
    expect(() => payee({}, { verifySignatures: true, peers })).toThrow('the key of switch');
    expect(() => payee({}, { verifySignatures: true, peers, switchId: 'payer-demo' })).not.toThrow();
  });

  it('starts where nothing is signed, and as payer alone', () => {
    expect(() => payee({}, { verifySignatures: false, peers })).not.toThrow();
    expect(() => stage({}, { verifySignatures: true, peers })).not.toThrow();
  });
});

describe('a signed request', () => {
  it('is the sender’s', () => {
    expect(verify(transfer)).toEqual({ is: 'authentic' });
    const patch = signed(
      'PATCH',
      `transfers/${TRANSFER}`,
      { transferState: 'COMMITTED' },
      {
        key: hub,
        changes: { 'fspiop-source': 'switch' },
      },
    );
    expect(verify(patch)).toEqual({ is: 'authentic' });
  });

  it('is nobody’s with one bit of its body changed', () => {
    for (let at = 0; at < transfer.body.length; at += 13) {
      const body = Buffer.from(transfer.body);
      body[at] = (body[at] ?? 0) ^ 1;
      isForged({ ...transfer, body });
    }
  });

  it('is nobody’s with one bit of its signature or its signed headers changed', () => {
    const header = transfer.headers['fspiop-signature'] ?? '';
    const { signature, protectedHeader } = JSON.parse(header) as Record<string, string>;
    const flipped = (text = '') => {
      const bytes = Buffer.from(text, 'base64url');
      bytes[10] = (bytes[10] ?? 0) ^ 1;
      return bytes.toString('base64url');
    };
    const write = (words: object) => withHeaders({ 'fspiop-signature': JSON.stringify(words) });
    isForged(write({ signature: flipped(signature), protectedHeader }));
    isForged(write({ signature, protectedHeader: flipped(protectedHeader) }));
  });

  it.each([
    ['another source', { 'fspiop-source': 'switch' }],
    ['a source that nobody knows', { 'fspiop-source': 'stranger' }],
    ['another destination', { 'fspiop-destination': 'another-bank' }],
    ['another date', { date: new Date(now.getTime() + 1_000).toUTCString() }],
    ['another path beside it', { 'fspiop-uri': '/quotes' }],
    ['another method beside it', { 'fspiop-http-method': 'PUT' }],
    ['a signature that is none', { 'fspiop-signature': '{}' }],
  ])('is forged with %s', (_, headers) => {
    isForged(withHeaders(headers));
  });

  it('is forged with the key of somebody else, at another path, or by another method', () => {
    isForged(signed('POST', 'transfers', prepare(), { key: stranger }));
    isForged({ ...transfer, path: 'quotes' });
    isForged({ ...transfer, method: 'PUT' });
  });

  it('is forged without its signature', () => {
    for (const [method, path] of [
      ['POST', 'transfers'],
      ['POST', 'quotes'],
      ['PUT', `transfers/${TRANSFER}`],
      ['PATCH', `transfers/${TRANSFER}`],
    ] as const)
      isForged(asked(method, path, prepare()));
  });

  it('is forged with no source, as a callback', () => {
    const { callbacks } = payee({}, signing);
    const { 'fspiop-source': _, ...headers } = transfer.headers;
    for (const nobodys of [withHeaders({ 'fspiop-source': '' }), { ...transfer, headers }])
      expect(callbacks.verify(nobodys)).toMatchObject({ is: 'forged' });
  });

  it('is refused in the words of the scheme where it is forged, as a callback, too', () => {
    const { status, contentType, body } = payee().callbacks.refuse?.(transfer) ?? {};
    expect([status, contentType]).toEqual([400, 'application/json']);
    expect(JSON.parse(body ?? '')).toMatchObject({ errorInformation: { errorCode: '3105' } });
  });

  it('is of these minutes, or somebody looks', () => {
    const date = new Date(now.getTime() - 11 * 60_000).toUTCString();
    expect(verify(signed('POST', 'transfers', prepare(), { changes: { date } }))).toMatchObject({
      is: 'doubtful',
    });
  });
});

describe('a date that is not under the signature', () => {
  const kept = signed('PUT', 'parties/MSISDN/221770000042', prepare(), { signsDate: false });

  it('may be of today, and all the rest of last year: somebody looks', () => {
    expect(verify(kept)).toMatchObject({ is: 'doubtful' });
    const { date: _, ...dateless } = kept.headers;
    expect(verify({ ...kept, headers: dateless })).toMatchObject({ is: 'doubtful' });
  });

  it('is believed at a scheme that signs none, and forgives no fault', () => {
    const { verify: lenient } = payee({}, { ...signing, signedDate: false });
    expect(lenient(kept)).toEqual({ is: 'authentic' });
    expect(lenient({ ...kept, body: Buffer.from('{}') })).toMatchObject({ is: 'forged' });
    const dated = signed('PUT', 'parties/MSISDN/221770000042', prepare());
    expect(
      lenient(withHeaders({ date: new Date(now.getTime() + 1_000).toUTCString() }, dated)),
    ).toMatchObject({ is: 'forged' });
  });
});

describe('the answer to a lookup at a scheme that does not sign it', () => {
  const { verify: lenient } = payee({}, { ...signing, signedParties: false });
  const PARTY = 'parties/MSISDN/221770000042';

  it.each([PARTY, `${PARTY}/error`])('is believed without a signature: PUT /%s', (path) => {
    const bare = asked('PUT', path, prepare());
    expect(lenient(bare)).toEqual({ is: 'authentic' });
    isForged(bare);
  });

  it('is still for us, and of these minutes', () => {
    const bare = asked('PUT', PARTY, prepare());
    const date = new Date(now.getTime() - 11 * 60_000).toUTCString();
    expect(lenient(withHeaders({ 'fspiop-destination': 'another-bank' }, bare)).is).toBe('forged');
    expect(lenient(withHeaders({ date }, bare)).is).toBe('doubtful');
  });

  it('is held to a signature that it has', () => {
    const whole = signed('PUT', PARTY, prepare());
    expect(lenient(whole)).toEqual({ is: 'authentic' });
    expect(lenient({ ...whole, body: Buffer.from('{}') }).is).toBe('forged');
    expect(lenient(withHeaders({ 'fspiop-signature': '' }, whole)).is).toBe('forged');
    expect(lenient(signed('PUT', PARTY, prepare(), { key: stranger })).is).toBe('forged');
    expect(lenient(signed('PUT', PARTY, prepare(), { signsDate: false })).is).toBe('doubtful');
  });

  it.each([
    ['PUT', `quotes/${QUOTE}`],
    ['PUT', `transfers/${TRANSFER}`],
    ['PUT', `transfers/${TRANSFER}/error`],
    ['PATCH', `transfers/${TRANSFER}`],
    ['POST', 'quotes'],
    ['POST', 'parties/MSISDN/221770000042'],
    ['PUT', 'parties'],
    ['PUT', 'parties%2FMSISDN/1'],
    ['PUT', `quotes/parties/${QUOTE}`],
  ])('is all that may come without one: not %s /%s', (method, path) => {
    expect(lenient(asked(method, path, prepare())).is).toBe('forged');
  });
});

describe('a question without a body', () => {
  const question = asked('GET', 'parties/MSISDN/221770000042');

  it('is signed by nobody, and still for us', () => {
    expect(verify(question)).toEqual({ is: 'authentic' });
    isForged(withHeaders({ 'fspiop-destination': 'another-bank' }, question));
    isForged(withHeaders({ 'fspiop-uri': '/parties/MSISDN/1' }, question));
  });

  it('may be of nobody where it only asks whether we are there', () => {
    expect(verify({ ...question, path: '', headers: {} })).toEqual({ is: 'authentic' });
  });
});
