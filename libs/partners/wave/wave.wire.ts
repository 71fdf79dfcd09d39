import { decimalText, optionalText, readJson, type Reply, text } from '#partner-kit';
import { z } from 'zod';

/** Nice to have: whatever comes in its place never spoils the rest. */
const extra = optionalText.catch(null);
const moment = z.iso.datetime({ offset: true }).transform((written) => new Date(written));
const extraMoment = moment.nullable().catch(null);
const extraDecimal = decimalText.nullable().catch(null);
const identifier = text.min(1).max(255);

/** An attempt of the payer's that failed. */
const AttemptError = z.object({ code: identifier, message: extra });

/** §3.2 Checkout session: what the payer is sent to. */
export const WaveSession = z.object({
  id: identifier,
  amount: decimalText,
  currency: text,
  checkout_status: text,
  payment_status: text,
  client_reference: extra,
  transaction_id: extra,
  last_payment_error: AttemptError.nullable().catch(null),
  restrict_payer_mobile: extra,
  wave_launch_url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .catch(null),
  when_created: extraMoment,
  when_completed: extraMoment,
  when_expires: extraMoment,
  when_refunded: extraMoment,
});
export type WaveSession = z.output<typeof WaveSession>;

/** A session in a failed attempt's webhook: only who it is about is sure. */
export const WaveAttempt = WaveSession.pick({
  id: true,
  client_reference: true,
  last_payment_error: true,
  when_expires: true,
});
export type WaveAttempt = z.output<typeof WaveAttempt>;

/** §4.3 Payout. `fee` is on top of `receive_amount`. */
export const WavePayout = z.object({
  id: identifier,
  currency: text,
  receive_amount: decimalText,
  fee: extraDecimal,
  status: text,
  client_reference: extra,
  payout_error: z.object({ error_code: identifier, error_message: extra }).nullable().catch(null),
});
export type WavePayout = z.output<typeof WavePayout>;

export const WaveSessions = z.object({ result: z.array(WaveSession) });
export const WavePayouts = z.object({ result: z.array(WavePayout) });

/** By transaction the session comes alone; a list is taken as well. */
export const WaveSessionOrList = z.union([
  WaveSessions.transform(({ result }) => result),
  WaveSession.transform((session) => [session]),
]);

/** §4.7 What Wave says of a recipient; null: not asked, or not known. */
export const WaveRecipient = z.object({
  within_limits: z.boolean().nullish(),
  name_match: text.nullish(),
});
export type WaveRecipient = z.output<typeof WaveRecipient>;

export const WaveBalance = z.object({ amount: decimalText, currency: text });

/** §5 One row of the statement. `amount` is signed and net of `fee`. */
export const WaveRow = z.object({
  timestamp: moment,
  transaction_id: identifier,
  transaction_type: text,
  amount: decimalText,
  fee: extraDecimal,
  balance: extraDecimal,
  currency: text,
  is_reversal: z.boolean().nullish(),
  counterparty_name: extra,
  counterparty_mobile: extra,
  counterparty_id: extra,
  client_reference: extra,
  checkout_api_session_id: extra,
});
export type WaveRow = z.output<typeof WaveRow>;

export const WaveStatement = z.object({
  page_info: z.object({ end_cursor: extra, has_next_page: z.boolean() }),
  items: z.array(WaveRow),
});

/** §7 Every webhook. */
export const WaveEvent = z.object({ id: extra, type: text, data: z.unknown().optional() });

/** A customer paid at the merchant's QR code. */
export const WaveMerchantPayment = z.object({
  id: identifier,
  amount: decimalText,
  currency: text,
  sender_mobile: extra,
  merchant_name: extra,
  custom_fields: z.record(z.string(), z.unknown()).nullable().catch(null),
  when_created: moment,
});
export type WaveMerchantPayment = z.output<typeof WaveMerchantPayment>;

/** Another business paid us. */
export const WaveBusinessPayment = z.object({
  id: identifier,
  amount: decimalText,
  currency: text,
  sender_id: extra,
  client_reference: extra,
  when_created: moment,
});
export type WaveBusinessPayment = z.output<typeof WaveBusinessPayment>;

export const isSuccess = ({ status }: Reply): boolean => status >= 200 && status < 300;

/** @throws UnreadableAnswer, ZodError */
export const read = <Schema extends z.ZodType>(schema: Schema, reply: Reply): z.output<Schema> =>
  schema.parse(readJson(reply.text));
