import { type RefusalCode } from './refusal.js';

/** What kind of account it is. */
export type Standing = 'open' | 'unknown' | 'blocked' | 'closed' | 'otherCurrency' | 'otherType';
const standings: Readonly<Record<string, Standing>> = {
  '02': 'unknown',
  '03': 'blocked',
  '04': 'closed',
  '05': 'otherCurrency',
  '06': 'otherType',
};

/** What crediting it costs. */
export type Pricing = 'free' | 'limit' | 'fee' | 'commission' | 'misfit';
const pricings: Readonly<Record<string, Pricing>> = {
  '11': 'limit',
  '12': 'fee',
  '13': 'commission',
  '14': 'misfit',
};

/** Why a credit is refused although the account was open when it was asked for. */
const creditRefusals: Readonly<Record<string, RefusalCode>> = {
  '21': 'limit_exceeded',
  '22': 'compliance_blocked',
  '23': 'not_permitted',
  '24': 'account_under_review',
  '26': 'account_closed',
  '27': 'currency_not_held',
};

const digitsOf = (value: string): string => value.slice(-2);

/** The last two characters of the account's value decide, whatever its type. */
export const magic = {
  standing: (value: string): Standing => standings[digitsOf(value)] ?? 'open',
  pricing: (value: string): Pricing => pricings[digitsOf(value)] ?? 'free',
  creditRefusal: (value: string): RefusalCode | undefined => creditRefusals[digitsOf(value)],
  /** The first try of each credit is not taken up. */
  isBusyAtFirst: (value: string): boolean => digitsOf(value) === '25',
  /** Whatever is credited is gone at once. */
  isSpent: (value: string): boolean => digitsOf(value) === '31',
  /** What was credited cannot be taken back. */
  isKept: (value: string): boolean => digitsOf(value) === '32',
};
