import { type Country, type Currency, Money, MoneyError } from '#domain';
import { z } from 'zod';
import { CUSTOMER_ID_TYPES, type CustomerIdType, DISPLAY_NAME, IDENTIFIER, PARTY_ID_TYPES } from './names.js';

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

export const DisplayName = z.string().regex(DISPLAY_NAME, "only plain letters, digits, blanks and _ . , ' -");

/** An account of a customer's of ours, as payers of the scheme name it: what requests to pay are paid into. */
export const OwnAccount = z
  .strictObject({
    idType: z.enum(['MSISDN', 'BUSINESS', 'ACCOUNT_ID', 'IBAN', 'ALIAS']),
    idValue: z
      .string('expected the identifier in quotes')
      .regex(IDENTIFIER, 'up to 128 characters, no / and ?, not the word error'),
    type: InitiatorType.default('BUSINESS'),
    displayName: DisplayName.optional(),
  })
  .refine(({ idType, idValue }) => idType !== 'MSISDN' || /^\d{6,15}$/.test(idValue), {
    path: ['idValue'],
    message: 'only the digits of a telephone number',
  });
export type OwnAccount = z.output<typeof OwnAccount>;

/** Why nobody could pay into it; null where they can. */
export const faultOfAccount = (
  account: OwnAccount | undefined,
  idTypes: readonly CustomerIdType[],
): string | null =>
  account && !idTypes.includes(account.idType) ? 'not among idTypes: nobody could pay into it' : null;

/** How payers are asked. */
export const RequestToPay = z.strictObject({
  /** What kind of payment the payer sees. */
  scenario: z.enum(['TRANSFER', 'DEPOSIT', 'PAYMENT', 'REFUND']).default('TRANSFER'),
  /** How long its money is let in. */
  openForMs: z.int().min(1_000).max(86_400_000).default(600_000),
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
