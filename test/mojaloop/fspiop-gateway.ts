import { type Stack, startStack } from '../support/stack.js';
import { KEEPER } from './gateway.js';
import { TOOLKIT_FSP } from './support/connection-manager.js';
import { CALLBACK_KEY, type FspiopScheme, OUR_FSP, SWITCH_ID } from './support/fspiop-scheme.js';

export const PARTNER = 'mojaloop-fspiop-sn';
/** The same institution at the same switch, without a certificate to show. */
export const BARE_PARTNER = 'mojaloop-fspiop-bare';

const SETTINGS = { worker: { leaseMs: 10_000 }, log: { level: 'info' } };
const SECRETS = {
  signingKey: 'env:TOOLKIT_SIGNING_KEY',
  peerKeys: 'env:TOOLKIT_PEER_KEYS',
  tlsAuthority: 'env:TOOLKIT_TLS_AUTHORITY',
};
const WITH_CERTIFICATE = {
  ...SECRETS,
  tlsCertificate: 'env:TOOLKIT_TLS_CERTIFICATE',
  tlsKey: 'env:TOOLKIT_TLS_KEY',
};

/** In Kenya, since the toolkit's prices have decimals. */
const settingsAt = (scheme: FspiopScheme) => ({
  ...{ baseUrl: scheme.url, tokenPath: undefined, country: 'KE', currency: 'KES' },
  from: { idType: 'MSISDN', idValue: '254711000001', fspId: OUR_FSP },
  switchId: SWITCH_ID,
  // Of its own answers the toolkit puts only that of a lookup, whose headers are ours, with its date under the signature.
  signedDate: false,
});

const keysOf = ({ certificates: { ours, hub } }: FspiopScheme) => ({
  TOOLKIT_CALLBACK_KEY: CALLBACK_KEY,
  TOOLKIT_SIGNING_KEY: ours.signing.privateKey,
  TOOLKIT_PEER_KEYS: JSON.stringify({
    [TOOLKIT_FSP]: hub.signing.publicKey,
    [SWITCH_ID]: hub.signing.publicKey,
  }),
  TOOLKIT_TLS_AUTHORITY: hub.authority,
  TOOLKIT_TLS_CERTIFICATE: ours.client.certificate,
  TOOLKIT_TLS_KEY: ours.client.key,
});

/** Our gateway at that scheme as payer, which finds it through its door. */
export async function startFspiopGateway(
  scheme: FspiopScheme,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Stack> {
  const common = {
    enabled: true,
    settings: { ...settingsAt(scheme), answerWithinMs: 20_000, expiryMs: 1_000, ...settings },
    deadlines: { enquiryTimetableMs: [3_000, 6_000, 12_000], submitForMs: 2_000 },
    // The toolkit answers about two transfers a second.
    limits: { disbursements: { perSecond: 10, concurrency: 2 } },
  };
  const stack = await startStack({
    only: [PARTNER, BARE_PARTNER],
    settings: SETTINGS,
    env: keysOf(scheme),
    partners: {
      [PARTNER]: {
        ...common,
        callbackKey: 'env:TOOLKIT_CALLBACK_KEY',
        secrets: WITH_CERTIFICATE,
      },
      [BARE_PARTNER]: {
        ...common,
        adapter: 'mojaloop-fspiop',
        callbackKey: 'env:WAVE_SN_CALLBACK_KEY',
        settings: { ...common.settings, answerWithinMs: 1_000 },
        secrets: SECRETS,
      },
    },
  });
  scheme.leadTo(stack.apiUrls[0] ?? '');
  return stack;
}

/** What those pay into whom we ask to. */
export const INTO = { idType: 'MSISDN', idValue: '254712900045' };

/** Our gateway at that scheme as payee, with a door of its own that asks for the hub's certificate. */
export async function startFspiopPayee(scheme: FspiopScheme): Promise<Stack> {
  const { ours } = scheme.certificates;
  const stack = await startStack({
    only: [PARTNER, KEEPER],
    inboundPort: scheme.inward.leadsTo,
    settings: SETTINGS,
    env: {
      ...keysOf(scheme),
      TOOLKIT_DOOR_CERTIFICATE: ours.server.certificate,
      TOOLKIT_DOOR_KEY: ours.server.key,
      TOOLKIT_DOOR_AUTHORITY: ours.authority,
    },
    partners: {
      [PARTNER]: {
        enabled: true,
        callbackKey: 'env:TOOLKIT_CALLBACK_KEY',
        settings: { ...settingsAt(scheme), collectInto: INTO },
        secrets: WITH_CERTIFICATE,
        deadlines: { enquiryTimetableMs: [10_000, 20_000] },
        inbound: {
          tls: {
            certificate: 'env:TOOLKIT_DOOR_CERTIFICATE',
            key: 'env:TOOLKIT_DOOR_KEY',
            clientAuthority: 'env:TOOLKIT_DOOR_AUTHORITY',
          },
        },
      },
    },
  });
  scheme.leadTo(stack.apiUrls[0] ?? '');
  return stack;
}
