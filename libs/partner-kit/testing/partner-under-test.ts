import { type CallbackAnswer, type RawCallback } from '../port/callback.js';

/** One movement in the simulated partner's own books. */
export interface BookEntry {
  readonly reference: string;
  readonly partnerReference: string;
  readonly receipt?: string;
  readonly kind: 'payment' | 'transfer' | 'reversal' | 'receipt';
  /** Decimal string, positive. */
  readonly amount: string;
  /** Signed decimal string: what it did to our account, fees included. */
  readonly change: string;
  readonly currency: string;
  readonly party: string;
  readonly state: 'succeeded' | 'reversed';
  readonly at: string;
}

/** What the partner shall do wrong; the sandbox's page lists the names. */
export interface PartnerFault {
  readonly fault: string;
  readonly count?: number;
  readonly delayMs?: number;
  readonly copies?: number;
  readonly match?: Readonly<Record<string, string>>;
}

/** A simulated partner that a test steers, and the place where its callbacks arrive. */
export interface PartnerUnderTest {
  /** Where the adapter sends its requests. */
  readonly baseUrl: string;
  /** Base and key of our callback addresses: `${publicUrl}/callbacks/${callbackKey}/…`. */
  readonly publicUrl: string;
  readonly callbackKey: string;
  /** Every callback that arrived since `forget`, oldest first. */
  readonly callbacks: readonly RawCallback[];
  /** What the partner reads in answer to its callbacks from now on. Until then: 200 and nothing. */
  answerCallbacks(answer: (callback: RawCallback) => CallbackAnswer): void;
  books(): Promise<readonly BookEntry[]>;
  /** The partner's own balances, decimal strings by name. */
  balance(): Promise<Readonly<Record<string, string>>>;
  /** Replaces the list of faults; none: a well-behaved partner. */
  misbehave(...faults: readonly PartnerFault[]): Promise<void>;
  /** A customer pays us unasked. */
  payUnasked(body: Readonly<Record<string, unknown>>): Promise<void>;
  /** Moves the partner's clock on. */
  advance(ms: number): Promise<void>;
  /** A fresh partner without movements, sessions, faults; its clock shows real time again. */
  forget(): Promise<void>;
  close(): Promise<void>;
}
