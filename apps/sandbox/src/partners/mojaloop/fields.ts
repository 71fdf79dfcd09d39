import { z } from 'zod';
import { type MojaloopSettings } from './settings.js';

/** Current codes that the scheme's dated list does not have. */
const unknownCurrencies: ReadonlySet<string> = new Set(['MRU', 'STN', 'SLE', 'VES']);

export const partyTypes = [
  ...['MSISDN', 'EMAIL', 'PERSONAL_ID', 'BUSINESS', 'DEVICE', 'ACCOUNT_ID', 'IBAN', 'ALIAS'],
] as const;

export const identifier = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^/?]*$/);

export const amountText = z.string().regex(/^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$/);
export const amount = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  amountText,
);
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .refine((code) => !unknownCurrencies.has(code), 'must be equal to one of the allowed values');
const displayName = z.string().regex(/^(?!\s*$)[\w .,'-]{1,128}$/);
const personName = z.string().regex(/^(?!\s*$)[\p{L}\p{M}\p{Nd}_ .,'-]{1,128}$/u);
export const extensions = z
  .array(z.strictObject({ key: z.string().min(1), value: z.string().min(1).max(128) }))
  .max(16);
const seconds = z.int().min(1);

/** The flat party of the scheme adapter's own interface, in both directions. */
export const party = {
  idType: z.enum(partyTypes),
  idValue: identifier,
  type: z.enum(['CONSUMER', 'AGENT', 'BUSINESS', 'DEVICE']).optional(),
  idSubValue: identifier.optional(),
  displayName: displayName.optional(),
  firstName: personName.optional(),
  middleName: personName.optional(),
  lastName: personName.optional(),
  dateOfBirth: z.iso.date().optional(),
  merchantClassificationCode: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional(),
  fspId: z.string().min(1).max(32).optional(),
  extensionList: extensions.optional(),
};

const transfer = {
  homeTransactionId: z.string(),
  amountType: z.enum(['SEND', 'RECEIVE']),
  currency,
  amount,
  transactionType: z.enum(['TRANSFER']),
  subScenario: z
    .string()
    .regex(/^[A-Z_]{1,32}$/)
    .optional(),
  note: z.string().min(1).max(128).optional(),
  quoteRequestExtensions: extensions.optional(),
  transferRequestExtensions: extensions.optional(),
  skipPartyLookup: z.boolean().optional(),
};

const strictParty = z.strictObject({
  ...party,
  supportedCurrencies: z.array(currency).max(16).optional(),
  kycInformation: z.string().min(1).max(2048).optional(),
});
const strictTransfer = z.strictObject({
  ...transfer,
  from: strictParty,
  to: strictParty,
  quoteExpirySeconds: seconds.optional(),
  prepareExpirySeconds: seconds.optional(),
  fxQuoteExpirySeconds: seconds.optional(),
  fxPrepareExpirySeconds: seconds.optional(),
});

/** What is asked for; the rest only where the older release lets the caller say it. */
export type TransferOrder = z.infer<typeof strictTransfer> & {
  readonly transferId?: string | undefined;
  readonly currentState?: string | undefined;
};

/** The older release takes fields that it does not know, and names of transfers. */
export function transferSchema({ imitates }: MojaloopSettings): z.ZodType<TransferOrder> {
  if (imitates !== '18.0.2') return strictTransfer;
  const looseParty = z.looseObject(party);
  return z.looseObject({
    ...transfer,
    from: looseParty,
    to: looseParty,
    transferId: z.uuid().optional(),
    currentState: z.string().optional(),
  });
}

const request = {
  amountType: z.enum(['SEND', 'RECEIVE']),
  currency,
  amount,
};
const scenario = z.enum(['DEPOSIT', 'WITHDRAWAL', 'TRANSFER', 'PAYMENT', 'REFUND']);
const byWhom = { initiator: z.enum(['PAYER', 'PAYEE']), initiatorType: party.type.unwrap() };

/** Asking somebody at another institution to pay, by whatever names the release has for it. */
export interface RequestOrder extends z.infer<z.ZodObject<typeof request>> {
  readonly from: z.infer<typeof strictParty>;
  readonly to: z.infer<typeof strictParty>;
  /** The gateway's own reference. */
  readonly home: string;
}

/** The body of `POST /requestToPay`. The older release names its fields otherwise, and takes any others. */
export function requestSchema({ imitates }: MojaloopSettings): z.ZodType<RequestOrder> {
  if (imitates === '18.0.2') {
    const looseParty = z.looseObject(party);
    return z
      .looseObject({
        ...request,
        ...{ homeTransactionId: z.string(), from: looseParty, to: looseParty },
        // It describes the scenario as an object that holds the scenario, and sends the object on as one.
        scenario: z.looseObject({ scenario, ...byWhom }),
        ...byWhom,
      })
      .transform((order) => ({ ...order, home: order.homeTransactionId }));
  }
  return z
    .strictObject({
      ...request,
      ...{ homeR2PTransactionId: z.string(), from: strictParty, to: strictParty },
      ...{ transactionType: scenario, subScenario: transfer.subScenario },
      authenticationType: z.enum(['OTP', 'QRCODE', 'U2F']).optional(),
    })
    .transform((order) => ({ ...order, home: order.homeR2PTransactionId }));
}

const yesOrNo = z.boolean();

/** What the gateway says to the question that a transfer stopped at. */
export interface Answer {
  readonly acceptParty?: boolean | undefined;
  readonly acceptConversion?: boolean | undefined;
  readonly acceptQuote?: boolean | undefined;
  readonly acceptQuoteOrConversion?: boolean | undefined;
}

/** Exactly one; the older release has no no to a party, and takes whatever else there is. */
export function answerSchema({ imitates }: MojaloopSettings): z.ZodType<Answer> {
  return imitates === '18.0.2'
    ? z.looseObject({ acceptParty: z.literal(true).optional(), acceptQuote: yesOrNo.optional() })
    : z.union([
        z.strictObject({ acceptParty: yesOrNo }),
        z.strictObject({ acceptConversion: yesOrNo }),
        z.strictObject({ acceptQuote: yesOrNo }),
        z.strictObject({ acceptQuoteOrConversion: yesOrNo }),
      ]);
}
