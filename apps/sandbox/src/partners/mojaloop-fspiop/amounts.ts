const SCALE = 4;
const WITHOUT_DECIMALS: ReadonlySet<string> = new Set(['XOF', 'XAF', 'GNF', 'RWF', 'UGX']);

/** "10.5" as 105000: ten-thousandths. */
export function toUnits(written: string): bigint {
  const [whole = '0', fraction = ''] = written.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
}

/** 105000 as "10.5": no zero at the end of a fraction. */
export function fromUnits(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Rounded down to a unit that the currency has. */
export function shareOf(units: bigint, basisPoints: number, currency: string): bigint {
  const step = WITHOUT_DECIMALS.has(currency) ? 10_000n : 100n;
  return ((units * BigInt(basisPoints)) / (10_000n * step)) * step;
}
