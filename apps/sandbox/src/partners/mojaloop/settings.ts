import { z } from 'zod';

const durationMs = z.int().min(0);
const decimal = z.string().regex(/^(0|[1-9]\d{0,17})(\.\d{1,4})?$/);
const currency = z.string().regex(/^[A-Z]{3}$/);
const fspId = z.string().min(1).max(32);
const basisPoints = z.int().min(0).max(10_000);

/** The scheme adapter is told a host and a port, and speaks plain HTTP. */
export const connectorUrl = z
  .string()
  .refine(
    (url) => /^http:\/\/[^/?#@\s]+$/.test(url) && URL.canParse(url),
    'must be http://host:port, without a path',
  );

/** One scheme adapter of Payment Manager, the switch behind it, and the other participants of the scheme. */
export const MojaloopSettings = z.strictObject({
  /** Two releases whose answers differ: ids, strictness, what a query leaves behind. */
  imitates: z.enum(['24.19.4', '18.0.2']).default('24.19.4'),
  fspId: fspId.default('banque-demo'),
  /** Of our position at the switch. */
  currency: currency.default('XOF'),
  /** Liquidity at the switch; a transfer beyond it ends with 4001. */
  startingBalance: decimal.default('1000000000'),
  /** Skips the stop at the party that was found. */
  autoAcceptParty: z.boolean().default(false),
  /** Skips the stop at the quote: then one request moves money. */
  autoAcceptQuotes: z.boolean().default(false),
  /** Skips the stop at the payer of a request to pay. The older release goes by `autoAcceptParty`. */
  autoAcceptR2pParty: z.boolean().default(false),
  /** From a request to pay to the payer's answer. */
  payerThinksMs: durationMs.default(300),
  payeeFspId: fspId.default('payee-demo'),
  payeeFirstName: z.string().default('Awa'),
  payeeLastName: z.string().default('Demo'),
  payeeFeeBasisPoints: basisPoints.default(20),
  payeeCommissionBasisPoints: basisPoints.default(0),
  /** From a quote to its expiration. */
  quoteLifetimeMs: durationMs.default(60_000),
  /** What each stage takes: lookup, conversion, quote, transfer, query. */
  stageMs: durationMs.default(20),
  /** How long a stage that nobody answers is waited for. */
  processingTimeoutMs: durationMs.default(1_000),
  /** How long a transfer that ends late is `RESERVED`, counted from the answer of its last stage. */
  lateMs: durationMs.default(2_000),
  /** The currency of payees abroad, and how much of it one unit of `currency` buys. */
  foreignCurrency: currency.default('KES'),
  foreignRate: decimal.default('0.21'),
  fxProviderFspId: fspId.default('fxp-demo'),
  /** The bank's core connector: who is asked when somebody at the scheme pays a customer of ours. */
  connectorUrl: connectorUrl.default('http://127.0.0.1:3003'),
  /** The institution of those who pay our customers. */
  payerFspId: fspId.default('payer-demo'),
  /** How long they wait for each of the connector's answers; then the switch takes a transfer back. */
  incomingExpiryMs: durationMs.default(10_000),
  /** From a decided transfer to the final notification of it. */
  notificationDelayMs: durationMs.default(300),
});
export type MojaloopSettings = z.infer<typeof MojaloopSettings>;
