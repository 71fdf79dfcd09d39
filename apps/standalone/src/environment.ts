import { join } from 'node:path';
import { type StandaloneSettings } from '../../api/src/admin/settings.js';
import { sandboxEnvironment } from '../../sandbox/src/environment.js';
import { ensureSigningKeys } from './signing-key.js';

export interface Environments {
  /** For api and worker, and for reading the configuration as they will. */
  readonly gateway: NodeJS.ProcessEnv;
  readonly sandbox: NodeJS.ProcessEnv;
}

/** Values with which the simulated partners sign and decrypt are none of the gateway's business. */
const isSandboxOnly = (name: string): boolean => name.includes('_SANDBOX_');

/** Where simulators call us whose real counterparts keep that address in a portal, or at the hub. */
function callbackUrls(values: NodeJS.ProcessEnv, publicUrl: string): Record<string, string> {
  const { WAVE_SN_CALLBACK_KEY: wave, MOJALOOP_FSPIOP_SN_CALLBACK_KEY: scheme } = values;
  return {
    ...(wave === undefined ? {} : { WAVE_SN_WEBHOOK_URL: `${publicUrl}/callbacks/${wave}/webhook` }),
    ...(scheme === undefined ? {} : { MOJALOOP_FSPIOP_SN_CALLBACK_URL: `${publicUrl}/callbacks/${scheme}` }),
  };
}

const asVariables = ({ auth }: StandaloneSettings, dataDir: string): Record<string, string> =>
  auth.signingKeys.length > 0
    ? {}
    : { PASSERELLE_AUTH_SIGNING_KEYS: JSON.stringify(ensureSigningKeys(dataDir)) };

/** What the children get: what gateway and sandbox share is made once, and whatever is set already wins. */
export async function composeEnvironments(
  settings: StandaloneSettings,
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<Environments> {
  const shared = await sandboxEnvironment(join(dataDir, 'sandbox-environment.json'));
  const known: NodeJS.ProcessEnv = { ...shared, ...env };
  // Compiled code is kept for the next start, which is a quarter of the work.
  const node = { NODE_ENV: 'production', NODE_COMPILE_CACHE: join(dataDir, 'compile-cache') };
  const values = { ...node, ...callbackUrls(known, settings.api.publicUrl), ...known };
  const ours = Object.entries(values).filter(([name]) => !isSandboxOnly(name));
  return {
    gateway: { ...asVariables(settings, dataDir), ...Object.fromEntries(ours) },
    sandbox: values,
  };
}
