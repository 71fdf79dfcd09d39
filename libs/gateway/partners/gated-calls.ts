import {
  type Capability,
  isUnreadable,
  NoAnswer,
  NotReached,
  type Partner,
  type PartnerAdapter,
  PartnerBusy,
  PartnerRegistry,
  TooSlow,
} from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { PartnerGates } from './partner-gates.js';

/** Why a partner that was asked has not answered. */
type Silence = 'busy' | 'not_reached' | 'too_slow' | 'no_answer' | 'unusable_answer';

/** Why a question was not answered. */
export type Turned =
  | { readonly is: 'unknownPartner' }
  | { readonly is: 'notSupported'; readonly capability: Capability }
  /** Our own limit towards the partner. */
  | { readonly is: 'throttled'; readonly retryAfterMs: number }
  | {
      readonly is: 'unavailable';
      /** `open`: not asked, since the last calls failed. `disabled`: switched off in the configuration. */
      readonly why: 'open' | 'disabled' | Silence;
      /** Null where nobody can tell. */
      readonly retryAfterMs: number | null;
    };

export type Answered<T> = { readonly is: 'answered'; readonly answer: T } | Turned;

type Able<C extends Capability> = NonNullable<PartnerAdapter[C]>;

/** A partner that can be asked. */
export interface Askable<C extends Capability> {
  readonly is: 'askable';
  readonly partner: Partner;
  readonly capability: C;
  readonly able: Able<C>;
}

/** Single questions to partners, through their gates. How they went is reported by the registry's observer. */
@Injectable()
export class GatedCalls {
  constructor(
    private readonly partners: PartnerRegistry,
    private readonly gates: PartnerGates,
  ) {}

  find<C extends Capability>(id: string, capability: C): Askable<C> | Turned {
    const partner = this.partners.find(id);
    if (!partner) return { is: 'unknownPartner' };
    const able = partner.adapter[capability];
    if (!able) return { is: 'notSupported', capability };
    if (!partner.enabled) return { is: 'unavailable', why: 'disabled', retryAfterMs: null };
    return { is: 'askable', partner, capability, able };
  }

  async ask<C extends Capability, T>(
    { partner, capability, able }: Askable<C>,
    question: (able: Able<C>) => Promise<T>,
  ): Promise<Answered<T>> {
    const permit = await this.gates.acquire(partner, capability);
    if (!permit.granted) return turnedAway(permit);
    try {
      return { is: 'answered', answer: await question(able) };
    } catch (error) {
      return { is: 'unavailable', why: whyUnavailable(error), retryAfterMs: null };
    }
  }

  async findAndAsk<C extends Capability, T>(
    id: string,
    capability: C,
    question: (able: Able<C>) => Promise<T>,
  ): Promise<Answered<T>> {
    const found = this.find(id, capability);
    return found.is === 'askable' ? this.ask(found, question) : found;
  }
}

const turnedAway = ({ why, retryAfterMs }: { why: 'throttled' | 'open'; retryAfterMs: number }): Turned =>
  why === 'open' ? { is: 'unavailable', why, retryAfterMs } : { is: 'throttled', retryAfterMs };

/** @throws what is none of the partner's doing */
function whyUnavailable(error: unknown): Silence {
  if (error instanceof PartnerBusy) return 'busy';
  if (error instanceof NotReached) return 'not_reached';
  if (error instanceof TooSlow) return 'too_slow';
  if (error instanceof NoAnswer) return 'no_answer';
  if (isUnreadable(error)) return 'unusable_answer';
  throw error;
}
