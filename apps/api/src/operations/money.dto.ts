import { CURRENCIES, type Currency, Money, MoneyError } from '#domain';
import { z } from 'zod';

export const CURRENCY_CODES = Object.keys(CURRENCIES) as [Currency, ...Currency[]];

const DECIMAL = /^(0|[1-9]\d{0,17})(\.\d{1,3})?$/;

const fields = {
  value: z
    .string()
    .regex(DECIMAL, 'must be a plain decimal number in a string, such as "1500" or "10.50"')
    .describe('Decimal number with no more decimals than the currency has (XOF 0, KES 2).')
    .meta({ examples: ['1500'] }),
  currency: z
    .enum(CURRENCY_CODES)
    .describe('ISO 4217 code.')
    .meta({ examples: ['XOF'] }),
};

function faultOf({ value, currency }: { value: string; currency: Currency }): string | null {
  try {
    return Money.parse(value, currency).isPositive ? null : 'must be more than zero';
  } catch (error) {
    if (error instanceof MoneyError) return error.message;
    throw error;
  }
}

/** An amount that a caller names: more than zero, no decimals that the currency lacks. */
export const AmountDto = z
  .strictObject(fields)
  .check(({ value: amount, issues }) => {
    const message = faultOf(amount);
    if (message !== null) issues.push({ code: 'custom', path: ['value'], message, input: amount });
  })
  .describe('An amount to move: more than zero, as decimal text and never as a number.')
  .meta({ id: 'Amount', examples: [{ value: '1500', currency: 'XOF' }] });

export type AmountDto = z.infer<typeof AmountDto>;

/** An amount that we tell: may be negative in a statement. */
export const MoneyDto = z
  .strictObject({
    ...fields,
    value: z.string().describe('Decimal number in text; negative where money went out.'),
  })
  .describe('An exact amount of one currency.')
  .meta({ id: 'Money', examples: [{ value: '1500', currency: 'XOF' }] });

export type MoneyDto = z.infer<typeof MoneyDto>;

export const toMoney = ({ value, currency }: AmountDto): Money => Money.parse(value, currency);
