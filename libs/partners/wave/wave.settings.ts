import { type Country, type Currency, Money, MoneyError } from '#domain';
import { z } from 'zod';

/** Wave's countries and what a business wallet there holds. One API key opens one wallet. */
export const WALLET_CURRENCIES = {
  BF: 'XOF',
  CI: 'XOF',
  GM: 'GMD',
  ML: 'XOF',
  SN: 'XOF',
  UG: 'UGX',
} as const satisfies Partial<Record<Country, Currency>>;

/** Addresses that Wave sends webhooks from. Source: Business API, "Webhooks", copies of 2022 to 2026; it may change. */
const WEBHOOK_SOURCES = [
  '104.155.43.220',
  '34.140.23.175',
  '34.22.138.147',
  '34.76.157.22',
  '34.78.253.137',
  '34.79.119.200',
  '35.189.207.30',
  '35.195.255.192',
  '35.205.122.113',
  '35.205.190.121',
  '35.233.61.130',
  '35.240.61.196',
  '35.240.75.65',
  '35.241.190.127',
  '35.241.219.1',
];

const webUrl = z.url({ protocol: /^https?$/ });
const secureUrl = z.url({ protocol: /^https$/ });
const amount = z.union([z.string().regex(/^\d{1,15}(\.\d{1,2})?$/), z.int().positive().transform(String)]);
const range = z.strictObject({ least: amount.default('1'), most: amount.default('10000000') });
const timeoutMs = z.int().min(100).max(120_000);

const Fields = z.strictObject({
  baseUrl: webUrl.default('https://api.wave.com'),
  country: z.enum(Object.keys(WALLET_CURRENCIES) as (keyof typeof WALLET_CURRENCIES)[]).default('SN'),
  /** Where the payer's browser goes when an order does not say. */
  successUrl: secureUrl.optional(),
  errorUrl: secureUrl.optional(),
  /** Only the payer that the order names may pay. */
  restrictPayerMobile: z.boolean().default(true),
  /** The merchant shown to the payer; needed where the wallet is an aggregator's. */
  aggregatedMerchantId: z.string().startsWith('am-').max(20).optional(),
  /** As the webhook was registered in the Business Portal. */
  webhookStrategy: z.enum(['signature', 'shared_secret']).default('signature'),
  sourceCheck: z.enum(['off', 'warn', 'refuse']).default('off'),
  sourceRanges: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .min(1)
    .default(WEBHOOK_SOURCES),
  /** Ours, not Wave's: Wave publishes no amounts. Decimals of the wallet's currency. */
  limits: z.strictObject({ collections: range.prefault({}), disbursements: range.prefault({}) }).prefault({}),
  requestTimeoutMs: timeoutMs.default(10_000),
  /** A payout is answered only once it is done. */
  payoutTimeoutMs: timeoutMs.default(30_000),
});

export const WaveSettings = Fields.superRefine(({ country, limits }, context) => {
  for (const [name, { least, most }] of Object.entries(limits)) {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', path: ['limits', name], message });
    };
    try {
      const currency = WALLET_CURRENCIES[country];
      if (Money.parse(least, currency).isMoreThan(Money.parse(most, currency))) refuse('least is over most');
    } catch (error) {
      if (!(error instanceof MoneyError)) throw error;
      refuse(error.message);
    }
  }
});
export type WaveSettings = z.output<typeof WaveSettings>;

const secret = z.string().regex(/^[\x21-\x7e]{8,}$/, 'a secret is one word of at least 8 characters');

export const WaveSecrets = z.strictObject({
  apiKey: secret,
  /** For a key that was created with request signing, and only then. */
  signingSecret: secret.optional(),
  /** Without it webhooks are not taken and everything is polled. */
  webhookSecret: secret.optional(),
  /** The one before, while a rotation lasts. */
  webhookSecretPrevious: secret.optional(),
});
export type WaveSecrets = z.output<typeof WaveSecrets>;
