import { failure } from '#domain';
import { type NeedsConfirmation } from '#partner-kit';
import { type Operation } from '../operation.js';
import { noted, repeat, told } from './findings.js';
import { type Circumstances, type Judgement, type News } from './news.js';
import { AT_ONCE_MS, retryInMs } from './timetable.js';

/**
 * The partner asks before it moves money, in its answer or later by a callback. Where nobody wants to look, the yes is
 * written down with the question.
 */
export function judgeQuestion(
  operation: Operation,
  outcome: NeedsConfirmation,
  news: News,
  around: Circumstances,
): Judgement {
  const isOpen = operation.state === 'submitting' || operation.state === 'pending';
  const hasItsYes = operation.confirmedStep === outcome.nextAction.step;
  // A question gets one yes. Where the partner asks it again, the yes may have been taken all the same.
  if (!isOpen || hasItsYes || isOfAnother(operation, news)) return repeat(operation, news);
  if (!news.conclusive || news.isDoubtful || news.isUnproven) return doubted(operation);
  const { nextAction, expiresAt } = outcome;
  const untilMs = expiresAt.getTime() - around.now.getTime();
  const isAutomatic = (operation.confirmation ?? around.confirmation) === 'automatic';
  return {
    effect: 'moved',
    to: 'awaiting_confirmation',
    why: `the partner asks to confirm the ${nextAction.step}`,
    changes: {
      ...told(operation, news),
      nextAction,
      expiresAt,
      confirmedStep: isAutomatic ? nextAction.step : null,
    },
    dueInMs: isAutomatic ? 0 : untilMs,
  };
}

/** Whoever forges a question chooses to whom and at what price the yes would be said: the partner is asked instead. */
const doubted = ({ state }: Operation): Judgement =>
  state === 'submitting'
    ? { effect: 'wait', why: 'its own answer is still awaited', changes: {} }
    : noted('a question of a callback that proves nothing: the partner is asked', {}, AT_ONCE_MS);

/** Does an attempt speak that is not the operation's last? */
export const isOfAnother = ({ attempts }: Operation, { attempt }: News): boolean =>
  attempt !== undefined && attempt !== attempts;

/**
 * Is it of a step that the operation has left behind? While a question is open, or its yes is on the way, whatever tells
 * no more than that the partner was reached is of the step before.
 */
export function isOfEarlierStep(operation: Operation, news: News): boolean {
  if (operation.state === 'awaiting_confirmation') return true;
  if (operation.confirmedStep === null) return false;
  return isOfAnother(operation, news) || (isConfirming(operation) && news.from === 'enquiry');
}

/** Is a question open to which nobody has said yes? */
export const isUnanswered = ({ state, confirmedStep }: Operation): boolean =>
  state === 'awaiting_confirmation' && confirmedStep === null;

/** Is it the yes to a question that is being sent? */
export const isConfirming = ({ state, confirmedStep, nextAction }: Operation): boolean =>
  state === 'submitting' && confirmedStep !== null && nextAction?.type === 'confirm';

/** The yes has not left us: it holds until the offer runs out. Asking for another offer would be another price. */
export function judgeYesNotSent(
  operation: Operation,
  news: News,
  around: Circumstances,
  retryAfterMs?: number,
): Judgement {
  const { expiresAt, attempts } = operation;
  if (expiresAt !== null && expiresAt.getTime() <= around.now.getTime()) {
    return {
      effect: 'moved',
      to: 'expired',
      why: 'the offer ran out before the yes could be sent',
      changes: { failure: failure('quote_expired', 'no', news.outcome.partner ?? null), nextAction: null },
      dueInMs: null,
    };
  }
  return {
    effect: 'moved',
    to: 'awaiting_confirmation',
    why: 'the yes did not leave us and will be sent again',
    changes: {},
    dueInMs: Math.max(retryAfterMs ?? 0, retryInMs(attempts)),
  };
}
