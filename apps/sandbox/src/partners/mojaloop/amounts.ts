/** An amount as the scheme writes it: at most four decimals, no zero at the end. */
export interface Amount {
  readonly currency: string;
  readonly amount: string;
}

const scale = 4;
const one = 10n ** BigInt(scale);
const withoutDecimals: ReadonlySet<string> = new Set(['XOF', 'XAF', 'GNF', 'RWF', 'UGX']);

/** "10.5" as 105000: ten-thousandths. */
export function toUnits(written: string): bigint {
  const [whole = '0', fraction = ''] = written.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

/** 105000 as "10.5"; negative ones with a minus sign. */
export function fromUnits(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Rounded to the nearest unit that the currency has, halves up. */
export function shareOf(units: bigint, basisPoints: number, currency: string): bigint {
  const step = smallestUnit(currency);
  return ((units * BigInt(basisPoints) + 5_000n * step) / (10_000n * step)) * step;
}

/** What so much buys, rounded down to the currency's smallest unit. */
export function converted(units: bigint, rate: bigint, currency: string): bigint {
  const step = smallestUnit(currency);
  return ((units * rate) / one / step) * step;
}

/** What has to be paid for so much, rounded up to the currency's smallest unit. */
export function costOf(units: bigint, rate: bigint, currency: string): bigint {
  const step = smallestUnit(currency);
  const divisor = rate * step;
  return ((units * one + divisor - 1n) / divisor) * step;
}

const smallestUnit = (currency: string): bigint => (withoutDecimals.has(currency) ? one : one / 100n);
