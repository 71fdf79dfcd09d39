import { isTerminal } from '#domain';
import { type Succeeded } from '#partner-kit';
import { type Operation } from '../operation.js';
import { contradiction, isUncertain, repeat, told } from './findings.js';
import { type Circumstances, type Judgement, type News } from './news.js';
import { isUnanswered } from './question.js';
import { AT_ONCE_MS } from './timetable.js';

/** Money moved, says the partner. */
export function judgeSuccess(
  operation: Operation,
  outcome: Succeeded,
  news: News,
  around: Circumstances,
): Judgement {
  if (news.receiptOwner !== undefined) {
    return contradiction(
      operation,
      'contradictory_news',
      'its receipt belongs to another operation',
      around,
      {
        receipt: outcome.receipt ?? operation.claimedReceipt,
        operation: news.receiptOwner,
      },
    );
  }
  if (news.amount && !news.amount.equals(operation.amount)) {
    return contradiction(
      operation,
      'amount_mismatch',
      'the partner names another amount than was asked for',
      around,
      {
        asked: operation.amount.toJSON(),
        told: news.amount.toJSON(),
        receipt: outcome.receipt ?? null,
      },
    );
  }
  if (operation.state === 'succeeded') {
    if (operation.receipt && outcome.receipt && operation.receipt !== outcome.receipt) {
      return contradiction(
        operation,
        'contradictory_news',
        'a second receipt for an operation that has one',
        around,
        {
          receipt: outcome.receipt,
        },
      );
    }
    return judgeReceipt(operation, outcome, news);
  }
  if (
    operation.state === 'received' ||
    operation.state === 'awaiting_approval' ||
    operation.state === 'awaiting_confirmation'
  ) {
    const details = { receipt: outcome.receipt ?? null };
    if (operation.attempts === 0 || operation.state === 'awaiting_approval') {
      const why = 'success of something that was never sent';
      return contradiction(operation, 'contradictory_news', why, around, details);
    }
    // Who names the price may hold the proof before anything is sent. What was paid behind our back, an answer to us tells.
    if (isUnanswered(operation) && news.from === 'callback') {
      const why = 'success of something that has got no yes';
      return contradiction(operation, 'contradictory_news', why, around, details);
    }
    // Taken for not sent, yet the partner has it: it must not be sent again. Found without a lease it becomes unknown.
    return {
      effect: 'wait',
      to: 'submitting',
      why: 'the partner has it although it was taken for not sent',
      changes: { claimedReceipt: outcome.receipt },
      dueInMs: AT_ONCE_MS,
    };
  }
  if (!news.conclusive) {
    if (operation.state === 'submitting')
      return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
    if (outcome.receipt !== undefined && outcome.receipt === operation.claimedReceipt) {
      return { effect: 'repeat', why: 'claimed already', changes: told(operation, news) };
    }
    return {
      effect: 'confirming',
      why: 'good news of a callback, to be confirmed by an enquiry',
      changes: { ...told(operation, news), claimedReceipt: outcome.receipt ?? operation.claimedReceipt },
      dueInMs: AT_ONCE_MS,
      ...silentClaim(operation, outcome),
    };
  }
  const late = isTerminal(operation.state);
  // What was announced and refused: nobody is credited, and it is not ours to keep.
  const isAnnounced = operation.kind === 'receipt' && operation.partnerReference !== null;
  const isPassedOn = isAnnounced || (operation.kind === 'payment' && around.paysInto);
  if (late && isPassedOn)
    return contradiction(operation, 'committed_not_credited', 'settled after it was refused', around, {
      reference: operation.partnerReference,
    });
  const receipt = provenReceipt(operation, outcome);
  const isUnproven = receipt === undefined && operation.claimedReceipt !== null;
  const isAskedAgain = isUnproven && isNewerClaim(operation, news);
  const proof = isUnproven ? `${news.from}, but not the receipt that was claimed` : news.from;
  return {
    effect: 'moved',
    to: 'succeeded',
    why: late ? `money moved after all (${proof}): a correction` : `the partner confirms (${proof})`,
    changes: {
      ...told(operation, news),
      receipt,
      claimedReceipt: isAskedAgain ? undefined : null,
      fee: outcome.fee,
      failure: null,
      nextAction: null,
    },
    dueInMs: isAskedAgain ? AT_ONCE_MS : null,
    ...(late ? { discrepancy: { kind: 'late_success', details: { was: operation.state } } } : {}),
  };
}

/** Nothing keeps a claim without a receipt of what is asked about anyway: whatever the answer, the partner has said both. */
function silentClaim(operation: Operation, { receipt }: Succeeded): Pick<Judgement, 'discrepancy'> {
  if (!isUncertain(operation) || receipt !== undefined || operation.claimedReceipt !== null) return {};
  const why = 'a callback says paid, without a receipt, of what was refused';
  return { discrepancy: { kind: 'contradictory_news', details: { why, state: operation.state } } };
}

/** Claimed since the partner was asked: an answer that does not name it says nothing against it. */
const isNewerClaim = ({ claimedReceipt }: Operation, { claimAsked }: News): boolean =>
  claimAsked !== undefined && claimAsked !== claimedReceipt;

/** A claim is proven by being named. Money that came unasked was asked about by its receipt, and is the same as that. */
const provenReceipt = ({ kind, claimedReceipt }: Operation, { receipt }: Succeeded): string | undefined =>
  receipt ?? (kind === 'receipt' ? (claimedReceipt ?? undefined) : undefined);

/** Of what has succeeded: at most its receipt is new. */
function judgeReceipt(operation: Operation, outcome: Succeeded, news: News): Judgement {
  const { receipt, claimedReceipt } = operation;
  if (receipt !== null) return repeat(operation, news);
  if (!news.conclusive) {
    if (outcome.receipt === undefined || outcome.receipt === claimedReceipt) return repeat(operation, news);
    return {
      effect: 'confirming',
      why: 'a receipt that a callback names, to be confirmed by an enquiry',
      changes: { claimedReceipt: outcome.receipt },
      dueInMs: AT_ONCE_MS,
    };
  }
  if (claimedReceipt === null) return repeat(operation, news, outcome.receipt);
  if (outcome.receipt === undefined && isNewerClaim(operation, news))
    return { effect: 'noted', why: 'asked before its receipt was claimed', changes: {}, dueInMs: AT_ONCE_MS };
  return {
    effect: 'noted',
    why: outcome.receipt === undefined ? 'its receipt is not proven' : 'its receipt',
    changes: { ...told(operation, news), receipt: outcome.receipt, claimedReceipt: null },
    dueInMs: null,
  };
}
