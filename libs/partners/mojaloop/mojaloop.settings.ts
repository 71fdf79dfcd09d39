import { CURRENCIES, type Currency } from '#domain';
import { z } from 'zod';
import {
  AmountType,
  CustomerIdTypes,
  DisplayName,
  faultOfAccount,
  faultOfLimits,
  HOME_CURRENCIES,
  type HomeCountry,
  Limits,
  OwnAccount,
  Participant,
  RequestToPay,
  SubScenario,
} from '../fspiop/settings.js';

/** Not in the list of currencies that the scheme adapter takes. Source: outbound API 2.1.0, `Currency`. */
const UNKNOWN_TO_SCHEME: readonly string[] = ['SLE'];

/** Who we are at the scheme: the payer of every transfer. */
const Payer = Participant.extend({ displayName: DisplayName.optional(), fspId: z.string().min(1).max(32) });

const RequestToPayBySdk = RequestToPay.extend({
  /** Of the scheme adapter: the two name the fields of a request differently. */
  release: z.enum(['24.19', '18.0.2']).default('24.19'),
  /** Where the payer stands in a request. Both releases look up, and ask, whoever is in `to`. */
  payerIs: z.enum(['to', 'from']).default('to'),
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
  requestToPay: RequestToPayBySdk.prefault({}),
  idTypes: CustomerIdTypes,
  /** Whose peculiarities are answered as a core connector. Only to show that an acceptance test passes: see the README. */
  compatibility: z.enum(['off', 'core-connector-template']).default('off'),
  amountType: AmountType,
  /** What the scheme adapter answers itself (its AUTO_ACCEPT_PARTY). There is no word for quotes: see the README. */
  autoAccept: z.enum(['off', 'party']).default('off'),
  subScenario: SubScenario.optional(),
  /** How long a question is open, where the partner's own time does not end before. */
  confirmWithinMs: z.int().min(1_000).max(86_400_000).default(600_000),
  /** So long before a quote expires a yes is too late already. */
  quoteMarginMs: z.int().min(0).max(60_000).default(3_000),
  /** The scheme adapter's REQUEST_PROCESSING_TIMEOUT_SECONDS: for each of party, quote, transfer. */
  stageTimeoutMs: z.int().min(100).max(120_000).default(30_000),
  /** The scheme adapter's EXPIRY_SECONDS, or more: how long after its yes a transfer may still be taken up. */
  expiryMs: z.int().min(1_000).max(3_600_000).default(60_000),
  limits: Limits,
});

const Checked = Fields.transform((settings) => ({
  ...settings,
  currency: settings.currency ?? HOME_CURRENCIES[settings.country],
}));

export const MojaloopSettings = Checked.superRefine(({ currency, limits, collectInto, idTypes }, context) => {
  const refuse = (path: string, message: string) => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
  if (UNKNOWN_TO_SCHEME.includes(currency)) refuse('currency', 'the scheme adapter does not know it');
  const cannotBePaid = faultOfAccount(collectInto, idTypes);
  if (cannotBePaid !== null) refuse('collectInto.idType', cannotBePaid);
  const fault = faultOfLimits(limits, currency);
  if (fault !== null) refuse('limits', fault);
});
export type MojaloopSettings = z.output<typeof MojaloopSettings>;

/** The scheme adapter asks for none: it belongs into a private network. */
export const MojaloopSecrets = z.strictObject({});
export type MojaloopSecrets = z.output<typeof MojaloopSecrets>;
