import { z } from 'zod';

/** Source: API Definition 1.1. */
const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
export const dateTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/);
export const fspId = z.string().min(1).max(32);
export const Amount = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  amount: z.string().regex(/^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$/),
});
const PartyIdInfo = z.strictObject({
  partyIdType: z.string(),
  partyIdentifier: z.string().min(1).max(128),
  fspId: fspId.optional(),
});
const Party = z.strictObject({
  partyIdInfo: PartyIdInfo,
  name: z
    .string()
    .regex(/^(?!\s*$)[\w .,'-]{1,128}$/)
    .optional(),
});
const TransactionType = z.strictObject({
  scenario: z.enum(['DEPOSIT', 'WITHDRAWAL', 'TRANSFER', 'PAYMENT', 'REFUND']),
  subScenario: z
    .string()
    .regex(/^[A-Z_]{1,32}$/)
    .optional(),
  initiator: z.enum(['PAYER', 'PAYEE']),
  initiatorType: z.enum(['CONSUMER', 'AGENT', 'BUSINESS', 'DEVICE']),
});
const note = z.string().min(1).max(128).optional();

export const QuoteRequest = z.strictObject({
  quoteId: id,
  transactionId: id,
  payee: Party,
  payer: Party,
  amountType: z.enum(['SEND', 'RECEIVE']),
  amount: Amount,
  transactionType: TransactionType,
  note,
  expiration: dateTime.optional(),
});
export type QuoteRequest = z.infer<typeof QuoteRequest>;

/** Somebody asks the payer to pay. */
export const TransactionRequest = z.strictObject({
  transactionRequestId: id,
  payee: Party,
  payer: PartyIdInfo.required({ fspId: true }),
  amount: Amount,
  transactionType: TransactionType.extend({ initiator: z.literal('PAYEE') }),
  note,
  expiration: dateTime.optional(),
});
export type TransactionRequest = z.infer<typeof TransactionRequest>;

export const Prepare = z.strictObject({
  transferId: id,
  payerFsp: fspId,
  payeeFsp: fspId,
  amount: Amount,
  ilpPacket: z.string().regex(/^[\w-]{1,32768}$/),
  condition: z.string().regex(/^[\w-]{43}$/),
  expiration: dateTime,
});
export type Prepare = z.infer<typeof Prepare>;
