import { isTerminal } from '#domain';
import { type Operation } from '../operation.js';
import { isClaimed, noted, repeat, told } from './findings.js';
import { type Circumstances, type Judgement, type News } from './news.js';
import { judgeDecline } from './refusal.js';
import { judgeSuccess } from './success.js';
import { nextLook } from './timetable.js';
import { judgeNotFound, judgeNotSent, judgePending, judgeUnknown } from './unresolved.js';

/** Judges one piece of news. Pure: reads the operation as it stands, decides, changes nothing. */
export function judge(operation: Operation, news: News, circumstances: Circumstances): Judgement {
  const judgement = judgeOutcome(operation, news, circumstances);
  // What has ended is looked at again only while somebody claims that it was paid after all.
  const isOver = isTerminal(operation.state) && judgement.to === undefined;
  const isAsked = isClaimed(operation) || judgement.effect === 'confirming';
  return isOver && !isAsked ? { ...judgement, dueInMs: null } : judgement;
}

function judgeOutcome(operation: Operation, news: News, circumstances: Circumstances): Judgement {
  const { outcome } = news;
  switch (outcome.is) {
    case 'succeeded':
      return judgeSuccess(operation, outcome, news, circumstances);
    case 'declined':
      return judgeDecline(operation, outcome, news, circumstances);
    case 'pending':
      return judgePending(operation, outcome, circumstances);
    case 'needsConfirmation': {
      if (operation.state !== 'submitting' && operation.state !== 'pending')
        return repeat(operation, outcome);
      const untilMs = outcome.expiresAt ? outcome.expiresAt.getTime() - circumstances.now.getTime() : null;
      return {
        effect: 'moved',
        to: 'awaiting_confirmation',
        why: 'the partner asks for a confirmation',
        changes: {
          ...told(operation, outcome),
          nextAction: outcome.nextAction,
          expiresAt: outcome.expiresAt,
        },
        dueInMs: untilMs,
      };
    }
    case 'notSent':
      return judgeNotSent(operation, news, circumstances, outcome.retryAfterMs);
    case 'unknown':
      return judgeUnknown(operation, outcome.cause, news, circumstances);
    case 'notFound':
      return judgeNotFound(operation, news, circumstances);
    case 'answerFollows':
      return noted('the partner will answer by callback', {}, nextLook(operation, circumstances));
  }
}
