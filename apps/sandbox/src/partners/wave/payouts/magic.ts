import { type RefusalCode } from '../refusal.js';

export type PayoutRefusal = Extract<
  RefusalCode,
  | 'insufficient-funds'
  | 'recipient-account-blocked'
  | 'recipient-account-inactive'
  | 'recipient-limit-exceeded'
  | 'recipient-minor'
>;

export type Script =
  | { readonly does: 'pay' }
  | { readonly does: 'refuse'; readonly code: PayoutRefusal }
  | { readonly does: 'payThenError' }
  | { readonly does: 'error' }
  | { readonly does: 'payLater' }
  | { readonly does: 'throttleOnce' }
  | { readonly does: 'failObject'; readonly code: PayoutRefusal }
  | { readonly does: 'failLater'; readonly code: PayoutRefusal };

/** What becomes of a payout by the last two digits of the recipient's number; any other number is paid. */
const scripts: Readonly<Record<string, Script>> = {
  '01': { does: 'pay' },
  '02': { does: 'refuse', code: 'insufficient-funds' },
  '03': { does: 'refuse', code: 'recipient-account-blocked' },
  '04': { does: 'refuse', code: 'recipient-account-inactive' },
  '05': { does: 'refuse', code: 'recipient-limit-exceeded' },
  '06': { does: 'refuse', code: 'recipient-minor' },
  '07': { does: 'payThenError' },
  '08': { does: 'error' },
  '09': { does: 'payLater' },
  '10': { does: 'throttleOnce' },
  '11': { does: 'failObject', code: 'recipient-limit-exceeded' },
  '12': { does: 'failLater', code: 'recipient-account-blocked' },
};

export const scriptFor = (mobile: string): Script => scripts[mobile.slice(-2)] ?? { does: 'pay' };

/** Why the money of a paid payout cannot be taken back, by the same digits. */
const stuck: Readonly<
  Record<string, Extract<RefusalCode, 'insufficient-funds' | 'payout-reversal-account-terminated'>>
> = {
  '13': 'insufficient-funds',
  '14': 'payout-reversal-account-terminated',
};

export const reversalRefusal = (mobile: string) => stuck[mobile.slice(-2)];

/** A recipient of whom Wave knows neither name nor identity number. */
export const isNameless = (mobile: string): boolean => mobile.endsWith('15');
