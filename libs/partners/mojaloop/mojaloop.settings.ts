import { CURRENCIES, type Country, type Currency, Money, MoneyError } from '#domain';
import { z } from 'zod';

/** Whose telephone numbers a scheme knows, and what is settled there when the partner's file does not say. */
const HOME_CURRENCIES = {
  BF: 'XOF',
  BJ: 'XOF',
  CI: 'XOF',
  CM: 'XAF',
  GH: 'GHS',
  GM: 'GMD',
  GN: 'GNF',
  GW: 'XOF',
  KE: 'KES',
  ML: 'XOF',
  MW: 'MWK',
  NE: 'XOF',
  RW: 'RWF',
  SN: 'XOF',
  TG: 'XOF',
  TZ: 'TZS',
  UG: 'UGX',
  ZM: 'ZMW',
} as const satisfies Partial<Record<Country, Currency>>;
type HomeCountry = keyof typeof HOME_CURRENCIES;

/** Not in the list of currencies that the scheme adapter takes. Source: outbound API 2.1.0, `Currency`. */
const UNKNOWN_TO_SCHEME: readonly string[] = ['SLE'];

/** Source: outbound API 2.1.0, `PartyIdType`. */
export const PARTY_ID_TYPES = [
  'MSISDN',
  'EMAIL',
  'PERSONAL_ID',
  'BUSINESS',
  'DEVICE',
  'ACCOUNT_ID',
  'IBAN',
  'ALIAS',
] as const;
export type PartyIdType = (typeof PARTY_ID_TYPES)[number];

/** They travel in a path: a slash or a question mark would end it. */
export const IDENTIFIER = /^[^/?]{1,128}$/;
/** Plain letters, digits, `_`, blank, `. , ' -`. Source: outbound API 2.1.0, `Name`. */
export const DISPLAY_NAME = /^(?!\s*$)[\w .,'-]{1,128}$/;

const amount = z.union([z.string().regex(/^\d{1,15}(\.\d{1,2})?$/), z.int().positive().transform(String)]);

const INITIATOR_TYPES = ['CONSUMER', 'AGENT', 'BUSINESS', 'DEVICE'] as const;

/** Who we are at the scheme: the payer of every transfer. */
const Payer = z.strictObject({
  idType: z.enum(PARTY_ID_TYPES),
  idValue: z
    .string('expected the identifier in quotes')
    .regex(IDENTIFIER, 'up to 128 characters, no / and ?'),
  type: z.enum(INITIATOR_TYPES).default('BUSINESS'),
  displayName: z.string().regex(DISPLAY_NAME, "only plain letters, digits, blanks and _ . , ' -").optional(),
  fspId: z.string().min(1).max(32),
});

/** An account of a customer's of ours, as payers of the scheme name it: what requests to pay are paid into. */
const OwnAccount = z
  .strictObject({
    idType: z.enum(['MSISDN', 'BUSINESS', 'ACCOUNT_ID', 'IBAN', 'ALIAS']),
    idValue: z
      .string('expected the identifier in quotes')
      .regex(IDENTIFIER, 'up to 128 characters, no / and ?'),
    type: z.enum(INITIATOR_TYPES).default('BUSINESS'),
    displayName: z
      .string()
      .regex(DISPLAY_NAME, "only plain letters, digits, blanks and _ . , ' -")
      .optional(),
  })
  .refine(({ idType, idValue }) => idType !== 'MSISDN' || /^\d{6,15}$/.test(idValue), {
    path: ['idValue'],
    message: 'only the digits of a telephone number',
  });

/** How payers are asked. */
const RequestToPay = z.strictObject({
  /** Of the scheme adapter: the two name the fields of a request differently. */
  release: z.enum(['24.19', '18.0.2']).default('24.19'),
  /** Where the payer stands in a request. Both releases look up, and ask, whoever is in `to`. */
  payerIs: z.enum(['to', 'from']).default('to'),
  /** What kind of payment the payer sees. */
  scenario: z.enum(['TRANSFER', 'DEPOSIT', 'PAYMENT', 'REFUND']).default('TRANSFER'),
  /** How long its money is let in. */
  openForMs: z.int().min(1_000).max(86_400_000).default(600_000),
});

const Fields = z.strictObject({
  /** Of the scheme adapter's outbound server; with several institutions behind it, its path ends with ours. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  country: z.enum(Object.keys(HOME_CURRENCIES) as HomeCountry[]).default('SN'),
  /** Default: that of the country. */
  currency: z.enum(Object.keys(CURRENCIES) as Currency[]).optional(),
  from: Payer,
  /** Without it nobody is asked to pay. */
  collectInto: OwnAccount.optional(),
  requestToPay: RequestToPay.prefault({}),
  /** SEND: exactly the amount leaves us. RECEIVE: exactly the amount arrives. */
  amountType: z.enum(['SEND', 'RECEIVE']).default('SEND'),
  /** What the scheme adapter answers itself (its AUTO_ACCEPT_PARTY). There is no word for quotes: see the README. */
  autoAccept: z.enum(['off', 'party']).default('off'),
  subScenario: z
    .string()
    .regex(/^[A-Z_]{1,32}$/)
    .optional(),
  /** How long a question is open, where the partner's own time does not end before. */
  confirmWithinMs: z.int().min(1_000).max(86_400_000).default(600_000),
  /** So long before a quote expires a yes is too late already. */
  quoteMarginMs: z.int().min(0).max(60_000).default(3_000),
  /** The scheme adapter's REQUEST_PROCESSING_TIMEOUT_SECONDS: for each of party, quote, transfer. */
  stageTimeoutMs: z.int().min(100).max(120_000).default(30_000),
  /** The scheme adapter's EXPIRY_SECONDS, or more: how long after its yes a transfer may still be taken up. */
  expiryMs: z.int().min(1_000).max(3_600_000).default(60_000),
  /** Ours, not the scheme's. Decimals of the currency. */
  limits: z.strictObject({ least: amount.default('1'), most: amount.default('10000000') }).prefault({}),
});

const Checked = Fields.transform((settings) => ({
  ...settings,
  currency: settings.currency ?? HOME_CURRENCIES[settings.country],
}));

export const MojaloopSettings = Checked.superRefine(({ currency, limits: { least, most } }, context) => {
  const refuse = (path: string, message: string) => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
  if (UNKNOWN_TO_SCHEME.includes(currency)) refuse('currency', 'the scheme adapter does not know it');
  try {
    if (Money.parse(least, currency).isMoreThan(Money.parse(most, currency))) {
      refuse('limits', 'least is over most');
    }
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    refuse('limits', error.message);
  }
});
export type MojaloopSettings = z.output<typeof MojaloopSettings>;

/** The scheme adapter asks for none: it belongs into a private network. */
export const MojaloopSecrets = z.strictObject({});
export type MojaloopSecrets = z.output<typeof MojaloopSecrets>;
