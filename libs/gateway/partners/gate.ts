import { type Capability, type Pace, type PartnerDescriptor } from '#partner-kit';

/** What is limited by itself: each capability, and all enquiries of a partner together. */
export type GateName = Capability | 'enquiries';

/** What a gate needs to know of a partner. */
export interface Paced {
  readonly id: string;
  readonly descriptor: Pick<PartnerDescriptor, 'pace'>;
}

export const paceOf = ({ descriptor: { pace } }: Paced, gate: GateName): Pace => pace[gate] ?? pace.default;

/** The gate that a method of a capability passes. */
export const gateOf = (capability: Capability, method: string): GateName =>
  method === 'enquire' ? 'enquiries' : capability;

/** May one call be made now? */
export type Permit =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** `throttled`: our own limit towards the partner; `open`: the breaker. */
      readonly why: 'throttled' | 'open';
      readonly retryAfterMs: number;
    };

/** How a gate stands, for all processes. */
export interface GateState {
  readonly partner: string;
  readonly gate: GateName;
  /** `half_open`: the pause is over, and the next call decides. */
  readonly breaker: 'closed' | 'half_open' | 'open';
  /** When one call is let through again; null unless open. */
  readonly openUntil: Date | null;
  /** Failures in a row. */
  readonly failures: number;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
}

/**
 * Did the partner do its part, going by what a call resulted in? A refusal is an answer like any other. Null where it
 * says nothing of the partner: a fault of ours, or what may not have reached it.
 */
export function isHealthy(result: string): boolean | null {
  switch (result) {
    case 'notSent':
    case 'unknown':
    case 'failed':
    case 'not-reached':
    case 'no-answer':
      return false;
    case 'not-there-yet':
    case 'not-asked':
    case 'error':
      return null;
    default:
      return true;
  }
}
