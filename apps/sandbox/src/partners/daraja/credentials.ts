import { constants, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { type Body } from './fields.js';
import { type DarajaSettings } from './settings.js';

/** '0' is good, 2001 wrong, 8006 locked. */
export type Verdict = '0' | '2001' | '8006';

const lockedAfter = 3;
const remembered = 1_000;

/** The bank's API operator, whose password arrives encrypted with the partner's public key. */
export class InitiatorCredentials {
  readonly #key: KeyObject;
  readonly #known = new Set<string>();
  #failures = 0;

  /** @throws when the private key is not one, before anything is served */
  constructor(private readonly settings: DarajaSettings) {
    this.#key = createPrivateKey(settings.privateKey);
  }

  /** Nobody is told in the answer to the request: the verdict becomes the result. */
  judge(body: Body, nameField: 'Initiator' | 'InitiatorName'): Verdict {
    if (this.#failures >= lockedAfter) return '8006';
    if (body[nameField] === this.settings.initiatorName && this.#isPassword(body['SecurityCredential'])) {
      this.#failures = 0;
      return '0';
    }
    this.#failures += 1;
    return this.#failures >= lockedAfter ? '8006' : '2001';
  }

  forget(): void {
    this.#failures = 0;
  }

  #isPassword(credential: unknown): boolean {
    if (typeof credential !== 'string') return false;
    if (this.#known.has(credential)) return true;
    const isPassword = this.#decrypt(credential) === this.settings.initiatorPassword;
    if (isPassword) this.#remember(credential);
    return isPassword;
  }

  /** Decrypting costs a millisecond; clients may use one credential for months. */
  #remember(credential: string): void {
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.add(credential);
  }

  #decrypt(credential: string): string | undefined {
    try {
      const padding = constants.RSA_PKCS1_PADDING;
      return privateDecrypt({ key: this.#key, padding }, Buffer.from(credential, 'base64')).toString();
    } catch {
      return undefined;
    }
  }
}
