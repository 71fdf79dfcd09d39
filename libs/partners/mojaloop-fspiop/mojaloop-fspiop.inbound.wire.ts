import { type JsonObject, text } from '#partner-kit';
import { z } from 'zod';
import { LONGEST_NOTE, textUpTo } from '../fspiop/requests.js';

/** Source: API Definition 1.1, `Amount`: no zero at the end of a fraction, and none before the whole. */
const AMOUNT = /^(0|[1-9]\d{0,17})(\.\d{0,3}[1-9])?$/;
/** UUIDs, and the ULIDs of later versions. Source: API Definition 1.1 and 2.0, `CorrelationId`. */
const CORRELATION_ID =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26})$/;
/** Source: API Definition 1.1, `DateTime`. */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}(?:Z|[+-]\d\d:\d\d)$/;

export const CorrelationId = text.regex(CORRELATION_ID, 'is no id of the scheme');

const Amount = z.object({
  currency: text.regex(/^[A-Z]{3}$/, 'is no currency'),
  amount: text.regex(AMOUNT, 'is no amount of the scheme'),
});
export type WireAmount = z.output<typeof Amount>;

const DateTime = text
  .regex(DATE_TIME, 'is no date and time of the scheme')
  .transform((written, context): Date => {
    const date = new Date(written);
    if (!Number.isNaN(date.getTime())) return date;
    context.addIssue({ code: 'custom', message: 'is no date and time' });
    return z.NEVER;
  });

const fspId = textUpTo(32);
const name = textUpTo(128);

export const PartyIdInfo = z.object({
  partyIdType: textUpTo(32),
  partyIdentifier: name,
  partySubIdOrType: name.exactOptional(),
  fspId: fspId.exactOptional(),
});
export type WirePartyIdInfo = z.output<typeof PartyIdInfo>;

const Party = z.object({ partyIdInfo: PartyIdInfo, name: name.exactOptional() });
const ComplexName = z.object({
  firstName: name.exactOptional(),
  middleName: name.exactOptional(),
  lastName: name.exactOptional(),
});
const Stranger = Party.extend({
  personalInfo: z.object({ complexName: ComplexName.exactOptional() }).exactOptional(),
});

const TransactionType = z.object({
  scenario: textUpTo(32),
  subScenario: text.regex(/^[A-Z_]{1,32}$/).exactOptional(),
  initiator: z.enum(['PAYER', 'PAYEE']),
  initiatorType: z.enum(['CONSUMER', 'AGENT', 'BUSINESS', 'DEVICE']),
});

const note = textUpTo(LONGEST_NOTE).exactOptional();
const AmountType = z.enum(['SEND', 'RECEIVE']);

/** `POST /quotes` */
export const QuoteRequest = z.object({
  quoteId: CorrelationId,
  transactionId: CorrelationId,
  transactionRequestId: CorrelationId.exactOptional(),
  payee: Party,
  payer: Stranger,
  amountType: AmountType,
  amount: Amount,
  transactionType: TransactionType,
  note,
  expiration: DateTime.exactOptional(),
});

/** `POST /transfers` */
export const TransferRequest = z.object({
  transferId: CorrelationId,
  payerFsp: fspId,
  payeeFsp: fspId,
  amount: Amount,
  ilpPacket: text.regex(/^[\w-]{1,32768}$/, 'is no packet in base64url'),
  condition: text.regex(/^[\w-]{43}$/, 'is no condition of 32 bytes'),
  expiration: DateTime,
});

/** What the quote asked for, as far as the packet has it. In this order it is written. */
const Asked = z.object({
  transactionId: CorrelationId,
  quoteId: CorrelationId,
  payee: Party.extend({ partyIdInfo: PartyIdInfo.required({ fspId: true }) }),
  payer: Party,
  transactionType: TransactionType,
  note,
});

/**
 * What a packet is of. The last two are ours: what the payer asked to fix, and what our customer gets of it. In this order
 * it is written. Source: API Definition 1.1, `Transaction`.
 */
export const Transaction = Asked.extend({
  amount: Amount,
  extensionList: z.object({
    extension: z.tuple([
      z.object({ key: z.literal('amountType'), value: AmountType }),
      z.object({ key: z.literal('payeeReceiveAmount'), value: Amount.shape.amount }),
    ]),
  }),
});
export type WireTransaction = z.output<typeof Transaction>;

/** What is kept until an answer can be told. Written by us alone, and so read strictly. */
const Memo = z.strictObject({
  /** The institution that has asked. */
  to: z.string(),
  /** Where the answer goes, as the request named it: "/quotes/{id}". */
  path: z.string(),
  /** The major version that was asked in; absent: 1, as in every memo from before there was another one. */
  major: z.literal('2').exactOptional(),
  /** Asked in 1.0, which has less than a later minor version; absent: whichever we speak will do. */
  minor: z.literal('0').exactOptional(),
  lookup: PartyIdInfo.exactOptional(),
  quote: Asked.exactOptional(),
  transfer: z.strictObject({ ilpPacket: z.string(), condition: z.string() }).exactOptional(),
});
export type InboundMemo = z.output<typeof Memo>;

/** @throws ZodError where it is none of ours */
export const readInboundMemo = (memo: JsonObject): InboundMemo => Memo.parse(memo);
