import { CURRENCIES, type Currency, isCurrency } from './currency.js';

/** Says what is wrong with an amount; never carries the amount itself. */
export class MoneyError extends Error {
  override readonly name = 'MoneyError';
}

/** An amount as it travels in JSON: a decimal string with no more decimals than the currency has. */
export interface MoneyJson {
  readonly value: string;
  readonly currency: Currency;
}

/** The largest amount that fits PostgreSQL's bigint. */
const LARGEST_MINOR = 9_223_372_036_854_775_807n;

/** Exact amount of one currency. `minor` counts its smallest unit (ISO 4217): 1050n GHS is GHS 10.50. */
export class Money {
  private constructor(
    readonly minor: bigint,
    readonly currency: Currency,
  ) {}

  static ofMinor(minor: bigint, currency: Currency): Money {
    if (minor > LARGEST_MINOR || minor < -LARGEST_MINOR) throw new MoneyError('the amount is too large');
    return new Money(minor, currency);
  }

  /**
   * Reads "10.50", "-3", "1500".
   * @throws MoneyError on anything but plain decimal digits, on an unknown currency, on more decimals than the currency has.
   */
  static parse(decimal: string, currency: string): Money {
    if (!isCurrency(currency)) throw new MoneyError('the currency is not known');
    const match = /^(-?)(0|[1-9]\d{0,18})(?:\.(\d{1,18}))?$/.exec(decimal);
    if (!match) throw new MoneyError('an amount is a plain decimal number such as "1500" or "10.50"');
    const [, sign = '', whole = '', fraction = ''] = match;
    const places = CURRENCIES[currency];
    if (fraction.length > places) {
      throw new MoneyError(
        places === 0 ? `${currency} has no decimals` : `${currency} has ${String(places)} decimals at most`,
      );
    }
    const minor = BigInt(whole + fraction.padEnd(places, '0'));
    return Money.ofMinor(sign === '-' ? -minor : minor, currency);
  }

  /**
   * Reads an amount that a partner wrote, which may carry more zeros than the currency has decimals ("1500.00" XOF).
   * @throws MoneyError where digits beyond the currency's decimals are not zero.
   */
  static parseLenient(decimal: string, currency: string): Money {
    if (!isCurrency(currency)) throw new MoneyError('the currency is not known');
    const places = CURRENCIES[currency];
    const [whole = '', fraction = ''] = decimal.trim().split('.');
    const kept = fraction.slice(0, places);
    if (!/^0*$/.test(fraction.slice(places))) {
      throw new MoneyError(`${currency} has ${String(places)} decimals at most`);
    }
    return Money.parse(`${whole.replace(/^(-?)0+(?=\d)/, '$1')}${kept ? `.${kept}` : ''}`, currency);
  }

  /** "10.50" GHS, "1500" XOF: always all the decimals that the currency has. */
  toDecimal(): string {
    const places = CURRENCIES[this.currency];
    const digits = (this.minor < 0n ? -this.minor : this.minor).toString().padStart(places + 1, '0');
    const sign = this.minor < 0n ? '-' : '';
    if (places === 0) return sign + digits;
    return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }

  /** "1500" for KES 1500.00, "10.50" for GHS 10.50: decimals only where they say something. */
  toShortDecimal(): string {
    return this.toDecimal().replace(/\.0+$/, '');
  }

  /** True where the amount is a whole number of the currency's main unit. */
  get isWhole(): boolean {
    return this.minor % 10n ** BigInt(CURRENCIES[this.currency]) === 0n;
  }

  get isPositive(): boolean {
    return this.minor > 0n;
  }

  plus(other: Money): Money {
    return Money.ofMinor(this.minor + this.sameCurrency(other).minor, this.currency);
  }

  minus(other: Money): Money {
    return Money.ofMinor(this.minor - this.sameCurrency(other).minor, this.currency);
  }

  equals(other: Money): boolean {
    return this.currency === other.currency && this.minor === other.minor;
  }

  isMoreThan(other: Money): boolean {
    return this.minor > this.sameCurrency(other).minor;
  }

  toJSON(): MoneyJson {
    return { value: this.toShortDecimal(), currency: this.currency };
  }

  private sameCurrency(other: Money): Money {
    if (other.currency !== this.currency) {
      throw new MoneyError(`${other.currency} and ${this.currency} do not add up`);
    }
    return other;
  }
}
