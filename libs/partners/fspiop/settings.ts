import { type Country, type Currency, Money, MoneyError } from '#domain';
import { z } from 'zod';
import { CUSTOMER_ID_TYPES, IDENTIFIER, PARTY_ID_TYPES } from './names.js';

/** Whose telephone numbers a scheme knows, and what is settled there when the partner's file does not say. */
export const HOME_CURRENCIES = {
  BF: 'XOF',
  BJ: 'XOF',
  CI: 'XOF',
  CM: 'XAF',
  GH: 'GHS',
  GM: 'GMD',
  GN: 'GNF',
  GW: 'XOF',
  KE: 'KES',
  ML: 'XOF',
  MW: 'MWK',
  NE: 'XOF',
  RW: 'RWF',
  SN: 'XOF',
  TG: 'XOF',
  TZ: 'TZS',
  UG: 'UGX',
  ZM: 'ZMW',
} as const satisfies Partial<Record<Country, Currency>>;
export type HomeCountry = keyof typeof HOME_CURRENCIES;

const amount = z.union([z.string().regex(/^\d{1,15}(\.\d{1,2})?$/), z.int().positive().transform(String)]);

/** Ours, not the scheme's. Decimals of the currency. */
export const Limits = z
  .strictObject({ least: amount.default('1'), most: amount.default('10000000') })
  .prefault({});

/** Why they are none of this currency; null where nothing is wrong with them. */
export function faultOfLimits({ least, most }: z.output<typeof Limits>, currency: Currency): string | null {
  try {
    return Money.parse(least, currency).isMoreThan(Money.parse(most, currency)) ? 'least is over most' : null;
  } catch (error) {
    if (error instanceof MoneyError) return error.message;
    throw error;
  }
}

export const InitiatorType = z.enum(['CONSUMER', 'AGENT', 'BUSINESS', 'DEVICE']);

/** Who we are at the scheme: the payer of every transfer. */
export const Participant = z.strictObject({
  idType: z.enum(PARTY_ID_TYPES),
  idValue: z
    .string('expected the identifier in quotes')
    .regex(IDENTIFIER, 'up to 128 characters, no / and ?, not the word error'),
  type: InitiatorType.default('BUSINESS'),
});

/** SEND: exactly the amount leaves us. RECEIVE: exactly the amount arrives. */
export const AmountType = z.enum(['SEND', 'RECEIVE']).default('SEND');

export const SubScenario = z.string().regex(/^[A-Z_]{1,32}$/);

/** By which types of names the bank looks its customers up; the scheme hears of any other that it is not supported. */
export const CustomerIdTypes = z
  .array(z.enum(CUSTOMER_ID_TYPES))
  .min(1)
  .refine((types) => new Set(types).size === types.length, 'each type once')
  .default([...CUSTOMER_ID_TYPES]);
