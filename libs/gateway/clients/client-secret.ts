import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';

/**
 * Our secrets are 256 random bits, which nobody finds by trying: the cost is for a hash that leaks, and small enough
 * that clients which all want a token at once get one.
 */
const COST = { N: 2 ** 14, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const SECRET_BYTES = 32;

const HASH = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w-]{22,86})\$([\w-]{43,86})$/;

function derive(secret: string, salt: Buffer, bytes: number, cost: ScryptOptions): Promise<Buffer> {
  // What the algorithm needs by definition, 128 * N * r, with room beside it.
  const maxmem = 256 * (cost.N ?? 0) * (cost.r ?? 0);
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, bytes, { ...cost, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** A new secret, 43 characters that are safe in a URL, a header and a shell. Shown once and never stored. */
export const newClientSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** "scrypt$16384$8$1$<salt>$<key>": the costs travel along, so that they can be raised later. */
export async function hashClientSecret(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(secret, salt, KEY_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Of nobody: verified against where there is no client, so that an unknown id takes as long as a wrong secret. */
const NOBODY = `scrypt$${COST.N}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Compares in constant time; `null` is nobody's hash and never fits. */
export async function isClientSecret(secret: string, hash: string | null): Promise<boolean> {
  const [, N, r, p, salt, key] = HASH.exec(hash ?? NOBODY) ?? [];
  if (salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const found = await derive(secret, Buffer.from(salt, 'base64url'), expected.length, cost);
  return timingSafeEqual(found, expected) && hash !== null;
}
