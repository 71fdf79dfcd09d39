import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CURRENCIES, type Currency } from '#domain';
import { z } from 'zod';
import {
  AmountType,
  CustomerIdTypes,
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

const FSP_ID = /^[\x21-\x7e]{1,32}$/;

const fspId = z.string().regex(FSP_ID, 'up to 32 characters without blanks');

const FROM_FILE = 'file:';

/** What somebody's signatures are verified with. */
export interface PeerKey {
  readonly key: KeyObject;
  /** When the certificate ends that it was given in; null: it was given bare. */
  readonly endsAt: Date | null;
}

const endOf = (pem: string): Date | null =>
  pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).validToDate : null;

/** In PEM, or `file:/path/to/it.pem`: public keys are no secrets. Spec: RSA of 2048 bits or more; EC for ES256. */
const PublicKey = z.string().transform((written, context): PeerKey => {
  try {
    const pem = written.startsWith(FROM_FILE)
      ? readFileSync(written.slice(FROM_FILE.length), 'utf8')
      : written;
    const key = createPublicKey(pem);
    if (isStrong(key)) return { key, endsAt: endOf(pem) };
    context.addIssue({ code: 'custom', message: 'neither RSA of 2048 bits or more nor P-256' });
  } catch {
    context.addIssue({ code: 'custom', message: 'no public key in PEM, and no readable file: of one' });
  }
  return z.NEVER;
});

export const isStrong = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean =>
  (type === 'rsa' && (details?.modulusLength ?? 0) >= 2_048) ||
  (type === 'ec' && details?.namedCurve === 'prime256v1');

/** Who we are at the scheme: the payer of every transfer, and where its money comes to. */
const Ourselves = Participant.extend({ fspId });

const Version = z.enum(['1.0', '1.1', '2.0']);
export type Version = z.output<typeof Version>;

const Fields = z.strictObject({
  /** Of the switch's FSPIOP API, without a slash at the end. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  country: z.enum(Object.keys(HOME_CURRENCIES) as HomeCountry[]).default('SN'),
  /** Default: that of the country. */
  currency: z.enum(Object.keys(CURRENCIES) as Currency[]).optional(),
  from: Ourselves,
  /** Without it nobody is asked to pay. */
  collectInto: OwnAccount.optional(),
  requestToPay: RequestToPay.prefault({}),
  /** Of our requests; an answer is in the asker's. */
  version: Version.default('1.1'),
  amountType: AmountType,
  idTypes: CustomerIdTypes,
  subScenario: SubScenario.optional(),
  /** Of the token service, behind the same door as the API; left out: no token is asked for. */
  tokenPath: z.string().startsWith('/').optional(),
  /** Who we are to the token service. No secret: often the same as our `fspId`, which everybody may see. */
  clientId: z.string().min(1).optional(),
  /** The other institutions' public keys for signatures, and the switch's own, by their ids. */
  peers: z.record(fspId, PublicKey).default({}),
  /** False only at a scheme without signatures: then TLS alone says who calls. */
  verifySignatures: z.boolean().default(true),
  /** False only at a scheme that leaves `Date` out of its signatures: then an old message may come again as a new one. */
  signedDate: z.boolean().default(true),
  /** False where the others do not sign the answer to a lookup, as the scheme adapter does not by default: some hubs rewrite it. */
  signedParties: z.boolean().default(true),
  /** The switch's own id: besides the payee's institution, only its word ends a transfer. */
  switchId: fspId.default('switch'),
  /** Other names that parts of the switch speak under. */
  switchNames: z.array(fspId).default([]),
  /**
   * What we say to a transfer once our customer is credited. RESERVED: the switch tells how it ended. COMMITTED: it does
   * not, and is asked. Default: RESERVED, which FSPIOP 1.0 does not know.
   */
  answersTransfers: z.enum(['RESERVED', 'COMMITTED']).optional(),
  /** How long a question is open, where the quote does not end before. */
  confirmWithinMs: z.int().min(1_000).max(86_400_000).default(600_000),
  /** So long before a quote expires a yes is too late already. */
  quoteMarginMs: z.int().min(0).max(60_000).default(3_000),
  /** For a lookup or a quote: then it is given up. No money is on its way. */
  answerWithinMs: z.int().min(500).max(3_600_000).default(60_000),
  /** How long after the end of its offer the switch may still take a transfer up. */
  expiryMs: z.int().min(1_000).max(3_600_000).default(60_000),
  /** How far the clocks of the scheme may be apart, with the switch's sweeps for what has expired. */
  slackMs: z.int().min(0).max(3_600_000).default(60_000),
  limits: Limits,
});

const Checked = Fields.transform((settings) => ({
  ...settings,
  currency: settings.currency ?? HOME_CURRENCIES[settings.country],
  switchNames: [settings.switchId, ...settings.switchNames],
  answersTransfers: settings.answersTransfers ?? (settings.version === '1.0' ? 'COMMITTED' : 'RESERVED'),
}));

export const FspiopSettings = Checked.superRefine(
  ({ currency, limits, version, answersTransfers, collectInto, idTypes }, context) => {
    const refuse = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (version === '1.0' && answersTransfers === 'RESERVED')
      refuse('answersTransfers', 'version 1.0 knows no RESERVED of a payee');
    const cannotBePaid = faultOfAccount(collectInto, idTypes);
    if (cannotBePaid !== null) refuse('collectInto.idType', cannotBePaid);
    const fault = faultOfLimits(limits, currency);
    if (fault !== null) refuse('limits', fault);
  },
);
export type FspiopSettings = z.output<typeof FspiopSettings>;

/** A JSON object, as it is handed out together with secrets. */
const KeyRing = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'no JSON object of PEM by institution' });
      return z.NEVER;
    }
  })
  .pipe(z.record(fspId, PublicKey));

/** In PEM, where nothing else is said. What is not given is not used. */
export const FspiopSecrets = z.strictObject({
  /** Public keys as in the settings' `peers`, and before them. */
  peerKeys: KeyRing.optional(),
  clientSecret: z.string().optional(),
  /** Private, for our signatures; without it nothing of ours is signed. */
  signingKey: z.string().optional(),
  /** Makes the fulfilments of what is paid to us; without it nothing is. */
  ilpSecret: z.string().min(32, 'at least 32 characters').optional(),
  tlsCertificate: z.string().optional(),
  tlsKey: z.string().optional(),
  /** Of the switch's server certificate, where no public authority stands behind it. */
  tlsAuthority: z.string().optional(),
});
export type FspiopSecrets = z.output<typeof FspiopSecrets>;
