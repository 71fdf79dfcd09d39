import { z } from 'zod';

const Shillings = z.string().regex(/^\d+(\.\d{1,2})?$/, 'expected shillings such as "1000.00"');
const Digits = z.string().regex(/^\d{5,7}$/, 'expected five to seven digits');
const Ms = z.int().min(0);

/** One organisation account of the bank: a paybill, a store with its till, or a bulk payer. */
const ShortCodeSettings = z
  .strictObject({
    number: Digits,
    kind: z.enum(['paybill', 'store', 'bulk']),
    /** The number that customers pay to, where it is not the store's own. */
    till: Digits.optional(),
    name: z.string().min(1).default('Passerelle Demo'),
    utility: Shillings.default('0.00'),
    working: Shillings.default('0.00'),
    merchant: Shillings.default('0.00'),
  })
  .refine((code) => (code.kind === 'store') === (code.till !== undefined), {
    path: ['till'],
    message: 'a store has a till, others have none',
  });

export const DarajaSettings = z.strictObject({
  consumerKey: z.string().min(1),
  consumerSecret: z.string().min(1),
  passkey: z.string().min(1),
  initiatorName: z.string().min(1),
  initiatorPassword: z.string().min(1),
  /** PEM; its public half is what clients encrypt the initiator's password with. */
  privateKey: z.string().min(1),
  shortCodes: z.array(ShortCodeSettings).min(1),

  callbackDelayMs: Ms.default(300),
  promptTimeoutMs: Ms.default(26_000),
  /** How long after a failure, a queue timeout or the usual moment the late news comes. */
  lateMs: Ms.default(2_000),

  /** Parts of paths, as `b2c`, of the products that this app was not granted. */
  missingProducts: z.array(z.string().min(1)).default([]),
  tokenLifetimeS: z.int().min(1).default(3599),
  newTokenKillsOld: z.boolean().default(false),

  queryTooEarlyMs: Ms.default(0),
  queryTooEarlyAs: z.enum(['does-not-exist', 'invalid-id']).default('does-not-exist'),
  queryPendingAs: z.enum(['4999', 'error']).default('4999'),
  queryEmptyProbability: z.number().min(0).max(1).default(0),
  /** Status of an answer that is an error all the same. */
  queryErrorStatus: z.union([z.literal(500), z.literal(200)]).default(500),
  queryContradicts: z.boolean().default(false),

  stkFiresC2b: z.boolean().default(true),
  /** Whether the partner enabled validation for these short codes. */
  externalValidation: z.boolean().default(true),
  validationTimeoutMs: z.int().min(1).default(8_000),
  registerOnce: z.boolean().default(false),

  /** Same payer and same amount within this time: result 17. 0 switches the rule off. */
  sameAmountWindowMs: Ms.default(0),
  /** Charged to the short code for each B2C payment, on its charges account. */
  transferFee: Shillings.default('0.00'),
  /** Deliveries of one callback until somebody answers 2xx. */
  deliveryAttempts: z.int().min(1).default(1),
  deliveryRetryMs: Ms.default(1_000),
  /** Allowed calls per product. */
  spikeArrest: z
    .strictObject({ messages: z.int().min(1), periodMs: z.int().min(1) })
    .default({ messages: 5_000, periodMs: 1_000 }),
});

export type DarajaSettings = z.infer<typeof DarajaSettings>;
export type ShortCodeSettings = z.infer<typeof ShortCodeSettings>;
