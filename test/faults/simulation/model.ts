/**
 * The life of an operation as a small reference model: written from the rules, not from the engine's own table, so that
 * the two can be held against each other.
 */

/** How the simulated partner treats it, and so how it has to end. */
export type Fate = 'moves' | 'is refused';

export interface Expected {
  readonly id: string;
  readonly kind: 'payment' | 'transfer';
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly amount: number;
  readonly fate: Fate;
  /** The states that it was seen to go through so far. */
  seen: readonly string[];
  /** A cancellation was answered 2xx. */
  mayBeCancelled: boolean;
  /** And the answer said that it is. */
  isCancelled: boolean;
  /** Its client answers the questions of its partner. */
  readonly isAsked: boolean;
  /** Yes was said to the price: only now may money move. */
  mayMove: boolean;
  /** What was accepted to be given back, by the ids of the reversals. */
  readonly givenBack: Map<string, number>;
}

/** All that there is, by number; and whether something went wrong meanwhile that may cost an operation its success. */
export interface Model {
  readonly operations: Expected[];
  isDisturbed: boolean;
}

export const newModel = (): Model => ({ operations: [], isDisturbed: false });

/** How a life begins: what was asked for here, and money that a partner tells of. */
export const BEGINS = { asked: 'received', told: 'pending' } as const;

/** Steps that a life may take, whoever takes them. What has succeeded stays; what ended otherwise may be corrected. */
export const STEPS: Readonly<Record<string, readonly string[]>> = {
  received: ['submitting', 'failed', 'cancelled', 'expired'],
  submitting: ['received', 'awaiting_confirmation', 'pending', 'unknown', 'succeeded', 'failed', 'expired'],
  awaiting_confirmation: ['submitting', 'failed', 'cancelled', 'expired'],
  // The question may come by a callback.
  pending: ['awaiting_confirmation', 'unknown', 'succeeded', 'failed', 'cancelled', 'expired'],
  unknown: ['pending', 'succeeded', 'failed', 'cancelled', 'expired'],
  succeeded: [],
  failed: ['succeeded'],
  cancelled: ['succeeded'],
  expired: ['succeeded'],
};

/** @returns what is wrong with a life that was seen as `before` and is now `now`; undefined: nothing */
export function wrongStep(before: readonly string[], now: readonly string[]): string | undefined {
  if (now[0] !== BEGINS.asked) return `it began as ${now[0] ?? 'nothing'}`;
  if (before.some((state, at) => now[at] !== state))
    return `its past changed: ${before.join(' ')} → ${now.join(' ')}`;
  const at = now.findIndex((state, step) => step > 0 && !STEPS[now[step - 1] ?? '']?.includes(state));
  return at < 0 ? undefined : `from ${now[at - 1] ?? ''} to ${now[at] ?? ''}`;
}

/** What has been given back of it, or may yet be, where these reversals have ended without any money moving. */
export const owedBack = ({ givenBack }: Expected, inVain: ReadonlySet<string>): number =>
  [...givenBack].reduce((sum, [id, amount]) => (inVain.has(id) ? sum : sum + amount), 0);

/** The states in which it may have ended, once everything has settled. */
export function possibleEnds(
  { fate, mayBeCancelled, isCancelled, isAsked, mayMove }: Expected,
  { isDisturbed }: Model,
): readonly string[] {
  const own = !mayMove ? [] : fate === 'moves' ? ['succeeded'] : ['failed'];
  // Only late proof of payment leads away from it.
  if (isCancelled) return ['cancelled', ...(isDisturbed ? own.filter((end) => end === 'succeeded') : [])];
  const cancelled = mayBeCancelled ? ['cancelled'] : [];
  // An offer that nobody accepted in time, or whose yes met nobody.
  const expired = isAsked || isDisturbed ? ['expired'] : [];
  return [...own, ...cancelled, ...expired, ...(isDisturbed ? ['failed'] : [])];
}
