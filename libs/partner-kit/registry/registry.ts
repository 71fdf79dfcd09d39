import { createHash } from 'node:crypto';
import { type Clock, type ConfirmationMode } from '#domain';
import { overheard } from '../http/overhear.js';
import { type ClientTls } from '../http/partner-http.js';
import {
  type ClosablePartnerHttp,
  createPartnerHttp,
  type PartnerExchange,
  type PartnerHttpOptions,
} from '../http/undici-http.js';
import {
  type AdapterDefinition,
  type Capability,
  capabilitiesOf,
  type Certificate,
  type PartnerAdapter,
  type PartnerDescriptor,
} from '../port/adapter.js';
import { type Sightings } from '../port/sightings.js';
import { type TokenStore } from '../port/tokens.js';
import {
  type CheckedConfiguration,
  checkConfiguration,
  type Complain,
  complainer,
} from './check-configuration.js';
import {
  type ConfigurationProblem,
  type InboundConfiguration,
  type PartnerConfiguration,
  PartnerConfigurationError,
  UnknownPartner,
} from './configuration.js';
import { certificatesOf } from './certificates.js';
import { withOverrides } from './overrides.js';
import { type FinishedCall, logCall, type PartnerCall, type PartnerLog } from './report.js';
import { watchAdapter } from './watch.js';

/** A configured partner, ready to be used. */
export interface Partner {
  readonly id: string;
  readonly adapterName: string;
  /** Secret. */
  readonly callbackKey: string;
  readonly enabled: boolean;
  /** Who answers its questions where a request does not say. */
  readonly confirmation: ConfirmationMode;
  /** Null: it asks nothing of us. */
  readonly inbound: InboundConfiguration | null;
  /** Whoever listens (`overhear`) hears everything that is said to it. */
  readonly keepsMessages: boolean;
  /** With the overrides of the partner's file. */
  readonly descriptor: PartnerDescriptor;
  readonly capabilities: readonly Capability[];
  /** What we show it and know it by. */
  readonly certificates: readonly Certificate[];
  /** Watched: its money-moving methods and enquiries never throw, and every call ends in time. */
  readonly adapter: PartnerAdapter;
}

export interface RegistryOptions {
  readonly definitions: readonly AdapterDefinition[];
  readonly partners: readonly PartnerConfiguration[];
  readonly clock: Clock;
  readonly tokens: (partnerId: string) => TokenStore;
  readonly sightings: (partnerId: string) => Sightings;
  /** Base of callback addresses: "https://gateway.example". */
  readonly publicUrl: string;
  /** The longest that one call of an adapter may take, however many requests it makes. Default 45,000. */
  readonly callTimeoutMs?: number;
  /** Told of every call of an adapter. */
  readonly observe?: (call: PartnerCall) => void;
  /** Headers of the moment for outgoing requests: the trace context. */
  readonly traceHeaders?: () => Readonly<Record<string, string>>;
  readonly log?: PartnerLog;
  /** Default: `createPartnerHttp`. */
  readonly createHttp?: (options: PartnerHttpOptions) => ClosablePartnerHttp;
}

const CALL_TIMEOUT_MS = 45_000;

/** Every configured partner: where the engine and the API find them. */
export class PartnerRegistry {
  readonly #byId: ReadonlyMap<string, Partner>;
  readonly #byCallbackKey: ReadonlyMap<string, Partner>;

  private constructor(
    private readonly partners: readonly Partner[],
    private readonly wires: readonly ClosablePartnerHttp[],
  ) {
    this.#byId = new Map(partners.map((partner) => [partner.id, partner]));
    this.#byCallbackKey = new Map(partners.map((partner) => [digestOf(partner.callbackKey), partner]));
  }

  /** @throws PartnerConfigurationError with everything that is wrong, of all partners. */
  static build(options: RegistryOptions): PartnerRegistry {
    const problems: ConfigurationProblem[] = [];
    const wires: ClosablePartnerHttp[] = [];
    complainOfDuplicates(options.partners, problems);
    const partners = options.partners.flatMap((configuration) => {
      const complain = complainer(configuration, problems);
      const checked = checkConfiguration(configuration, options.definitions, complain);
      return (checked && buildPartner(checked, options, wires, complain)) ?? [];
    });
    complainOfInbound(partners, problems);
    const registry = new PartnerRegistry(partners, wires);
    if (problems.length === 0) return registry;
    void registry.close();
    throw new PartnerConfigurationError(problems);
  }

  /** @throws UnknownPartner */
  get(id: string): Partner {
    const partner = this.#byId.get(id);
    if (!partner) throw new UnknownPartner('there is no such partner');
    return partner;
  }

  find(id: string): Partner | undefined {
    return this.#byId.get(id);
  }

  /** Looks a digest up, so that the time it takes tells nothing of the key. */
  byCallbackKey(key: string): Partner | undefined {
    return this.#byCallbackKey.get(digestOf(key));
  }

  /** In the order of the configuration. */
  all(): readonly Partner[] {
    return this.partners;
  }

  /** Ends the connections to all partners, once the requests under way are answered. */
  async close(): Promise<void> {
    await Promise.all(this.wires.map((wire) => wire.close()));
  }
}

const digestOf = (key: string): string => createHash('sha256').update(key).digest('base64');

function buildPartner(
  { configuration, definition, settings, secrets, baseUrl }: CheckedConfiguration,
  options: RegistryOptions,
  wires: ClosablePartnerHttp[],
  complain: Complain,
): Partner | null {
  const { id, callbackKey, enabled, confirmation = 'automatic', inbound = null } = configuration;
  const { keepMessages: keepsMessages = false } = configuration;
  const base = `${options.publicUrl.replace(/\/+$/, '')}/callbacks/${callbackKey}`;
  const tls = definition.tls?.(secrets);
  const wire = openWire(id, { baseUrl, tls }, options);
  wires.push(wire);
  const http = keepsMessages ? overheard(wire, options.clock) : wire;
  try {
    const adapter = definition.create({
      id,
      settings,
      secrets,
      http,
      clock: options.clock,
      tokens: options.tokens(id),
      sightings: options.sightings(id),
      callbackUrl: (path) => `${base}/${path.replace(/^\/+/, '')}`,
    });
    const descriptor = withOverrides(adapter.descriptor, configuration);
    return Object.freeze({
      id,
      callbackKey,
      enabled,
      confirmation,
      inbound,
      keepsMessages,
      descriptor,
      adapterName: definition.name,
      capabilities: capabilitiesOf(adapter),
      certificates: [...certificatesOf(tls ?? {}, inbound?.tls), ...(adapter.certificates ?? [])],
      adapter: watchAdapter(adapter, descriptor, {
        partner: id,
        timeoutMs: options.callTimeoutMs ?? CALL_TIMEOUT_MS,
        finished: (call) => {
          tellOf(call, options);
        },
      }),
    });
  } catch (error) {
    complain(
      'settings',
      `the adapter does not start with them: ${error instanceof Error ? error.message : 'unknown'}`,
    );
    return null;
  }
}

function openWire(
  partner: string,
  { baseUrl, tls }: { readonly baseUrl: string; readonly tls: ClientTls | undefined },
  options: RegistryOptions,
): ClosablePartnerHttp {
  const { traceHeaders, log } = options;
  return (options.createHttp ?? createPartnerHttp)({
    baseUrl,
    ...(tls ? { tls } : {}),
    ...(traceHeaders ? { headers: traceHeaders } : {}),
    onReply: (exchange: PartnerExchange) => {
      log?.debug({ partner, ...exchange, ms: Math.round(exchange.ms) }, 'request to the partner');
    },
  });
}

function tellOf(call: FinishedCall, { observe, log }: RegistryOptions): void {
  const { partner, capability, method, ms, result } = call;
  observe?.({ partner, capability, method, ms, result });
  if (log) logCall(log, call);
}

/** Whoever asks us is answered by a partner that can find accounts, quote and credit. */
function complainOfInbound(partners: readonly Partner[], problems: ConfigurationProblem[]): void {
  for (const { id: partner, inbound, adapter } of partners) {
    if (inbound === null) continue;
    const complain = (path: string, message: string) => {
      problems.push({ partner, path, message });
    };
    if (!adapter.inbound) complain('inbound', 'this adapter is asked nothing');
    const keeper = partners.find(({ id }) => id === inbound.creditsThrough)?.adapter;
    if (!keeper?.parties || !keeper.quotes || !keeper.disbursements || !keeper.reversals)
      complain(
        'inbound.creditsThrough',
        'names no partner that finds accounts, quotes, credits and takes back',
      );
  }
}

function complainOfDuplicates(
  partners: readonly PartnerConfiguration[],
  problems: ConfigurationProblem[],
): void {
  const ids = new Set<string>();
  const keys = new Map<string, string>();
  for (const { id, callbackKey } of partners) {
    if (ids.has(id))
      problems.push({ partner: id, path: 'id', message: 'there are two partners of this name' });
    const other = keys.get(callbackKey);
    if (other !== undefined && other !== id) {
      problems.push({ partner: id, path: 'callbackKey', message: `is the key of ${other} too` });
    }
    ids.add(id);
    keys.set(callbackKey, id);
  }
}
