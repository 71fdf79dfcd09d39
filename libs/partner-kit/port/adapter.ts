import { type Clock, type Country, type Currency, type PartyType } from '#domain';
import { type z } from 'zod';
import { type Callbacks } from './callback.js';
import {
  type Balances,
  type Collections,
  type Disbursements,
  type Parties,
  type Quotes,
  type Receipts,
  type Registration,
  type Reversals,
  type Sessions,
  type Statements,
} from './capabilities.js';
import { type Inbound, type InboundObjection } from './inbound.js';
import { type ClientTls, type PartnerHttp } from '../http/partner-http.js';
import { type Sightings } from './sightings.js';
import { type TokenStore } from './tokens.js';

/** What a partner can do, in the order that documentation lists it. */
export const CAPABILITIES = [
  'collections',
  'disbursements',
  'reversals',
  'receipts',
  'parties',
  'quotes',
  'balances',
  'statements',
  'sessions',
  'registration',
  'callbacks',
  'inbound',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Amounts of one movement, as decimals in the currency's main unit, both included. */
export interface AmountLimit {
  readonly currency: Currency;
  readonly least: string;
  readonly most: string;
  /** True where the partner takes whole units only although the currency has decimals. */
  readonly wholeUnits: boolean;
}

/** What the engine knows of a partner without asking it. */
export interface PartnerDescriptor {
  readonly title: string;
  /** Whose telephone numbers it takes. */
  readonly country: Country;
  readonly limits: Readonly<Partial<Record<'collections' | 'disbursements', readonly AmountLimit[]>>>;
  readonly payerTypes: readonly PartyType[];
  readonly payeeTypes: readonly PartyType[];
  /** When to ask what became of an operation: milliseconds after the last submission; the last step repeats. */
  readonly enquiryTimetableMs: readonly number[];
  /** How long an operation may stay invisible to enquiries after it was accepted: before that, "not found" says nothing. */
  readonly visibilityDelayMs: number;
  /** How long a submission that never left us is tried before the operation fails. */
  readonly submitForMs: number;
  /** An operation that is not resolved by then (after its last submission) opens a discrepancy. */
  readonly unresolvedAfterMs: number;
  /** Requests per second, their burst, and how many at once: across all workers, per capability. */
  readonly pace: Readonly<Record<'default', Pace>> &
    Readonly<Partial<Record<Capability | 'enquiries', Pace>>>;
  /**
   * Of a partner that keeps our customers' accounts: how a refusal with a code of its own reads to whoever brings the
   * money, where the reason that the code stands for says less.
   */
  readonly objections?: Readonly<Record<string, InboundObjection>>;
}

export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
  readonly concurrency: number;
}

/** Something that we show a partner, or know it by, and that is good for a time only. */
export interface Certificate {
  /**
   * `certificate`: ours; `authority`: whom we believe who the partner is. With `inbound`, the same where the partner calls
   * us; `peer:` and a name: what we verify somebody's signatures with.
   */
  readonly name: 'certificate' | 'authority' | 'inboundCertificate' | 'inboundAuthority' | `peer:${string}`;
  readonly expiresAt: Date;
}

/** One partner. A missing capability is one that the partner does not have; nothing throws "not implemented". */
export interface PartnerAdapter {
  readonly descriptor: PartnerDescriptor;
  /** Besides those of its connections and of its door, which are known without it. */
  readonly certificates?: readonly Certificate[];
  readonly collections?: Collections;
  readonly disbursements?: Disbursements;
  readonly reversals?: Reversals;
  readonly receipts?: Receipts;
  readonly parties?: Parties;
  readonly quotes?: Quotes;
  readonly balances?: Balances;
  readonly statements?: Statements;
  readonly sessions?: Sessions;
  readonly registration?: Registration;
  readonly callbacks?: Callbacks;
  readonly inbound?: Inbound;
}

export const capabilitiesOf = (adapter: PartnerAdapter): readonly Capability[] =>
  CAPABILITIES.filter((name) => adapter[name] !== undefined);

/** What one configured partner is given to work with. */
export interface PartnerContext<Settings, Secrets> {
  /** The partner's id: "mpesa-ke". */
  readonly id: string;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly http: PartnerHttp;
  /** Shared by all processes, refreshed once for all of them. */
  readonly tokens: TokenStore;
  /** Kept for all processes, and over their restarts. */
  readonly sightings: Sightings;
  /** The public URL of this partner's callbacks for a path: "https://…/callbacks/<key>/stk/01934f6e-…". */
  callbackUrl(path: string): string;
}

/** The code that speaks one protocol, before it is configured. Many partners may use one adapter. */
export interface AdapterDefinition<Settings = unknown, Secrets = unknown> {
  /** As `adapter:` names it in config/partners/<id>.yaml. */
  readonly name: string;
  /** Strict: an unknown key refuses to start. */
  readonly settings: z.ZodType<Settings>;
  readonly secrets: z.ZodType<Secrets>;
  /** The base URL that outgoing calls go to. */
  baseUrl(settings: Settings): string;
  /** How we prove to the partner who we are while we connect, where it asks for that. */
  tls?(secrets: Secrets): ClientTls;
  create(context: PartnerContext<Settings, Secrets>): PartnerAdapter;
}

/** Keeps the types of settings and secrets together while the list of adapters forgets them. */
export const defineAdapter = <Settings, Secrets>(
  definition: AdapterDefinition<Settings, Secrets>,
): AdapterDefinition => definition;
