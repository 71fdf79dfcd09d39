import { CURRENCIES, type Currency, cut, Money, MoneyError } from '#domain';
import { InboundRefused } from '#partner-kit';

const IN_MESSAGES = 60;

/** "10.5", "1500": the scheme takes no zero at the end of a fraction. */
export const toAmount = (money: Money): string =>
  money
    .toDecimal()
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

/** An amount that somebody asks us to take. @throws InboundRefused naming the field */
export function toMoney({ amount, currency }: { amount: string; currency: string }): Money {
  if (!isCurrency(currency))
    throw new InboundRefused('currency_not_held', `currency: ${cut(currency, IN_MESSAGES)}`);
  try {
    const money = Money.parse(amount, currency);
    if (money.isPositive) return money;
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
  }
  throw new InboundRefused('malformed', `amount: is no amount of ${currency}`);
}

const isCurrency = (code: string): code is Currency => Object.hasOwn(CURRENCIES, code);
