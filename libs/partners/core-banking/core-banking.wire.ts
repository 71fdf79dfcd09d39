import { isCurrency, Money, MoneyError } from '#domain';
import { decimalText, optionalText, readJson, type Reply, text, UnreadableAnswer } from '#partner-kit';
import { z } from 'zod';

/** Nice to have: whatever comes in its place never spoils the rest. */
const extra = optionalText.catch(null);
const identifier = text.min(1).max(128);
const moment = z.iso.datetime({ offset: true }).transform((written) => new Date(written));

/** `{ "value": "1500", "currency": "XOF" }` */
const amount = z.object({ value: decimalText, currency: text }).transform(({ value, currency }, context) => {
  try {
    return Money.parseLenient(value, currency);
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

export const CoreAccountAnswer = z.object({
  holder: z.object({ name: extra, firstName: extra, lastName: extra }),
  status: z.enum(['open', 'blocked', 'closed']),
  /** What we do not know we cannot send either. */
  currencies: z.array(text).transform((codes) => codes.filter(isCurrency)),
});
export type CoreAccountAnswer = z.output<typeof CoreAccountAnswer>;

export const CoreQuote = z.object({
  sends: amount,
  receives: amount,
  fee: amount.nullish(),
  commission: amount.nullish(),
  expiresAt: moment.nullish(),
});
export type CoreQuote = z.output<typeof CoreQuote>;

/** The answer to a credit names no amount, the answer to the question for it does. */
export const CoreCredit = z.object({
  id: identifier,
  state: text,
  reference: identifier,
  amount: amount.nullish(),
});
export type CoreCredit = z.output<typeof CoreCredit>;

export const CoreReversal = CoreCredit.extend({ credit: identifier.nullish() });
export type CoreReversal = z.output<typeof CoreReversal>;

export const isSuccess = ({ status }: Reply): boolean => status >= 200 && status < 300;

/** @throws UnreadableAnswer naming the fields at fault, never what they hold */
export function read<Schema extends z.ZodType>(schema: Schema, reply: Reply): z.output<Schema> {
  const parsed = schema.safeParse(readJson(reply.text));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'the body');
  throw new UnreadableAnswer(`not as agreed: ${fields.join(', ')}`);
}
