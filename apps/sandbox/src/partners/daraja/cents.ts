/** Kenyan shillings as exact cents: the wire carries whole shillings in and two decimals out. */
declare global {
  interface JSON {
    /** Part of the language since ES2025: a value that is written into JSON text as it stands. */
    rawJSON(text: string): object;
  }
}

/** Reads "1500" or "1500.50". @throws RangeError on anything else. */
export function parseCents(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) throw new RangeError('not an amount of shillings');
  return BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
}

/** "1500.00", "-340.00" */
export function formatCents(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** "1500" when there are no cents, "1500.50" otherwise. */
export function formatShillings(cents: bigint): string {
  const text = formatCents(cents);
  return text.endsWith('.00') ? text.slice(0, -3) : text;
}

/** A JSON number that keeps its two decimals on the wire: `250.00`, which JavaScript alone would write `250`. */
export const decimalNumber = (cents: bigint): object => JSON.rawJSON(formatCents(cents));

/** A JSON number without needless decimals: `1500`. */
export const plainNumber = (cents: bigint): object => JSON.rawJSON(formatShillings(cents));
