import { type OperationState } from '#domain';
import { type EnquiryOutcome } from '#partner-kit';
import { describe, expect, it } from '@jest/globals';
import { type Operation } from '../operation.js';
import { judge } from './judge.js';
import { around, news, operation, paid, refused } from './spec-support.js';
import { AT_ONCE_MS } from './timetable.js';

describe('a receipt that a callback claims', () => {
  const claimed = (state: OperationState, facts: Partial<Operation> = {}) =>
    operation(state, { claimedReceipt: 'UJC4K7W2QX', ...facts });
  const confirmed = news({ is: 'succeeded' }, 'enquiry');

  it('is asked about once, however many callbacks name it', () => {
    const judgement = judge(claimed('pending'), news(paid, 'callback', false), around);
    expect(judgement).toMatchObject({ effect: 'repeat' });
    expect(judgement.dueInMs).toBeUndefined();
  });

  it.each(['pending', 'unknown'] as const)(
    'is not overruled by a callback that refuses and proves as little (%s)',
    (state) => {
      const judgement = judge(claimed(state), news(refused, 'callback', false), around);
      expect(judgement).toMatchObject({
        effect: 'contradiction',
        dueInMs: AT_ONCE_MS,
        discrepancy: { kind: 'contradictory_news' },
      });
      expect(judgement.to).toBeUndefined();
    },
  );

  it.each(['cancellation', 'submission'] as const)(
    'is not given up where the answer to something else of ours refuses (%s): the partner is asked, and a person knows',
    (from) => {
      for (const state of ['pending', 'unknown'] as const) {
        const judgement = judge(claimed(state), { ...news(refused, from), attempt: 1 }, around);
        expect(judgement).toMatchObject({
          ...{ effect: 'contradiction', changes: {}, dueInMs: AT_ONCE_MS },
          discrepancy: { kind: 'contradictory_news', details: { claimedReceipt: 'UJC4K7W2QX' } },
        });
        expect(judgement.to).toBeUndefined();
      }
    },
  );

  it('goes on being asked about where what it is claimed for has ended, and somebody refuses once more', () => {
    const ended = claimed('failed', { hasDeadline: true });
    for (const from of ['callback', 'cancellation', 'submission'] as const) {
      const judgement = judge(ended, news(refused, from), around);
      expect(judgement.to).toBeUndefined();
      expect(judgement.dueInMs).toBeUndefined();
      expect(judgement.discrepancy?.kind).toBe(from === 'callback' ? undefined : 'contradictory_news');
    }
  });

  it('is not denied by the refusal of an attempt before the last', () => {
    for (const state of ['unknown', 'failed'] as const) {
      const again = claimed(state, { attempts: 2, hasDeadline: true });
      const judgement = judge(again, { ...news(refused, 'submission'), attempt: 1 }, around);
      expect(judgement).toMatchObject({ effect: 'repeat' });
      expect(judgement.dueInMs).toBeUndefined();
    }
  });

  it('is not taken for proven by an enquiry that does not name it', () => {
    const judgement = judge(claimed('pending'), confirmed, around);
    expect(judgement).toMatchObject({ to: 'succeeded', changes: { claimedReceipt: null } });
    expect(judgement.changes.receipt).toBeUndefined();
    expect(judgement.why).toContain('not the receipt');
  });

  it('is asked about once more where the partner was asked before it was claimed', () => {
    const early = { ...confirmed, claimAsked: null };
    const judgement = judge(claimed('pending'), early, around);
    expect(judgement).toMatchObject({ to: 'succeeded', dueInMs: AT_ONCE_MS });
    expect(judgement.changes.claimedReceipt).toBeUndefined();
    expect(judge(claimed('succeeded'), early, around)).toMatchObject({
      ...{ effect: 'noted', changes: {}, dueInMs: AT_ONCE_MS },
    });
    const asked = { ...confirmed, claimAsked: 'UJC4K7W2QX' };
    expect(judge(claimed('pending'), asked, around)).toMatchObject({
      changes: { claimedReceipt: null },
      dueInMs: null,
    });
  });

  it('is the one of money that came unasked', () => {
    const judgement = judge(claimed('pending', { kind: 'receipt' }), confirmed, around);
    expect(judgement).toMatchObject({ to: 'succeeded', changes: { receipt: 'UJC4K7W2QX' } });
  });

  it('is asked about also where the payment has succeeded without one', () => {
    const weak = news(paid, 'callback', false);
    expect(judge(operation('succeeded'), weak, around)).toMatchObject({
      effect: 'confirming',
      changes: { claimedReceipt: 'UJC4K7W2QX' },
      dueInMs: AT_ONCE_MS,
    });
    expect(judge(operation('succeeded', { receipt: 'UJC4K7W2QX' }), weak, around).effect).toBe('repeat');
  });

  it('is then asked about until an enquiry names it, or succeeds without', () => {
    const unknown: EnquiryOutcome = { is: 'unknown', cause: new Error('reset') };
    expect(judge(claimed('succeeded'), news(unknown, 'enquiry'), around).dueInMs).toBeGreaterThan(0);
    expect(judge(claimed('succeeded'), news(paid, 'enquiry'), around)).toMatchObject({
      effect: 'noted',
      changes: { receipt: 'UJC4K7W2QX', claimedReceipt: null },
      dueInMs: null,
    });
    const judgement = judge(claimed('succeeded'), confirmed, around);
    expect(judgement).toMatchObject({ effect: 'noted', changes: { claimedReceipt: null }, dueInMs: null });
    expect(judgement.changes.receipt).toBeUndefined();
  });
});

describe('a callback that says paid of what has ended, without a receipt', () => {
  const ended = operation('failed');
  const claimed = operation('failed', { hasDeadline: true });

  it('has the partner asked', () => {
    const weak = news({ is: 'succeeded' }, 'callback', false);
    expect(judge(ended, weak, around)).toMatchObject({ effect: 'confirming', dueInMs: AT_ONCE_MS });
  });

  it('is asked about until the partner can say', () => {
    for (const outcome of [
      { is: 'unknown', cause: new Error('reset') },
      { is: 'pending' },
      { is: 'notFound' },
      { is: 'answerFollows' },
      { is: 'notSent', cause: new Error('refused') },
    ] satisfies EnquiryOutcome[]) {
      expect(judge(claimed, news(outcome, 'enquiry'), around).dueInMs).toBeGreaterThan(0);
      expect(judge(ended, news(outcome, 'enquiry'), around).dueInMs).toBeNull();
    }
  });

  it('is a contradiction where the partner says no', () => {
    const judgement = judge(claimed, news(refused, 'enquiry'), around);
    expect(judgement.to).toBeUndefined();
    expect(judgement.discrepancy?.kind).toBe('contradictory_news');
    expect(judge(ended, news(refused, 'enquiry'), around).discrepancy).toBeUndefined();
  });

  it('is a correction where the partner says yes', () => {
    expect(judge(claimed, news({ is: 'succeeded' }, 'enquiry'), around)).toMatchObject({
      to: 'succeeded',
      discrepancy: { kind: 'late_success' },
    });
  });
});
