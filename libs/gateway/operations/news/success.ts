import { isTerminal } from '#domain';
import { type Succeeded } from '#partner-kit';
import { type Operation } from '../operation.js';
import { contradiction, repeat, told } from './findings.js';
import { type Circumstances, type Judgement, type News } from './news.js';

/** Money moved, says the partner. */
export function judgeSuccess(
  operation: Operation,
  outcome: Succeeded,
  news: News,
  around: Circumstances,
): Judgement {
  const receipt = outcome.receipt ?? operation.claimedReceipt ?? undefined;
  if (news.receiptOwner !== undefined) {
    return contradiction(
      operation,
      'contradictory_news',
      'its receipt belongs to another operation',
      around,
      {
        receipt: receipt ?? null,
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
    return repeat(operation, outcome, receipt);
  }
  if (
    operation.state === 'received' ||
    operation.state === 'awaiting_approval' ||
    operation.state === 'awaiting_confirmation'
  ) {
    if (operation.attempts === 0 || operation.state === 'awaiting_approval') {
      return contradiction(
        operation,
        'contradictory_news',
        'success of something that was never sent',
        around,
        {
          receipt: outcome.receipt ?? null,
        },
      );
    }
    // Taken for not sent, yet the partner has it: it must not be sent again. Found without a lease it becomes unknown.
    return {
      effect: 'wait',
      to: 'submitting',
      why: 'the partner has it although it was taken for not sent',
      changes: { claimedReceipt: outcome.receipt },
      dueInMs: 0,
    };
  }
  if (!news.conclusive) {
    if (operation.state === 'submitting')
      return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
    return {
      effect: 'confirming',
      why: 'good news of a callback, to be confirmed by an enquiry',
      changes: { ...told(operation, outcome), claimedReceipt: outcome.receipt ?? operation.claimedReceipt },
      dueInMs: 0,
    };
  }
  const late = isTerminal(operation.state);
  return {
    effect: 'moved',
    to: 'succeeded',
    why: late ? `money moved after all (${news.from}): a correction` : `the partner confirms (${news.from})`,
    changes: {
      ...told(operation, outcome),
      receipt,
      claimedReceipt: null,
      fee: outcome.fee,
      failure: null,
      nextAction: null,
    },
    dueInMs: null,
    ...(late ? { discrepancy: { kind: 'late_success', details: { was: operation.state } } } : {}),
  };
}
