import { z } from 'zod';

const durationMs = z.int().min(0);

/** Wave sends what it subscribed to; the portal lets a merchant have several subscriptions. */
const Webhook = z.strictObject({
  url: z.url(),
  /** `signing-secret`: HMAC in `Wave-Signature`. `shared-secret` (older): the secret itself as a bearer token. */
  strategy: z.enum(['signing-secret', 'shared-secret']).default('signing-secret'),
  /** Two while a secret is being replaced: the signature header then carries two `v1`. */
  secrets: z.array(z.string().min(1)).min(1).max(2),
  /** Event types; without it, all. */
  events: z.array(z.string()).optional(),
});

const minuteMs = 60_000;
const threeDaysOfRetriesMs = [1, 2, 5, 10, 30]
  .map((seconds) => seconds * 1000)
  .concat([1, 5, 15, 60, 180, 360, 720, 1440, 1440].map((minutes) => minutes * minuteMs));

/** One Wave business wallet. */
export const WaveSettings = z.strictObject({
  /** A key with every right, beside the fixed demo keys. With `signingSecret`, its requests must be signed. */
  apiKey: z.string().optional(),
  signingSecret: z.string().optional(),
  webhooks: z.array(Webhook).default([]),
  /** Waits before repeating a webhook that got no 2xx. */
  webhookRetryDelaysMs: z.array(durationMs).default(threeDaysOfRetriesMs),
  currency: z.enum(['XOF', 'UGX', 'GMD']).default('XOF'),
  callingCode: z.string().default('+221'),
  /** Digits of a subscriber number after the calling code. */
  subscriberDigits: z.int().default(9),
  businessName: z.string().default('Banque Demo'),
  businessId: z.string().default('M_demo0000001'),
  /** Whole units. */
  startingBalance: z.string().regex(/^\d+$/).default('1000000'),
  feeBasisPoints: z.int().min(0).max(10_000).default(100),
  /** From creation to the payer's confirmation; null: only a person pays, on the page or through `_sim`. */
  payAfterMs: durationMs.nullable().default(500),
  /** From an event to its webhook. */
  callbackDelayMs: durationMs.default(300),
  sessionLifetimeMs: durationMs.default(30 * minuteMs),
  /** Who pays where `restrict_payer_mobile` is not given. */
  payerMobile: z.string().default('+221770000000'),
  payerName: z.string().default('Moussa Demo'),
  /** Shown in `checkout.session.payment_failed`: sources disagree. */
  failedPaymentStatus: z.enum(['processing', 'cancelled', 'failed']).default('processing'),
  /** Who answers to every mobile number that is paid out to. */
  recipientName: z.string().default('Awa Demo'),
  recipientNationalId: z.string().default('1751199000001'),
  /** Whole units; a larger payout is refused. */
  recipientLimit: z.string().regex(/^\d+$/).default('2000000'),
  /** How long a payout to a number ending in 09 or 12 is `processing`. */
  processingMs: durationMs.default(10_000),
  batchMs: durationMs.default(2_000),
  statementPageSize: z.int().min(1).default(100),
  aggregator: z.boolean().default(false),
  aggregatedMerchants: z.array(z.string()).default([]),
  /** `documented`: `{code, message}`, but `{error_code, error_message}` for a refused payout or reversal. */
  errorEnvelope: z.enum(['documented', 'code', 'error', 'error_code', 'nested']).default('documented'),
});
export type WaveSettings = z.infer<typeof WaveSettings>;
