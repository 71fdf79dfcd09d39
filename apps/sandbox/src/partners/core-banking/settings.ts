import { z } from 'zod';

const currency = z.string().regex(/^[A-Z]{3}$/);
const decimal = z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{1,2})?$/);
const basisPoints = z.int().min(0).max(10_000);

/** One core banking system. */
export const CoreBankingSettings = z.strictObject({
  /** What a caller has to show. */
  apiKey: z.string().min(1).default('cb_demo_key'),
  /** What every account holds, but for the magic ones. */
  currencies: z.array(currency).min(1).default(['XOF', 'KES']),
  /** What the one account holds that holds none of them. */
  otherCurrency: currency.default('EUR'),
  /** On every account, in each of its currencies, before anything is credited. */
  openingBalance: decimal.default('0'),
  /** Of accounts that pay for being credited, rounded to the nearest unit of the currency. */
  feeBasisPoints: basisPoints.default(100),
  /** Of accounts that get something on top. */
  commissionBasisPoints: basisPoints.default(50),
  /** How long a price is good; null: no end is named. */
  quoteLifetimeMs: z.int().min(0).nullable().default(60_000),
});
export type CoreBankingSettings = z.infer<typeof CoreBankingSettings>;
