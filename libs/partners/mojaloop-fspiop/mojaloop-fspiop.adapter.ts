import {
  type ClientTls,
  defineAdapter,
  type PartnerAdapter,
  type PartnerContext,
  type PartnerDescriptor,
} from '#partner-kit';
import { PAYEE_TYPES } from '../fspiop/names.js';
import { fspiopCallbacks } from './mojaloop-fspiop.callbacks.js';
import { FspiopClient } from './mojaloop-fspiop.client.js';
import { fspiopCollections } from './mojaloop-fspiop.collections.js';
import { fspiopDisbursements } from './mojaloop-fspiop.disbursements.js';
import { fspiopInbound } from './mojaloop-fspiop.inbound.js';
import { fspiopReceipts } from './mojaloop-fspiop.receipts.js';
import { FspiopSecrets, FspiopSettings } from './mojaloop-fspiop.settings.js';
import { readSigningKey } from './mojaloop-fspiop.signature.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A Mojaloop scheme without Payment Manager: FSPIOP, straight to the switch. One partner is one institution: ourselves. */
export const mojaloopFspiop = defineAdapter<FspiopSettings, FspiopSecrets>({
  name: 'mojaloop-fspiop',
  settings: FspiopSettings,
  secrets: FspiopSecrets,
  baseUrl: ({ baseUrl }) => baseUrl,
  tls,
  create,
});

function tls({ tlsCertificate, tlsKey, tlsAuthority }: FspiopSecrets): ClientTls {
  return { certificate: tlsCertificate, key: tlsKey, authority: tlsAuthority };
}

/** @throws TypeError where a setting needs a secret that is not there */
function create(context: PartnerContext<FspiopSettings, FspiopSecrets>): PartnerAdapter {
  const { settings, secrets, clock, http, tokens } = context;
  const { clientSecret, signingKey, ilpSecret, tlsCertificate, tlsKey } = secrets;
  if ((tlsCertificate === undefined) !== (tlsKey === undefined))
    throw new TypeError('tlsCertificate and tlsKey go together');
  if (settings.tokenPath !== undefined && (settings.clientId === undefined || clientSecret === undefined))
    throw new TypeError('tokenPath needs clientId, and the secret clientSecret');
  const client = new FspiopClient({
    ...{ http, tokens, clock, secrets },
    settings: { ...settings, fspId: settings.from.fspId },
    signingKey: signingKey === undefined ? null : readSigningKey(signingKey),
  });
  const known = Object.entries({ ...settings.peers, ...secrets.peerKeys });
  const peers = Object.fromEntries(known.map(([id, { key }]) => [id, key]));
  if (settings.verifySignatures && Object.keys(peers).length === 0)
    throw new TypeError('verifySignatures needs peers, or the secret peerKeys');
  if (ilpSecret !== undefined && settings.verifySignatures && !Object.hasOwn(peers, settings.switchId))
    throw new TypeError(
      `ilpSecret needs the key of ${settings.switchId} (switchId) in peers: it says how a transfer ended`,
    );
  const { collectInto } = settings;
  if (collectInto && ilpSecret === undefined)
    throw new TypeError('collectInto needs the secret ilpSecret: its money is paid to us');
  const terms = { ...settings, peers, clock };
  return {
    descriptor: describe(settings),
    // An old signature is verified all the same; but whoever renews a certificate mostly has a new key in it.
    certificates: known.flatMap(([id, { endsAt }]) =>
      endsAt === null ? [] : [{ name: `peer:${id}` as const, expiresAt: endsAt }],
    ),
    ...(collectInto ? { collections: fspiopCollections(client, terms, collectInto) } : {}),
    disbursements: fspiopDisbursements(client, terms),
    callbacks: fspiopCallbacks(terms),
    ...(ilpSecret === undefined
      ? {}
      : { inbound: fspiopInbound(client, { ...terms, ilpSecret }), receipts: fspiopReceipts(client, terms) }),
  };
}

function describe({ country, currency, limits, collectInto }: FspiopSettings): PartnerDescriptor {
  const amounts = [{ currency, ...limits, wholeUnits: false }];
  return {
    title: `Mojaloop, directly (${country})`,
    country,
    limits: { ...(collectInto ? { collections: amounts } : {}), disbursements: amounts },
    payerTypes: collectInto ? PAYEE_TYPES : [],
    payeeTypes: PAYEE_TYPES,
    // A switch decides within seconds, or sweeps away what has expired within a minute; what it holds longer, it holds long.
    enquiryTimetableMs: [5, 15, 30, 60, 120, 300, 900, 3_600, 21_600].map((seconds) => seconds * SECOND),
    visibilityDelayMs: 0,
    submitForMs: 5 * MINUTE,
    unresolvedAfterMs: 60 * MINUTE,
    // Three requests for each transfer; what a scheme allows is in its rules.
    pace: { default: { perSecond: 20, burst: 40, concurrency: 20 } },
  };
}
