import { z } from 'zod';
import { isRsaKey } from './security-credential.js';
import { isRange, SAFARICOM_SOURCES } from './sources.js';

const ShortCode = z
  .string('expected a short code in quotes, such as "600984"')
  .regex(/^\d{5,7}$/, 'a short code has five to seven digits');

const Shillings = z
  .string('expected whole shillings in quotes, such as "250000"')
  .regex(/^[1-9]\d{0,11}$/, 'expected whole shillings');

const Limit = z
  .strictObject({ least: Shillings, most: Shillings })
  .refine(({ least, most }) => BigInt(least) <= BigInt(most), { message: 'the least is above the most' });

const isPattern = (text: string): boolean => {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
};

/** What we answer when M-Pesa asks whether a customer may pay. */
const Validation = z.strictObject({
  /** Regular expression that the whole account number has to fit; left out: any will do. */
  reference: z.string().max(200).refine(isPattern, 'expected a regular expression').optional(),
  least: Shillings.optional(),
  most: Shillings.optional(),
});

/** Where customers pay to: a paybill, or a till with the store that it belongs to. */
const Collection = z
  .strictObject({
    paybill: ShortCode.optional(),
    /** The store or head-office number that buy goods was activated for: it signs, and it is asked about. */
    storeNumber: ShortCode.optional(),
    /** The number that customers know: it receives. */
    tillNumber: ShortCode.optional(),
    /** Further numbers of ours that confirmations may name. */
    otherShortCodes: z.array(ShortCode).default([]),
    /** Shown to the customer who scans a QR code. */
    merchantName: z
      .string()
      .regex(/^[A-Za-z0-9 ._-]{2,22}$/, 'expected 2 to 22 letters, digits, blanks, . _ -'),
    /** What M-Pesa does when our validation does not answer within 8 seconds. */
    whenValidationFails: z.enum(['Completed', 'Cancelled']).default('Completed'),
    validation: Validation.prefault({}),
  })
  .superRefine(({ paybill, storeNumber, tillNumber }, context) => {
    const asPaybill = paybill !== undefined && storeNumber === undefined && tillNumber === undefined;
    const asTill = paybill === undefined && storeNumber !== undefined && tillNumber !== undefined;
    if (!asPaybill && !asTill) {
      context.addIssue({ code: 'custom', message: 'give paybill, or storeNumber and tillNumber' });
    }
  });

const Payouts = z.strictObject({
  /** The bulk-disbursement short code that is debited. */
  shortCode: ShortCode,
  commandId: z.enum(['BusinessPayment', 'SalaryPayment', 'PromotionPayment']).default('BusinessPayment'),
});

export const DarajaSettings = z
  .strictObject({
    /** "https://api.safaricom.co.ke" */
    baseUrl: z.url({ protocol: /^https?$/ }),
    collection: Collection.optional(),
    payouts: Payouts.optional(),
    /** The API operator on whose behalf payouts, reversals, status and balance questions are made. */
    initiatorName: z.string().min(1).max(50).optional(),
    limits: z
      .strictObject({
        payments: Limit.prefault({ least: '1', most: '250000' }),
        customers: Limit.prefault({ least: '10', most: '250000' }),
        /** The portal names none: M-Pesa refuses what is too much. */
        businesses: Limit.prefault({ least: '1', most: '999999999' }),
      })
      .prefault({}),
    timing: z
      .strictObject({
        /** How old a request has to be before "does not exist" means anything. */
        visibilityDelayMs: z.int().min(0).default(30_000),
        /** How old a push that was paid may grow while its receipt waits for its proof. */
        receiptProofMs: z.int().min(0).default(900_000),
      })
      .prefault({}),
    /** Addresses and CIDR ranges that callbacks come from; empty: any. */
    sourceRanges: z
      .array(z.string().refine(isRange, 'expected an address or a CIDR range'))
      .default([...SAFARICOM_SOURCES]),
    /** What to do with a callback from elsewhere. */
    sourceCheck: z.enum(['off', 'warn', 'refuse']).default('warn'),
  })
  .superRefine(({ collection, payouts, initiatorName }, context) => {
    if (!collection && !payouts) {
      context.addIssue({ code: 'custom', message: 'give collection, payouts or both' });
    }
    if (payouts && initiatorName === undefined) {
      context.addIssue({ code: 'custom', path: ['initiatorName'], message: 'needed for payouts' });
    }
  });
export type DarajaSettings = z.infer<typeof DarajaSettings>;
export type CollectionSettings = NonNullable<DarajaSettings['collection']>;
export type PayoutSettings = NonNullable<DarajaSettings['payouts']>;
export type Limit = z.infer<typeof Limit>;

const Secret = z.string().min(1);

export const DarajaSecrets = z.strictObject({
  consumerKey: Secret,
  consumerSecret: Secret,
  /** Needed for collection. */
  passkey: Secret.optional(),
  /** The initiator's password in clear; needed with `initiatorName`. */
  initiatorPassword: Secret.optional(),
  /** PEM of Safaricom's certificate, or of its public key; needed with `initiatorName`. Its dates do not matter. */
  certificate: Secret.refine(isRsaKey, 'expected a PEM certificate or public key (RSA)').optional(),
});
export type DarajaSecrets = z.infer<typeof DarajaSecrets>;

/** The numbers of one collection account in the roles that the products give them. */
export interface CollectionNumbers {
  /** Signs pushes, registers URLs, is asked about. */
  readonly shortCode: string;
  /** Receives the money. */
  readonly receiver: string;
  readonly isTill: boolean;
  /** Every number of ours that M-Pesa may call the receiver by. */
  readonly all: readonly string[];
}

export function numbersOf(collection: CollectionSettings): CollectionNumbers {
  const { paybill, storeNumber, tillNumber, otherShortCodes } = collection;
  const shortCode = paybill ?? storeNumber ?? '';
  const receiver = paybill ?? tillNumber ?? '';
  return {
    shortCode,
    receiver,
    isTill: paybill === undefined,
    all: [...new Set([shortCode, receiver, ...otherShortCodes])],
  };
}
