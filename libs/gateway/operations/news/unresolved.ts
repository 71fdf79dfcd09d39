import { failure, isTerminal } from '#domain';
import { type Pending, UnmappedAnswer } from '#partner-kit';
import { type Operation } from '../operation.js';
import { isClaimed, noted, repeat, told } from './findings.js';
import { type Changes, type Circumstances, type Judgement, type News } from './news.js';
import { isConfirming, isOfAnother, isOfEarlierStep, judgeYesNotSent } from './question.js';
import { AT_ONCE_MS, elapsedMs, nextLook, retryInMs } from './timetable.js';

/** Nobody expects it to be carried out any more. */
const isTooOld = ({ createdAt }: Operation, { now, submitForMs }: Circumstances): boolean =>
  now.getTime() - createdAt.getTime() >= submitForMs;

/** The partner has it. */
export function judgePending(
  operation: Operation,
  outcome: Pending,
  news: News,
  around: Circumstances,
): Judgement {
  if (isOfEarlierStep(operation, news)) return repeat(operation, news);
  const changes: Changes = {
    ...told(operation, news),
    nextAction: outcome.nextAction,
    expiresAt: outcome.expiresAt,
  };
  const dueInMs = nextLook(operation, around, outcome.expiresAt);
  if (operation.state === 'submitting' || operation.state === 'unknown') {
    // A callback has already claimed success: ask at once.
    const due = operation.claimedReceipt ? AT_ONCE_MS : dueInMs;
    return { effect: 'moved', to: 'pending', why: 'the partner has it', changes, dueInMs: due };
  }
  if (operation.state === 'pending') return noted('still pending at the partner', changes, dueInMs);
  if (isTerminal(operation.state)) {
    return { ...repeat(operation, news), dueInMs: isClaimed(operation) ? dueInMs : null };
  }
  return repeat(operation, news);
}

const OVERTAKEN: Judgement = { effect: 'repeat', why: 'overtaken by other news', changes: {} };

/** It never left us, or the partner did not take it up. */
export function judgeNotSent(
  operation: Operation,
  news: News,
  around: Circumstances,
  retryAfterMs?: number,
): Judgement {
  // What has been sent since may be under way, and its lease is not this one's to end: no next look.
  if (isOfAnother(operation, news)) return OVERTAKEN;
  if (news.from !== 'submission' || operation.state === 'unknown') {
    return noted('the partner could not be asked', {}, retryAfterMs ?? nextLook(operation, around));
  }
  if (operation.state !== 'submitting') return OVERTAKEN;
  if (isConfirming(operation)) return judgeYesNotSent(operation, news, around, retryAfterMs);
  if (isTooOld(operation, around)) {
    return {
      effect: 'moved',
      to: 'failed',
      why: 'it could not be sent in time',
      changes: { failure: failure('partner_unavailable', 'no', news.outcome.partner ?? null) },
      dueInMs: null,
    };
  }
  return {
    effect: 'moved',
    to: 'received',
    why: 'it did not leave us and will be sent again',
    changes: {},
    dueInMs: Math.max(retryAfterMs ?? 0, retryInMs(operation.attempts)),
  };
}

/** No usable answer: it may have moved. */
export function judgeUnknown(
  operation: Operation,
  cause: Error,
  news: News,
  around: Circumstances,
): Judgement {
  const unmapped =
    cause instanceof UnmappedAnswer
      ? {
          discrepancy: {
            kind: 'unmapped_answer' as const,
            details: { says: cause.message, from: news.from },
          },
        }
      : {};
  // Of an earlier attempt, too: what has been sent since may be under way, and its lease is not this one's to end.
  if (isOfEarlierStep(operation, news) || isOfAnother(operation, news))
    return { ...repeat(operation, news), ...unmapped };
  const changes = told(operation, news);
  if (operation.state === 'submitting' && news.from !== 'callback') {
    const dueInMs = operation.claimedReceipt ? AT_ONCE_MS : nextLook(operation, around);
    return {
      effect: 'moved',
      to: 'unknown',
      why: 'no usable answer came: it may have moved',
      changes,
      dueInMs,
      ...unmapped,
    };
  }
  if (operation.state === 'pending' && news.from === 'callback') {
    return {
      effect: 'moved',
      to: 'unknown',
      why: 'the partner is not sure any more',
      changes,
      dueInMs: AT_ONCE_MS,
      ...unmapped,
    };
  }
  if (operation.state === 'submitting')
    return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
  if (isTerminal(operation.state) && !isClaimed(operation)) {
    return { ...repeat(operation, news), ...unmapped };
  }
  return {
    ...noted('the answer tells nothing', changes, nextLook(operation, around)),
    ...unmapped,
  };
}

/**
 * "Not found" is believed only of whoever was asked, after the partner's visibility delay, and twice; never against its
 * own acknowledgement.
 */
export function judgeNotFound(operation: Operation, news: News, around: Circumstances): Judgement {
  if (news.from !== 'enquiry') return unasked(operation);
  // An answer that comes later still says what was there when it was asked for.
  if (elapsedMs(operation, news.askedAt ?? around.now) < around.visibilityDelayMs) {
    const left = Math.max(around.visibilityDelayMs - elapsedMs(operation, around.now), 0);
    return noted('not visible at the partner yet', {}, left + 1_000);
  }
  if (
    operation.state !== 'unknown' ||
    operation.partnerReference !== null ||
    // Perhaps only what somebody has made up was not found.
    operation.claimedNames !== null ||
    operation.claimedReceipt !== null
  ) {
    return noted('the partner does not find what it acknowledged', {}, nextLook(operation, around));
  }
  const { enquiry } = news;
  if (enquiry === undefined || operation.notFound === enquiry)
    return { effect: 'repeat', why: 'this enquiry has counted', changes: {} };
  if (operation.notFound === 0) {
    const again = Math.min(nextLook(operation, around), Math.max(around.visibilityDelayMs, 1_000));
    return noted('not found once: asked again before it counts', { notFound: enquiry }, again);
  }
  if (around.resubmissionIsSafe && !isTooOld(operation, around)) {
    // Counted until it is sent again: where that cannot be now, the next enquiry is enough.
    return { effect: 'resend', why: 'the partner never received it', changes: {} };
  }
  return {
    effect: 'moved',
    to: 'failed',
    why: 'the partner never received it',
    changes: { failure: failure('partner_unavailable', 'no', null), nextAction: null },
    dueInMs: null,
  };
}

/** Nobody asked: when it was looked for, and for what, is not known. So it says nothing; the partner is asked when it is time. */
function unasked({ state }: Operation): Judgement {
  switch (state) {
    case 'pending':
    case 'unknown':
      return { effect: 'noted', why: 'not found, says who was not asked', changes: {} };
    case 'submitting':
      return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
    default:
      return { effect: 'repeat', why: 'nothing that anybody asked for', changes: {} };
  }
}
