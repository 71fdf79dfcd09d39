import { type Amount } from './body.js';
import { CoreRefusal } from './refusal.js';

const withoutDecimals: ReadonlySet<string> = new Set(['GNF', 'RWF', 'UGX', 'XAF', 'XOF']);

const placesOf = (currency: string): number => (withoutDecimals.has(currency) ? 0 : 2);

/** "10.5" KES as 1050, "1500" XOF as 1500. @throws CoreRefusal for what cannot be booked */
export function toMinor({ value, currency }: Amount): bigint {
  const match = /^(0|[1-9]\d{0,14})(?:\.(\d{1,2}))?$/.exec(value);
  const [, whole = '', fraction = ''] = match ?? [];
  const places = placesOf(currency);
  if (!match || fraction.length > places) throw new CoreRefusal('amount_invalid');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

/** 1050 KES as "10.50", -1500 XOF as "-1500". */
export function toDecimal(minor: bigint, currency: string): string {
  const places = placesOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(places + 1, '0');
  const written = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return minor < 0n ? `-${written}` : written;
}

export const amountOf = (minor: bigint, currency: string): Amount => ({
  value: toDecimal(minor, currency),
  currency,
});

/** Rounded to the nearest unit, halves up. */
export const shareOf = (minor: bigint, basisPoints: number): bigint =>
  (minor * BigInt(basisPoints) + 5_000n) / 10_000n;

/** What has to be sent so that so much is left after a share of it was kept, rounded up. */
export function grossOf(minor: bigint, basisPoints: number): bigint {
  let gross = (minor * 10_000n) / BigInt(10_000 - Math.min(basisPoints, 9_999));
  while (gross - shareOf(gross, basisPoints) < minor) gross += 1n;
  return gross;
}
