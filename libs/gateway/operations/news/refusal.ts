import { failure, isTerminal } from '#domain';
import { type Declined } from '#partner-kit';
import { type Operation } from '../operation.js';
import { contradiction, isClaimed, isUncertain, noted, repeat, told } from './findings.js';
import { type Circumstances, type Judgement, type News } from './news.js';
import { isOfAnother } from './question.js';
import { AT_ONCE_MS, isWindowOver, nextDoubt } from './timetable.js';

/** Asked and refused. */
export function judgeDecline(
  operation: Operation,
  outcome: Declined,
  news: News,
  around: Circumstances,
): Judgement {
  if (operation.state === 'succeeded') {
    return contradiction(operation, 'contradictory_news', 'a refusal of something that succeeded', around, {
      partner: outcome.partner,
    });
  }
  if (isTerminal(operation.state)) {
    // A callback claimed success and an answer to us denies it: the state stands, a person looks.
    if (isAnswer(operation, news) && isClaimed(operation))
      return claimDenied(operation, outcome, news, around);
    if (news.from === 'enquiry' && isUncertain(operation))
      return refusedAgain(operation, outcome, news, around);
    return repeat(operation, news);
  }
  if (operation.state === 'awaiting_approval' || (operation.attempts === 0 && operation.kind !== 'receipt')) {
    return contradiction(
      operation,
      'contradictory_news',
      'a refusal of something that was never sent',
      around,
      {
        partner: outcome.partner,
      },
    );
  }
  // A refusal of what was sent before tells nothing of what has been sent since.
  if (isOfAnother(operation, news)) return repeat(operation, news);
  if (isAnswer(operation, news) && operation.claimedReceipt)
    return claimDenied(operation, outcome, news, around);
  if (news.isDoubtful || news.isUnproven) return doubted(operation, news);
  if (isClaimedPaid(operation) && news.from === 'callback' && !news.conclusive)
    return bothSaid(operation, outcome, around);
  const to = outcome.reason === 'expired' ? 'expired' : news.from === 'cancellation' ? 'cancelled' : 'failed';
  if (operation.state === 'received' || (operation.state === 'submitting' && to === 'cancelled')) {
    return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
  }
  return {
    effect: 'moved',
    to,
    why: `the partner refuses (${news.from})`,
    changes: {
      ...told(operation, news),
      failure: failure(outcome.reason, outcome.moneyMoved, outcome.partner),
      nextAction: null,
    },
    dueInMs: outcome.moneyMoved === 'unknown' ? nextDoubt(operation, around) : null,
    ...(outcome.reason === 'partner_misconfigured'
      ? { discrepancy: { kind: 'partner_setup', details: { partner: outcome.partner } } }
      : {}),
  };
}

const isClaimedPaid = ({ state, claimedReceipt }: Operation): boolean =>
  (state === 'pending' || state === 'unknown') && claimedReceipt !== null;

/** Callbacks that prove nothing say both, paid and refused: the partner is asked at once, and a person knows. */
const bothSaid = (operation: Operation, { partner }: Declined, around: Circumstances): Judgement => ({
  ...contradiction(operation, 'contradictory_news', 'a refusal of what a callback says is paid', around, {
    receipt: operation.claimedReceipt,
    partner,
  }),
  dueInMs: AT_ONCE_MS,
});

/** It changes nothing by itself: the partner is asked, by the identifier that it names where nothing else is known. */
function doubted(operation: Operation, news: News): Judgement {
  if (operation.state !== 'pending' && operation.state !== 'unknown')
    return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
  const why = news.isDoubtful
    ? 'a refusal from nowhere that is known: the partner is asked'
    : 'a refusal that names what is not known to be ours: the partner is asked';
  return noted(why, told(operation, news), AT_ONCE_MS);
}

/** A refusal that might have turned: certain once the partner says that it is final, or its time is over. */
function refusedAgain(operation: Operation, outcome: Declined, news: News, around: Circumstances): Judgement {
  if (operation.failure === null || (outcome.moneyMoved !== 'no' && !isWindowOver(operation, around)))
    return repeat(operation, news);
  const { reason, partner } = operation.failure;
  return {
    effect: 'noted',
    why: 'the refusal has not turned: no money moved',
    changes: { ...told(operation, news), failure: failure(reason, 'no', partner) },
    dueInMs: null,
  };
}

/** Does the partner answer us, about what was sent last? */
const isAnswer = (operation: Operation, news: News): boolean =>
  news.from !== 'callback' && !isOfAnother(operation, news);

/** Ended all the same, the claim would be there for ever, and nobody would ask about it. */
function claimDenied(
  operation: Operation,
  outcome: Declined,
  { from }: News,
  around: Circumstances,
): Judgement {
  const why = `a callback says paid and the ${from} says not`;
  const denied = contradiction(operation, 'contradictory_news', why, around, {
    claimedReceipt: operation.claimedReceipt,
    partner: outcome.partner,
  });
  // The claim itself is still to be asked about.
  return from === 'enquiry' || denied.dueInMs === undefined ? denied : { ...denied, dueInMs: AT_ONCE_MS };
}
