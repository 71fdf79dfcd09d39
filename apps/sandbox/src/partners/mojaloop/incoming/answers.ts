import { z } from 'zod';
import { toUnits } from '../amounts.js';
import { amountText, currency, extensions, party } from '../fields.js';
import { type MojaloopSettings } from '../settings.js';
import { type IncomingOrder } from './order.js';

const moment = z.iso.datetime({ offset: true, precision: 3 });

/** `GET /parties/…`: the switch refuses a name that it cannot read, and with it the whole answer. */
export const PartyAnswer = z.looseObject({
  ...party,
  supportedCurrencies: z.array(currency).min(1).max(16).optional(),
  kycInformation: z.string().min(1).max(2048).optional(),
});
export type PartyAnswer = z.infer<typeof PartyAnswer>;

const QuoteAnswer = z.looseObject({
  quoteId: z.string(),
  transactionId: z.string(),
  transferAmount: amountText,
  transferAmountCurrency: currency,
  payeeReceiveAmount: amountText.optional(),
  payeeReceiveAmountCurrency: currency.optional(),
  payeeFspFeeAmount: amountText.optional(),
  payeeFspFeeAmountCurrency: currency.optional(),
  payeeFspCommissionAmount: amountText.optional(),
  payeeFspCommissionAmountCurrency: currency.optional(),
  expiration: moment.optional(),
});
export type QuoteAnswer = z.infer<typeof QuoteAnswer>;

/** `POST /quoterequests`: the older release hands extensions on unchanged, so they must have the scheme's shape. */
export const quoteAnswerOf = ({ imitates }: MojaloopSettings): z.ZodType<QuoteAnswer> =>
  QuoteAnswer.extend({
    extensionList: (imitates === '18.0.2'
      ? z.strictObject({ extension: extensions })
      : extensions
    ).optional(),
  });

/** `POST /transfers` */
export const TransferAnswer = z.looseObject({
  homeTransactionId: z.string().min(1),
  completedTimestamp: moment.optional(),
  transferState: z.enum(['RESERVED', 'COMMITTED']).default('COMMITTED'),
  fulfilment: z.undefined('is kept by the scheme adapter').optional(),
});
export type TransferAnswer = z.infer<typeof TransferAnswer>;

/** Why no payer would agree to this price; undefined when it fits what was asked. */
export function misfitOf(
  quote: QuoteAnswer,
  asked: Pick<IncomingOrder, 'amount' | 'amountType' | 'currency'> & {
    readonly quoteId: string;
    readonly transferId: string;
  },
): string | undefined {
  if (quote.quoteId !== asked.quoteId) return 'quoteId is not the one asked about';
  if (quote.transactionId !== asked.transferId) return 'transactionId is not the one asked about';
  const currencies = [
    quote.transferAmountCurrency,
    quote.payeeReceiveAmountCurrency,
    quote.payeeFspFeeAmountCurrency,
    quote.payeeFspCommissionAmountCurrency,
  ];
  if (currencies.some((code) => code !== undefined && code !== asked.currency)) {
    return 'an amount is in another currency';
  }
  const transfer = toUnits(quote.transferAmount);
  const kept = toUnits(quote.payeeFspFeeAmount ?? '0') - toUnits(quote.payeeFspCommissionAmount ?? '0');
  const received =
    quote.payeeReceiveAmount === undefined ? transfer - kept : toUnits(quote.payeeReceiveAmount);
  const [name, fixed] =
    asked.amountType === 'SEND' ? ['transferAmount', transfer] : ['payeeReceiveAmount', received];
  if (fixed !== toUnits(asked.amount)) return `${name} is not the amount asked for`;
  if (transfer - received !== kept)
    return 'transferAmount less payeeReceiveAmount is not fee less commission';
  return undefined;
}
