import { type Stack, startStack } from '../support/stack.js';
import { TOOLKIT_FSP } from './support/connection-manager.js';
import { CALLBACK_KEY, type FspiopScheme, OUR_FSP } from './support/fspiop-scheme.js';

export const PARTNER = 'mojaloop-fspiop-sn';
/** The same institution at the same switch, without a certificate to show. */
export const BARE_PARTNER = 'mojaloop-fspiop-bare';

/** Our gateway at that scheme, which finds it through its door: in Kenya, since the toolkit's prices have decimals. */
export async function startFspiopGateway(scheme: FspiopScheme): Promise<Stack> {
  const { ours, hub } = scheme.certificates;
  const common = {
    enabled: true,
    settings: {
      ...{ baseUrl: scheme.url, tokenPath: undefined, country: 'KE', currency: 'KES' },
      ...{ answerWithinMs: 20_000, expiryMs: 1_000 },
      from: { idType: 'MSISDN', idValue: '254711000001', fspId: OUR_FSP },
    },
    deadlines: { enquiryTimetableMs: [3_000, 6_000, 12_000], submitForMs: 2_000 },
    // The toolkit answers about two transfers a second.
    limits: { disbursements: { perSecond: 10, concurrency: 2 } },
  };
  const secrets = {
    signingKey: 'env:TOOLKIT_SIGNING_KEY',
    peerKeys: 'env:TOOLKIT_PEER_KEYS',
    tlsAuthority: 'env:TOOLKIT_TLS_AUTHORITY',
  };
  const stack = await startStack({
    only: [PARTNER, BARE_PARTNER],
    settings: { worker: { leaseMs: 10_000 }, log: { level: 'info' } },
    env: {
      TOOLKIT_CALLBACK_KEY: CALLBACK_KEY,
      TOOLKIT_SIGNING_KEY: ours.signing.privateKey,
      TOOLKIT_PEER_KEYS: JSON.stringify({ [TOOLKIT_FSP]: hub.signing.publicKey }),
      TOOLKIT_TLS_AUTHORITY: hub.authority,
      TOOLKIT_TLS_CERTIFICATE: ours.client.certificate,
      TOOLKIT_TLS_KEY: ours.client.key,
    },
    partners: {
      [PARTNER]: {
        ...common,
        callbackKey: 'env:TOOLKIT_CALLBACK_KEY',
        secrets: {
          ...secrets,
          tlsCertificate: 'env:TOOLKIT_TLS_CERTIFICATE',
          tlsKey: 'env:TOOLKIT_TLS_KEY',
        },
      },
      [BARE_PARTNER]: {
        ...common,
        adapter: 'mojaloop-fspiop',
        callbackKey: 'env:WAVE_SN_CALLBACK_KEY',
        settings: { ...common.settings, answerWithinMs: 1_000 },
        secrets,
      },
    },
  });
  scheme.leadTo(stack.apiUrls[0] ?? '', stack.inboundUrl);
  return stack;
}
