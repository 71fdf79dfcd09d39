import { describe, expect, it } from '@jest/globals';
import { canonicalJson, digestOf, readIdempotencyKey } from './idempotency.js';

describe('the digest of a request', () => {
  it('does not depend on the order of the fields, only on the content', () => {
    expect(digestOf('payment', { a: 1, b: { c: '2', d: [1, 2] } })).toBe(
      digestOf('payment', { b: { d: [1, 2], c: '2' }, a: 1 }),
    );
    expect(digestOf('payment', { a: 1 })).not.toBe(digestOf('transfer', { a: 1 }));
    expect(digestOf('payment', { a: [1, 2] })).not.toBe(digestOf('payment', { a: [2, 1] }));
    expect(digestOf('payment', { a: '1' })).not.toBe(digestOf('payment', { a: 1 }));
  });

  it('takes a field that is not there for one that was never named', () => {
    expect(canonicalJson({ a: undefined, b: null })).toBe('{"b":null}');
  });
});

describe('an Idempotency-Key', () => {
  it('is 1 to 255 visible ASCII characters', () => {
    expect(readIdempotencyKey({ headers: { 'idempotency-key': 'INV-1/~!' } })).toBe('INV-1/~!');
    for (const key of ['', ' ', 'a b', 'é', 'x'.repeat(256)]) {
      expect(() => readIdempotencyKey({ headers: { 'idempotency-key': key } })).toThrow('visible ASCII');
    }
    expect(() => readIdempotencyKey({ headers: {} })).toThrow('needs an Idempotency-Key');
  });
});
