import { CURRENCIES, type Country, type Currency, Money, MoneyError } from '#domain';
import { z } from 'zod';

const CURRENCY_CODES = Object.keys(CURRENCIES) as Currency[];

const amount = z.union([z.string().regex(/^\d{1,15}(\.\d{1,2})?$/), z.int().positive().transform(String)]);
const Range = z.strictObject({ least: amount.default('1'), most: amount.default('10000000') });
export type AmountRange = z.output<typeof Range>;

const Fields = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  /** Whose telephone numbers may be written in their national form. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters (ISO 3166-1)')
    .transform((code) => code as Country),
  /** What the back end keeps accounts in. */
  currencies: z
    .array(z.enum(CURRENCY_CODES))
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'each currency once'),
  /** Of one credit, by currency; a currency that is left out has the usual ones. */
  limits: z.partialRecord(z.enum(CURRENCY_CODES), Range).default({}),
  /** Until an answer begins. The back end has so long to do what it was asked, and not longer. */
  timeoutMs: z.int().min(100).max(30_000).default(5_000),
});

export const CoreBankingSettings = Fields.superRefine(({ currencies, limits }, context) => {
  for (const currency of Object.keys(limits) as Currency[]) {
    const fault = faultOf(currency, limits[currency] ?? Range.parse({}), currencies);
    if (fault !== null) context.addIssue({ code: 'custom', path: ['limits', currency], message: fault });
  }
});
export type CoreBankingSettings = z.output<typeof CoreBankingSettings>;

function faultOf(
  currency: Currency,
  { least, most }: AmountRange,
  currencies: readonly Currency[],
): string | null {
  if (!currencies.includes(currency)) return 'not among the currencies';
  try {
    return Money.parse(least, currency).isMoreThan(Money.parse(most, currency)) ? 'least is over most' : null;
  } catch (error) {
    if (error instanceof MoneyError) return error.message;
    throw error;
  }
}

/** The limits of each currency that is kept. */
export const limitsOf = ({ currencies, limits }: CoreBankingSettings) =>
  currencies.map((currency) => ({
    currency,
    ...(limits[currency] ?? Range.parse({})),
    wholeUnits: false,
  }));

export const CoreBankingSecrets = z.strictObject({
  /** Shown as a bearer token. */
  apiKey: z.string().min(8),
});
export type CoreBankingSecrets = z.output<typeof CoreBankingSecrets>;
