import { type DiscrepancyKind, isTerminal } from '#domain';
import { type Operation } from '../operation.js';
import { type Changes, type Circumstances, type Judgement, type News } from './news.js';
import { nextLook } from './timetable.js';

/**
 * Is what it calls the operation taken for the partner's word? A name that is made up would, the next time, vouch for
 * whoever made it up. What ends the operation by its own proof names it, too, wherever it comes from.
 */
export const teachesNames = ({ outcome, conclusive, isDoubtful, isUnproven }: News): boolean =>
  !isUnproven && (!isDoubtful || (conclusive && outcome.is === 'succeeded'));

/** The facts that travel with an outcome, as far as they are new. */
export function told(operation: Operation, news: News): Changes {
  const { outcome } = news;
  const found = outcome.is !== 'notFound' && operation.notFound > 0 ? { notFound: 0 } : {};
  if (!teachesNames(news)) return { claimedNames: claimedNames(operation, news), ...found };
  return {
    partnerReference: operation.partnerReference === null ? outcome.reference : undefined,
    memo: outcome.memo,
    awaits: outcome.awaits,
    ...found,
  };
}

/** The latest count: the true ones may come after what somebody has made up. */
function claimedNames(operation: Operation, { outcome }: News): readonly string[] | undefined {
  const { reference, references = [] } = outcome;
  if (operation.partnerReference !== null || reference === undefined) return undefined;
  const names = [...new Set([reference, ...references])];
  return names.join('\n') === operation.claimedNames?.join('\n') ? undefined : names;
}

/** Does a callback claim what no enquiry has confirmed yet: a receipt, or that what has ended was paid after all? */
export const isClaimed = (operation: Operation): boolean =>
  operation.claimedReceipt !== null ||
  (isTerminal(operation.state) && operation.hasDeadline && !isUncertain(operation));

/** Has it ended with a refusal that this partner has been seen to pay after? */
export const isUncertain = ({ state, failure }: Operation): boolean =>
  isTerminal(state) && failure?.moneyMoved === 'unknown';

/** Nothing that was not known, but perhaps a fact that was missing. What the adapter goes on with is not one: it has gone on. */
export function repeat(operation: Operation, news: News, receipt?: string): Judgement {
  const { memo: _memo, awaits: _awaits, ...facts } = told(operation, news);
  const changes: Changes = {
    ...facts,
    ...(operation.receipt === null && receipt ? { receipt, claimedReceipt: null } : {}),
  };
  const isNews = Object.values(changes).some((value) => value !== undefined);
  return { effect: isNews ? 'noted' : 'repeat', why: 'nothing that was not known', changes };
}

export const noted = (why: string, changes: Changes, dueInMs: number): Judgement => ({
  effect: 'noted',
  why,
  changes,
  dueInMs,
});

/** The partner contradicts itself or us: the state stands, and a person looks. */
export function contradiction(
  operation: Operation,
  kind: DiscrepancyKind,
  why: string,
  around: Circumstances,
  details: Readonly<Record<string, unknown>>,
): Judgement {
  const open = operation.state === 'pending' || operation.state === 'unknown';
  return {
    effect: 'contradiction',
    why,
    changes: {},
    ...(open ? { dueInMs: nextLook(operation, around) } : {}),
    discrepancy: { kind, details: { why, state: operation.state, ...details } },
  };
}
