import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Says what is wrong with a telephone number; never carries the number itself. */
export class MsisdnError extends Error {
  override readonly name = 'MsisdnError';
}

/** ISO 3166-1 alpha-2 code of a country that has a telephone numbering plan. */
export type Country = CountryCode;

/** A telephone number that an operator knows. `e164` is its one written form: "+254712000345". */
export class Msisdn {
  private constructor(
    readonly e164: string,
    readonly country: Country,
  ) {}

  /**
   * Reads "+254712000345", "254712000345", and, where the country is given, national forms such as "0712 000 345".
   * @throws MsisdnError when it is no possible number of any country, or not of the given one.
   */
  static parse(text: string, country?: Country): Msisdn {
    const candidates = /^[1-9]\d{9,14}$/.test(text) ? [`+${text}`, text] : [text];
    for (const candidate of candidates) {
      const number = parsePhoneNumberFromString(candidate, country ? { defaultCountry: country } : {});
      if (!number?.isPossible() || number.ext) continue;
      if (country && number.country !== country && !number.getPossibleCountries().includes(country)) continue;
      const found = number.country ?? country;
      if (found) return new Msisdn(number.number, found);
    }
    throw new MsisdnError(
      country ? `not a telephone number of ${country}` : 'not a telephone number with its country code',
    );
  }

  /** "254712000345": E.164 without the plus. */
  get digits(): string {
    return this.e164.slice(1);
  }
}
