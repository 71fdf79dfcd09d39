import {
  type AdapterDefinition,
  type DoorTls,
  PartnerConfigurationError,
  PartnerRegistry,
} from '#partner-kit';
import {
  type Config,
  ConfigError,
  createLogger,
  type Database,
  histogram,
  outgoingTraceHeaders,
  resolveSecret,
  type SystemClock,
} from '#platform';
import { type PartnerGates } from './partner-gates.js';
import { DatabaseSightings } from './database-sightings.js';
import { DatabaseTokenStore } from './tokens/database-token-store.js';

const resolveAll = (secrets: Readonly<Record<string, string>>, configDir: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(secrets).map(([name, reference]) => [name, resolveSecret(reference, configDir)]),
  );

const resolveDoor = ({ certificate, key, clientAuthority }: DoorTls, configDir: string): DoorTls => ({
  certificate: resolveSecret(certificate, configDir),
  key: resolveSecret(key, configDir),
  clientAuthority: resolveSecret(clientAuthority, configDir),
});

/** The configured partners with their secrets, before an adapter has seen them. */
export const resolvePartners = ({ partners, configDir }: Config) =>
  partners.map(({ secrets, callbackKey, inbound, ...partner }) => ({
    ...partner,
    inbound: inbound && { ...inbound, tls: inbound.tls && resolveDoor(inbound.tls, configDir) },
    secrets: resolveAll(secrets, configDir),
    callbackKey: resolveSecret(callbackKey, configDir),
  }));

/** How long calls of partners take and what they result in: the one place where they are counted. */
const callHistogram = () =>
  histogram({
    name: 'passerelle_partner_call_duration_seconds',
    help: 'Calls of partners, by capability, method and result',
    labelNames: ['partner', 'capability', 'method', 'result'],
  });

/** Of the lease: what is left of it is for the database, before the call and after. */
export const CALLS_SHARE = 0.75;

/** Builds every partner of the configuration. @throws ConfigError with everything that is wrong. */
export function buildRegistry(
  config: Config,
  definitions: readonly AdapterDefinition[],
  database: Database,
  clock: SystemClock,
  gates: PartnerGates,
): PartnerRegistry {
  const partners = resolvePartners(config);
  const secretsOf = new Map(partners.map(({ id, secrets }) => [id, secrets]));
  const calls = callHistogram();
  try {
    return PartnerRegistry.build({
      definitions,
      partners,
      clock,
      publicUrl: config.api.publicUrl,
      callTimeoutMs: config.worker.leaseMs * CALLS_SHARE,
      tokens: (partner) =>
        new DatabaseTokenStore({ database, clock, partner, secrets: secretsOf.get(partner) ?? {} }),
      sightings: (partner) => new DatabaseSightings(database, partner),
      observe: (call) => {
        const { partner, capability, method, result, ms } = call;
        calls.observe({ partner, capability, method, result }, ms / 1000);
        gates.observe(call);
      },
      traceHeaders: () => outgoingTraceHeaders(),
      log: createLogger(config, 'partners'),
    });
  } catch (error) {
    if (!(error instanceof PartnerConfigurationError)) throw error;
    throw new ConfigError(
      error.problems.map(({ partner, path, message }) => ({
        source: `partners/${partner}.yaml`,
        path,
        message,
      })),
    );
  }
}
