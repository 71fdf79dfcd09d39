import { createHash } from 'node:crypto';
import { z } from 'zod';
import { toUnits } from '../amounts.js';
import { Amount, dateTime, fspId } from '../wire.js';
import { type IncomingOrder } from './order.js';

/** `PUT /parties/{Type}/{ID}` */
export const PartyAnswer = z.strictObject({
  party: z.strictObject({
    partyIdInfo: z.strictObject({
      partyIdType: z.string(),
      partyIdentifier: z.string(),
      fspId,
    }),
    name: z
      .string()
      .regex(/^(?!\s*$)[\w .,'-]{1,128}$/)
      .optional(),
  }),
});

/** `PUT /quotes/{ID}` */
export const QuoteAnswer = z.strictObject({
  transferAmount: Amount,
  payeeReceiveAmount: Amount.optional(),
  payeeFspFee: Amount.optional(),
  payeeFspCommission: Amount.optional(),
  expiration: dateTime,
  ilpPacket: z.string().regex(/^[\w-]{1,32768}$/),
  condition: z.string().regex(/^[\w-]{43}$/),
});
export type QuoteAnswer = z.infer<typeof QuoteAnswer>;

/** `PUT /transfers/{ID}` */
export const FulfilAnswer = z.strictObject({
  transferState: z.enum(['RECEIVED', 'RESERVED', 'COMMITTED', 'ABORTED']),
  fulfilment: z
    .string()
    .regex(/^[\w-]{43}$/)
    .optional(),
  completedTimestamp: dateTime.optional(),
});
export type FulfilAnswer = z.infer<typeof FulfilAnswer>;

/** `PUT …/error` */
export const ErrorAnswer = z.strictObject({
  errorInformation: z.strictObject({
    errorCode: z.string().regex(/^[1-9]\d{3}$/),
    errorDescription: z.string().min(1).max(128),
    extensionList: z.unknown().optional(),
  }),
});

export const digestOf = (fulfilment: string): string =>
  createHash('sha256').update(Buffer.from(fulfilment, 'base64url')).digest('base64url');

/** Why no payer would agree to this price; undefined when it fits what was asked. */
export function misfitOf(quote: QuoteAnswer, asked: IncomingOrder): string | undefined {
  const { transferAmount, payeeReceiveAmount, payeeFspFee, payeeFspCommission } = quote;
  const amounts = [transferAmount, payeeReceiveAmount, payeeFspFee, payeeFspCommission];
  if (amounts.some((one) => one && one.currency !== asked.currency))
    return 'an amount is in another currency';
  const sent = toUnits(transferAmount.amount);
  const kept = toUnits(payeeFspFee?.amount ?? '0') - toUnits(payeeFspCommission?.amount ?? '0');
  const received = payeeReceiveAmount ? toUnits(payeeReceiveAmount.amount) : sent - kept;
  const fixed = asked.amountType === 'SEND' ? sent : received;
  if (fixed !== toUnits(asked.amount)) return 'it is not of the amount that was asked for';
  if (sent - received !== kept) return 'what is kept is not what is missing';
  return packetFault(quote);
}

const PAYMENT = 1;
const MINOR_DIGITS: Readonly<Record<string, number>> = { XOF: 0, XAF: 0, GNF: 0, RWF: 0, UGX: 0 };

/** Of the packet only what a payer's side looks at: its type, and its amount in minor units. */
function packetFault({ ilpPacket, transferAmount: { amount, currency } }: QuoteAnswer): string | undefined {
  const packet = Buffer.from(ilpPacket, 'base64url');
  const [type, length = 0] = packet;
  const start = length < 128 ? 2 : 2 + (length - 128);
  if (type !== PAYMENT || packet.length < start + 8) return 'the packet is no payment';
  const minor = toUnits(amount) / 10n ** BigInt(4 - (MINOR_DIGITS[currency] ?? 2));
  return packet.readBigUInt64BE(start) === minor ? undefined : 'the packet is of another amount';
}
