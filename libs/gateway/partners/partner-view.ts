import { type Country } from '#domain';
import {
  type AmountLimit,
  type CallbackStrength,
  type Capability,
  type Certificate,
  type Pace,
  type Partner,
} from '#partner-kit';
import { type GateName, type GateState } from './gate.js';
import { type TokenEnd } from './tokens/token-ends.js';

/** How a capability has fared lately. `failing`: calls are made, the last ones failed; `open`: none are made. */
export interface Health {
  readonly state: 'ok' | 'failing' | 'open';
  /** When one call is let through again; null unless open. */
  readonly openUntil: Date | null;
  readonly failuresInARow: number;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
}

/** A partner as its users see it. */
export interface PartnerView {
  readonly id: string;
  readonly title: string;
  readonly adapter: string;
  readonly enabled: boolean;
  readonly country: Country;
  readonly capabilities: readonly Capability[];
  /** The ways a payer can be asked; the first is the usual one. */
  readonly methods: readonly string[];
  readonly limits: Readonly<Partial<Record<'collections' | 'disbursements', readonly AmountLimit[]>>>;
  readonly payerTypes: readonly string[];
  readonly payeeTypes: readonly string[];
  /** By capability, all processes together. `default` for those that are not named. */
  readonly pace: Readonly<Record<string, Pace>>;
  readonly deadlines: { readonly submitForMs: number; readonly unresolvedAfterMs: number };
  /** Null where the partner sends none. `authenticated`: its word alone is believed. */
  readonly callbacks: { readonly strength: CallbackStrength; readonly authenticated: boolean } | null;
  /** The door at which it asks us; null where it asks nothing. */
  readonly door: { readonly host: string; readonly port: number; readonly tls: boolean } | null;
  /** What we show it and know it by, with its end. */
  readonly certificates: readonly Certificate[];
  /** Its access tokens that we hold. */
  readonly tokens: readonly Pick<TokenEnd, 'name' | 'expiresAt'>[];
  /** By gate; one that was never called is missing. */
  readonly health: Readonly<Partial<Record<GateName, Health>>>;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  /** When it last called us, and was believed. */
  readonly lastHeardAt: Date | null;
}

/** Nothing of ours passes it: what comes the other way is noted there. */
const HEARD: GateName = 'callbacks';

const AUTHENTICATED: Readonly<Record<CallbackStrength, boolean>> = {
  signature: true,
  mutual_tls: true,
  private_listener: true,
  shared_secret: false,
  source_range: false,
  none: false,
};

export function toView(
  { descriptor, adapter, ...partner }: Partner,
  states: readonly GateState[],
  tokens: readonly TokenEnd[],
): PartnerView {
  const gates = states.filter(({ gate }) => gate !== HEARD);
  const { inbound } = partner;
  const { title, country, limits, payerTypes, payeeTypes, pace, submitForMs, unresolvedAfterMs } = descriptor;
  const strength = adapter.callbacks?.strength;
  return {
    id: partner.id,
    title,
    adapter: partner.adapterName,
    enabled: partner.enabled,
    country,
    capabilities: partner.capabilities,
    methods: adapter.collections?.methods ?? [],
    limits,
    payerTypes,
    payeeTypes,
    pace,
    deadlines: { submitForMs, unresolvedAfterMs },
    callbacks: strength ? { strength, authenticated: AUTHENTICATED[strength] } : null,
    door: inbound && { host: inbound.host, port: inbound.port, tls: inbound.tls !== undefined },
    certificates: partner.certificates,
    tokens: tokens.map(({ name, expiresAt }) => ({ name, expiresAt })),
    health: Object.fromEntries(gates.filter(wasCalled).map((gate) => [gate.gate, toHealth(gate)])),
    lastSuccessAt: latest(gates.map(({ lastSuccessAt }) => lastSuccessAt)),
    lastFailureAt: latest(gates.map(({ lastFailureAt }) => lastFailureAt)),
    lastHeardAt: states.find(({ gate }) => gate === HEARD)?.lastSuccessAt ?? null,
  };
}

const wasCalled = ({ lastSuccessAt, lastFailureAt }: GateState): boolean =>
  lastSuccessAt !== null || lastFailureAt !== null;

const toHealth = ({ breaker, openUntil, failures, lastSuccessAt, lastFailureAt }: GateState): Health => ({
  state: breaker === 'open' ? 'open' : failures > 0 ? 'failing' : 'ok',
  openUntil,
  failuresInARow: failures,
  lastSuccessAt,
  lastFailureAt,
});

const latest = (moments: readonly (Date | null)[]): Date | null =>
  moments.reduce((one, other) => (one === null || (other !== null && other > one) ? other : one), null);
