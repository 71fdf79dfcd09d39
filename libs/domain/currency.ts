/**
 * Decimal places of the currencies that our partners settle in. Source: ISO 4217.
 * A currency that is not in the table does not exist for the gateway.
 */
export const CURRENCIES = {
  EUR: 2,
  GHS: 2,
  GMD: 2,
  GNF: 0,
  KES: 2,
  MWK: 2,
  RWF: 0,
  SLE: 2,
  TZS: 2,
  UGX: 0,
  USD: 2,
  XAF: 0,
  XOF: 0,
  ZAR: 2,
  ZMW: 2,
} as const satisfies Record<string, number>;

/** ISO 4217 alphabetic code. */
export type Currency = keyof typeof CURRENCIES;

export const isCurrency = (code: string): code is Currency => Object.hasOwn(CURRENCIES, code);
