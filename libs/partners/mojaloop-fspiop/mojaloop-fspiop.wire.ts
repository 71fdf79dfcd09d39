import { type Json, optionalText, readJson, type Reply, text, UnreadableAnswer } from '#partner-kit';
import { z } from 'zod';

/** Source: API Definition 1.1. What we have no use for is left unread. */
const Amount = z.object({ currency: text, amount: text });
export type WireAmount = z.output<typeof Amount>;

export const PartyBody = z.object({
  party: z.object({
    partyIdInfo: z.object({ fspId: optionalText }),
    name: optionalText,
    personalInfo: z
      .object({ complexName: z.object({ firstName: optionalText, lastName: optionalText }).nullish() })
      .nullish(),
  }),
});
export type PartyBody = z.output<typeof PartyBody>;

const dateTime = text.transform((written, context) => {
  const date = new Date(written);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue({ code: 'custom', message: 'expected a date and time' });
  return z.NEVER;
});

/** 32 bytes. */
const digest = text.regex(/^[\w-]{43}$/);

export const QuoteBody = z.object({
  transferAmount: Amount,
  payeeReceiveAmount: Amount.nullish(),
  payeeFspFee: Amount.nullish(),
  payeeFspCommission: Amount.nullish(),
  expiration: dateTime,
  ilpPacket: text.regex(/^[\w-]{1,32768}$/),
  condition: digest,
});
export type QuoteBody = z.output<typeof QuoteBody>;

export const TransferBody = z.object({ transferState: text, fulfilment: optionalText });
export type TransferBody = z.output<typeof TransferBody>;

/** What became of a request to pay. */
export const RequestBody = z.object({ transactionRequestState: text });
export type RequestBody = z.output<typeof RequestBody>;

/** Of a transfer to us. */
export const Announcement = z.object({ transferId: text });

export const ErrorBody = z.object({
  errorInformation: z.object({ errorCode: text, errorDescription: optionalText }),
});
export type ErrorBody = z.output<typeof ErrorBody>;

/** What is kept between the phases. Written by us alone, and so read strictly. */
const Memo = z.object({
  /** Who was found, to pay or to be asked to; and until when a quote is wanted. */
  party: z.object({ fspId: z.string(), name: z.string().nullable(), quoteBy: z.string() }).optional(),
  /** What was agreed upon, and until when the transfer may be taken up: sent back word by word. */
  quote: z
    .object({ transferAmount: Amount, ilpPacket: z.string(), condition: z.string(), transferBy: z.string() })
    .optional(),
});
export type Memo = z.output<typeof Memo>;
export type FoundParty = NonNullable<Memo['party']>;
export type AgreedQuote = NonNullable<Memo['quote']>;

export const readMemo = (memo: Json): Memo => (memo === null ? {} : Memo.parse(memo));

/** What an answer that is no acknowledgement says of itself. */
export function readRefusal({ status, text: body }: Reply): {
  readonly code: string;
  readonly message: string;
} {
  const bare = { code: String(status), message: `HTTP ${status}` };
  try {
    const parsed = ErrorBody.safeParse(readJson(body));
    if (!parsed.success) return bare;
    const { errorCode, errorDescription } = parsed.data.errorInformation;
    return { code: errorCode, message: errorDescription ?? bare.message };
  } catch (error) {
    if (error instanceof UnreadableAnswer) return bare;
    throw error;
  }
}
