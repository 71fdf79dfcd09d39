import { z } from 'zod';
import { WaveRefusal } from './refusal.js';
import { type WaveSettings } from './settings.js';

const decimalsOf = { XOF: 0, UGX: 0, GMD: 2 } as const satisfies Record<WaveSettings['currency'], number>;

export const text = (longest: number) => z.string().max(longest).nullish();
export const mobile = z.string().regex(/^\+[1-9]\d{7,14}$/, 'not a phone number in E.164 form');

/** A positive amount with as many decimals as the currency has, read as minor units. */
export function checkoutAmount(currency: WaveSettings['currency']) {
  const decimals = decimalsOf[currency];
  const form =
    decimals === 0 ? /^[1-9]\d{0,14}$/ : new RegExp(`^(0|[1-9]\\d{0,14})(\\.\\d{1,${decimals}})?$`);
  return z
    .string()
    .regex(form, `not a positive ${currency} amount with at most ${decimals} decimals`)
    .transform((written) => toMinor(written, currency))
    .refine((minor) => minor > 0n, 'not positive');
}

/** A positive whole amount, read as minor units. */
export function payoutAmount(currency: WaveSettings['currency']) {
  return z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'not a positive whole amount')
    .transform((written) => toMinor(written, currency));
}

export function toMinor(written: string, currency: WaveSettings['currency']): bigint {
  const decimals = decimalsOf[currency];
  const [whole = '0', fraction = ''] = written.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

/** Whole amounts without a decimal point, negative ones with a minus sign. */
export function fromMinor(minor: bigint, currency: WaveSettings['currency']): string {
  const decimals = decimalsOf[currency];
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${minor < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Rounded to the nearest minor unit, halves up. */
export function feeOn(minor: bigint, basisPoints: number): bigint {
  return (minor * BigInt(basisPoints) + 5_000n) / 10_000n;
}

/** UTC, whole seconds. */
export const timestamp = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

export function isOfWalletCountry(number: string, settings: WaveSettings): boolean {
  const { callingCode, subscriberDigits } = settings;
  return number.startsWith(callingCode) && number.length === callingCode.length + subscriberDigits;
}

/** Only an aggregator names a merchant, and it must. */
export function checkAggregatedMerchant(id: string | null | undefined, settings: WaveSettings): void {
  if (settings.aggregator && (id === null || id === undefined))
    throw new WaveRefusal('aggregated-merchant-required');
  if (id !== null && id !== undefined && !settings.aggregatedMerchants.includes(id)) {
    throw new WaveRefusal('invalid-aggregated-merchant-id');
  }
}
