import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** A token as it lies in the table. Times in milliseconds since 1970. */
export interface SealedToken {
  /** Secret. */
  readonly value: string;
  readonly fetchedAt: number;
  readonly expiresAt: number;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PURPOSE = 'passerelle partner token 1';

/**
 * Seals one partner's tokens (AES-256-GCM: nonce, tag, ciphertext) under a key derived from the partner's own secrets
 * by HKDF-SHA-256. Whoever reads the table without the secrets reads nothing; once a secret was changed, what
 * was fetched with the old one no longer opens, and a new token is fetched.
 */
export class TokenSeal {
  private readonly key: Buffer;

  constructor(
    private readonly partner: string,
    secrets: Readonly<Record<string, string>>,
  ) {
    const sorted = Object.entries(secrets).sort(([one], [other]) => (one < other ? -1 : 1));
    this.key = Buffer.from(hkdfSync('sha256', JSON.stringify(sorted), partner, PURPOSE, KEY_BYTES));
  }

  seal(name: string, token: SealedToken): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.place(name));
    const text = Buffer.concat([cipher.update(JSON.stringify(token), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** Null where it was sealed with other secrets, for another place, or was altered. */
  open(name: string, sealed: Buffer): SealedToken | null {
    try {
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(this.place(name));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
      return JSON.parse(Buffer.concat([text, decipher.final()]).toString('utf8')) as SealedToken;
    } catch {
      return null;
    }
  }

  /** A sealed token moved to another partner's or name's row does not open. */
  private place(name: string): Buffer {
    return Buffer.from(JSON.stringify([this.partner, name]));
  }
}
