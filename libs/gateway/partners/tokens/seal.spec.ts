import { describe, expect, it } from '@jest/globals';
import { hold } from './held-token.js';
import { TokenSeal } from './seal.js';

const TOKEN = { value: 'token-1', fetchedAt: 1_000, expiresAt: 3_601_000 };

describe('a sealed token', () => {
  const seal = new TokenSeal('sahel', { key: 'k', secret: 's' });

  it('opens under the same secrets, whatever their order', () => {
    const sealed = seal.seal('access', TOKEN);
    expect(new TokenSeal('sahel', { secret: 's', key: 'k' }).open('access', sealed)).toEqual(TOKEN);
  });

  it('differs each time', () => {
    expect(seal.seal('access', TOKEN).equals(seal.seal('access', TOKEN))).toBe(false);
  });

  it.each([
    ['other secrets', new TokenSeal('sahel', { key: 'k', secret: 't' }), 'access'],
    ['another partner', new TokenSeal('teranga', { key: 'k', secret: 's' }), 'access'],
    ['another name', seal, 'payouts'],
  ])('does not open for %s', (_, other, name) => {
    expect(other.open(name, seal.seal('access', TOKEN))).toBeNull();
  });

  it('does not open once it was altered or cut', () => {
    const sealed = seal.seal('access', TOKEN);
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    expect(seal.open('access', altered)).toBeNull();
    expect(seal.open('access', sealed.subarray(0, 20))).toBeNull();
    expect(seal.open('access', Buffer.alloc(0))).toBeNull();
  });
});

describe('a held token', () => {
  it.each([
    ['an hour', 3_600_000, 360_000, 2_000],
    ['two minutes', 120_000, 30_000, 2_000],
    ['forty seconds', 40_000, 20_000, 2_000],
    ['ten seconds', 10_000, 5_000, 500],
    ['no time', 0, 0, 0],
  ])('that lives for %s is fetched ahead, and left, in time', (_, lifeMs, aheadMs, marginMs) => {
    const held = hold({ value: 'token-1', fetchedAt: 0, expiresAt: lifeMs });
    expect(lifeMs - held.refreshAt).toBe(aheadMs);
    expect(lifeMs - held.usableUntil).toBe(marginMs);
  });
});
