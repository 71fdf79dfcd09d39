import { isTerminal } from '#domain';
import { type Operation } from '../operation.js';
import { isClaimed, isUncertain, noted, repeat, teachesNames } from './findings.js';
import { type Circumstances, type Judgement, type News } from './news.js';
import { isOfEarlierStep, judgeQuestion } from './question.js';
import { judgeDecline } from './refusal.js';
import { judgeSuccess } from './success.js';
import { nextDoubt, nextLook } from './timetable.js';
import { judgeNotFound, judgeNotSent, judgePending, judgeUnknown } from './unresolved.js';

/** Judges one piece of news. Pure: reads the operation as it stands, decides, changes nothing. */
export function judge(operation: Operation, news: News, circumstances: Circumstances): Judgement {
  const judgement = judgeOutcome(operation, news, circumstances);
  return isTerminal(operation.state) && judgement.to === undefined
    ? afterTheEnd(operation, judgement, news, circumstances)
    : judgement;
}

/**
 * What has ended is looked at again only while somebody claims that it was paid after all, or while its refusal may turn:
 * then by enquiries of its own, whatever else is heard.
 */
function afterTheEnd(
  operation: Operation,
  judgement: Judgement,
  { from }: News,
  around: Circumstances,
): Judgement {
  const { dueInMs: _, ...unscheduled } = judgement;
  if (isClaimed(operation) || judgement.effect === 'confirming') return judgement;
  const isOpen = isUncertain(operation) && judgement.changes.failure === undefined;
  if (!isOpen || judgement.effect === 'contradiction') return { ...unscheduled, dueInMs: null };
  return from === 'enquiry' ? { ...unscheduled, dueInMs: nextDoubt(operation, around) } : unscheduled;
}

function judgeOutcome(operation: Operation, news: News, circumstances: Circumstances): Judgement {
  const { outcome } = news;
  // It was asked about less than has been sent by now: whatever it denies, only money that moved is news.
  if (news.isOvertaken && outcome.is !== 'succeeded') return repeat(operation, news);
  switch (outcome.is) {
    case 'succeeded':
      return judgeSuccess(operation, outcome, news, circumstances);
    case 'declined':
      return judgeDecline(operation, outcome, news, circumstances);
    case 'pending':
      return judgePending(operation, outcome, news, circumstances);
    case 'needsConfirmation':
      return judgeQuestion(operation, outcome, news, circumstances);
    case 'notSent':
      return judgeNotSent(operation, news, circumstances, outcome.retryAfterMs);
    case 'unknown':
      return judgeUnknown(operation, outcome.cause, news, circumstances);
    case 'notFound':
      return judgeNotFound(operation, news, circumstances);
    case 'answerFollows':
      return isOfEarlierStep(operation, news)
        ? repeat(operation, news)
        : noted(
            'the partner will answer by callback',
            teachesNames(news) ? { memo: outcome.memo, awaits: outcome.awaits } : {},
            nextLook(operation, circumstances),
          );
  }
}
