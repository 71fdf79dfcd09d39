import { describe, expect, it } from '@jest/globals';
import { hashClientSecret, isClientSecret, newClientSecret } from './client-secret.js';

describe('a client secret', () => {
  it('fits the hash that was made of it, and no other does', async () => {
    const secret = newClientSecret();
    const hash = await hashClientSecret(secret);
    expect(hash).toMatch(/^scrypt\$\d+\$\d+\$\d+\$/);
    expect(hash).not.toContain(secret);
    expect(await isClientSecret(secret, hash)).toBe(true);
    expect(await isClientSecret(newClientSecret(), hash)).toBe(false);
  });

  it('is hashed with a salt of its own every time', async () => {
    expect(await hashClientSecret('the same')).not.toBe(await hashClientSecret('the same'));
  });

  it('fits neither nobody nor a hash that cannot be read', async () => {
    expect(await isClientSecret('anything', null)).toBe(false);
    expect(await isClientSecret('anything', 'bcrypt$whatever')).toBe(false);
  });

  it('is read with the costs that its hash names', async () => {
    const cheap = 'scrypt$1024$8$1$AAAAAAAAAAAAAAAAAAAAAA$' + 'A'.repeat(43);
    expect(await isClientSecret('anything', cheap)).toBe(false);
  });
});
