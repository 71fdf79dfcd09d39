import { z } from 'zod';
import { type Chance } from './chance.js';

export const callbackFaults = [
  'callback-lost',
  'callback-duplicated',
  'callback-late',
  'callback-early',
  'callback-out-of-order',
  'callback-corrupted',
  'callback-forged',
] as const;
export const answerFaults = [
  'timeout-before-acting',
  'timeout-after-acting',
  'error-5xx',
  'error-5xx-after-acting',
  'throttled',
  'reset',
  'reset-after-acting',
  'slow',
  'nonsense',
] as const;
export const faultNames = [...callbackFaults, ...answerFaults, 'clock-skew'] as const;
export type FaultName = (typeof faultNames)[number];

const Match = z
  .strictObject({ path: z.string(), reference: z.string(), party: z.string(), amount: z.string() })
  .partial();

const Fault = z
  .strictObject({
    fault: z.enum(faultNames),
    /** Chance of firing, each time. */
    probability: z.number().min(0).max(1).optional(),
    /** Fires so many times, then is gone. */
    count: z.int().min(1).optional(),
    delayMs: z.int().optional(),
    /** `callback-duplicated`: how many copies arrive in all. */
    copies: z.int().min(2).max(1000).optional(),
    /** `error-5xx` and `error-5xx-after-acting`: which status. */
    status: z.int().min(500).max(599).optional(),
    match: Match.optional(),
  })
  .refine(({ fault, delayMs = 0 }) => delayMs >= 0 || fault === 'clock-skew', {
    path: ['delayMs'],
    message: 'only clock-skew may be negative',
  });
export const FaultList = z.array(Fault).max(1000);
export type Fault = z.infer<typeof Fault>;

/** What a request or a callback is about. A list means: any of these values. */
export interface Subject {
  /** The path under the partner's prefix, or the path of the callback's URL. */
  readonly path?: string;
  readonly reference?: string | readonly string[];
  readonly party?: string | readonly string[];
  readonly amount?: string | readonly string[];
}

/** What the control API asked to go wrong. */
export interface Faults {
  /** True while nothing is asked for: lets a hot path skip describing itself. */
  readonly idle: boolean;
  /** The first asked-for fault among `names` that fits `subject` and whose chance came up. Counts as fired. */
  take(names: readonly FaultName[], subject: Subject): Fault | undefined;
}

interface Armed {
  readonly wish: Fault;
  fired: number;
}

export class PartnerFaults implements Faults {
  #armed: Armed[] = [];

  constructor(private readonly chance: Chance) {}

  get idle(): boolean {
    return this.#armed.length === 0;
  }

  take(names: readonly FaultName[], subject: Subject): Fault | undefined {
    const armed = this.#armed.find(
      ({ wish }) => names.includes(wish.fault) && fits(wish, subject) && this.#comesUp(wish),
    );
    if (!armed) return undefined;
    armed.fired += 1;
    if (armed.fired === armed.wish.count) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.wish;
  }

  /** Draws only where there is something to draw: what always strikes leaves the chance of the others alone. */
  #comesUp({ probability }: Fault): boolean {
    return probability === undefined || this.chance() < probability;
  }

  /** The sum of every `clock-skew` asked for. */
  skewMs(): number {
    if (this.idle) return 0;
    return this.#armed.reduce(
      (sum, { wish }) => (wish.fault === 'clock-skew' ? sum + (wish.delayMs ?? 0) : sum),
      0,
    );
  }

  replace(wishes: readonly Fault[]): void {
    this.#armed = [];
    this.add(wishes);
  }

  /** Beside those that are set: they go on as they are, with what they have fired. */
  add(wishes: readonly Fault[]): void {
    this.#armed = [...this.#armed, ...wishes.map((wish) => ({ wish, fired: 0 }))];
  }

  list(): readonly (Fault & { fired: number })[] {
    return this.#armed.map(({ wish, fired }) => ({ ...wish, fired }));
  }
}

function fits({ match }: Fault, subject: Subject): boolean {
  if (!match) return true;
  if (match.path !== undefined && !subject.path?.includes(match.path)) return false;
  return (['reference', 'party', 'amount'] as const).every((field) => {
    const wanted = match[field];
    if (wanted === undefined) return true;
    const found = subject[field];
    return Array.isArray(found) ? found.includes(wanted) : found === wanted;
  });
}
