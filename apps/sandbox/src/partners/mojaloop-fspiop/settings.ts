import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';

const durationMs = z.int().min(0);
const decimal = z.string().regex(/^(0|[1-9]\d{0,17})(\.\d{1,4})?$/);
const fspId = z.string().min(1).max(32);

/** Where the bank is asked: with a path where a proxy stands before it. */
export const connectorUrl = z.url({ protocol: /^https?$/ });

const pem = <Key>(read: (text: string) => Key) =>
  z.string().transform((text, context): Key => {
    try {
      return read(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'no key in PEM' });
      return z.NEVER;
    }
  });

/** A switch, and one institution behind it where everybody has an account. */
export const FspiopSettings = z.strictObject({
  /** The institution that is connected: who asks, and where its callbacks go. */
  fspId: fspId.default('banque-demo'),
  callbackUrl: z.url({ protocol: /^https?$/ }),
  /** What its requests are signed for; without it no signature is looked at. */
  publicKey: pem(createPublicKey).optional(),
  /** Its client at the token service; without it no token is asked for. */
  client: z.strictObject({ id: z.string().min(1), secret: z.string().min(1) }).optional(),
  /** Of the switch and of the payee's institution: both sign with it. */
  signingKey: pem(createPrivateKey),
  hubFspId: fspId.default('switch'),
  payeeFspId: fspId.default('payee-demo'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('XOF'),
  /** Liquidity at the switch; a transfer beyond it ends with 4001. */
  startingBalance: decimal.default('1000000000'),
  payeeFeeBasisPoints: z.int().min(0).max(10_000).default(20),
  quoteLifetimeMs: durationMs.default(60_000),
  /** Between an acknowledgement and the callback that follows it. */
  delayMs: durationMs.default(20),
  /** Where the bank is asked when somebody at the scheme pays a customer of its own. */
  connectorUrl: connectorUrl.default('http://127.0.0.1:3004'),
  /** The institution of those who pay the bank's customers. It signs with the scheme's key, too. */
  payerFspId: fspId.default('payer-demo'),
  /** How long they wait for each of the bank's answers; then the switch takes a transfer back. */
  incomingExpiryMs: durationMs.default(10_000),
  /** How long a payer thinks it over who is asked to pay. */
  payerThinksMs: durationMs.default(300),
  /** From a transfer that has ended to the switch's word of it. */
  notificationDelayMs: durationMs.default(300),
  /** How long a transfer that ends late is `RESERVED`. */
  lateMs: durationMs.default(2_000),
});
export type FspiopSettings = z.infer<typeof FspiopSettings>;
