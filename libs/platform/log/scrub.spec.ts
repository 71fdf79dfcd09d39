import { describe, expect, it } from '@jest/globals';
import { registerSecret, scrub } from './scrub.js';

describe('scrub', () => {
  it.each([
    ['paid by 254712345678', 'paid by 2547*****678'],
    ['{"payer":"+254712345678"}', '{"payer":"+2547*****678"}'],
    ['{"PhoneNumber":254712345678}', '{"PhoneNumber":2547*****678}'],
    ['/v1/parties/msisdn/%2B254712345678?x=1', '/v1/parties/msisdn/%2B2547*****678?x=1'],
    [String.raw`{"text":"from\n254712345678"}`, String.raw`{"text":"from\n2547*****678"}`],
    [
      String.raw`{"body":"{\"mobile\":\"+221771234567\"}"}`,
      String.raw`{"body":"{\"mobile\":\"+2217*****567\"}"}`,
    ],
    ['tel:0712345678.', 'tel:0712***678.'],
    ['254712345678 KES 100', '2547*****678 KES 100'],
  ])('masks the telephone number in %s', (text, clean) => {
    expect(scrub(text)).toBe(clean);
  });

  it.each([
    '01934f6e-7c3a-7def-8123-123456789012',
    '{"time":"2026-11-21T10:00:00.123Z"}',
    '{"amount":{"value":"150000000","currency":"XOF"}}',
    String.raw`{"body":"{\"value\":\"150000000\",\"currency\":\"XOF\"}"}`,
    '{"amountMinor":"150000000000"}',
    '{"Amount":1500000000}',
    'paid 150000000 XOF, XOF 150000000',
    '123456789.50',
    '{"at":1795255680000}',
    '{"Timestamp":"20261121100000"}',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-1234567890123456-01',
    '{"shortCode":600986,"status":200}',
    'NLJ7RT61SV ws_CO_191220191020363925',
  ])('leaves %s readable', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('hides registered secrets, also as JSON, in a URL and line by line', () => {
    registerSecret('s3cret/"quoted"');
    registerSecret('-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----');
    expect(scrub(JSON.stringify({ a: 's3cret/"quoted"' }))).toBe('{"a":"***"}');
    expect(scrub(`/x?k=${encodeURIComponent('s3cret/"quoted"')}`)).toBe('/x?k=***');
    expect(scrub('key MIGHAgEAMBMGByqGSM49 end')).toBe('key *** end');
    expect(scrub('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
  });

  it('does not mask what is too short to be a secret', () => {
    registerSecret('200');
    expect(scrub('status 200')).toBe('status 200');
  });
});
