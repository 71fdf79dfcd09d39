import { failure, isTerminal } from '#domain';
import { type EnquiryOutcome } from '#partner-kit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Operation } from '../operation.js';
import { judge } from './judge.js';
import { around, news, NOW, operation, paid, refused, word } from './spec-support.js';
import { AT_ONCE_MS } from './timetable.js';

const HOUR = 3_600_000;
const soft = failure('payer_timeout', 'unknown', word);
const aged = (ageMs: number, facts: Partial<Operation> = {}): Operation =>
  operation('failed', {
    failure: soft,
    hasDeadline: true,
    submittedAt: new Date(NOW.getTime() - ageMs),
    ...facts,
  });
const hard: EnquiryOutcome = {
  is: 'declined',
  reason: 'insufficient_funds',
  partner: word,
  moneyMoved: 'no',
};
const silent: readonly EnquiryOutcome[] = [
  { is: 'unknown', cause: new Error('reset') },
  { is: 'notSent', cause: new Error('refused') },
  { is: 'notFound' },
  { is: 'answerFollows' },
  { is: 'pending' },
  {
    is: 'needsConfirmation',
    nextAction: { type: 'confirm', step: 'party', party: { name: 'Awa', institution: 'dfsp' }, quote: null },
    expiresAt: new Date(),
  },
];

describe('a refusal that this partner has been seen to pay after', () => {
  it('ends the operation, which is asked about all the same, and not to be asked for anew', () => {
    expect(judge(operation('pending'), news(refused), around)).toMatchObject({
      to: 'failed',
      changes: { failure: { retryable: false, moneyMoved: 'unknown' } },
      dueInMs: 40_000,
    });
    expect(judge(operation('pending'), news(hard), around)).toMatchObject({
      changes: { failure: { retryable: true, moneyMoved: 'no' } },
      dueInMs: null,
    });
  });

  it('is asked about ever more rarely, and once more when its time is over', () => {
    const dueAt = (ageMs: number) => judge(aged(ageMs), news(refused, 'enquiry'), around).dueInMs;
    expect(dueAt(60_000)).toBe(60_000);
    expect(dueAt(6 * HOUR)).toBe(6 * HOUR);
    expect(dueAt(20 * HOUR)).toBe(4 * HOUR + 1_000);
  });

  it('is no contradiction when it is repeated', () => {
    const again = judge(aged(60_000), news(refused, 'enquiry'), around);
    expect(again.discrepancy).toBeUndefined();
    expect(again.changes.failure).toBeUndefined();
  });

  it('is certain once an enquiry repeats it after its time', () => {
    expect(judge(aged(24 * HOUR), news(refused, 'enquiry'), around)).toMatchObject({
      effect: 'noted',
      changes: { failure: { reason: 'payer_timeout', moneyMoved: 'no', retryable: true, partner: word } },
      dueInMs: null,
    });
  });

  it('is certain as soon as an enquiry says that it is final', () => {
    const judgement = judge(aged(60_000), news(hard, 'enquiry'), around);
    expect(judgement).toMatchObject({ changes: { failure: { moneyMoved: 'no' } }, dueInMs: null });
  });

  it('is not made certain by a callback, which changes nothing about the enquiries', () => {
    for (const outcome of [refused, hard, ...silent]) {
      const judgement = judge(aged(24 * HOUR), news(outcome), around);
      expect(judgement.changes.failure).toBeUndefined();
      expect(judgement.dueInMs).toBeUndefined();
    }
  });

  it('is asked about on and on while no answer tells anything', () => {
    for (const outcome of silent) {
      expect(judge(aged(HOUR), news(outcome, 'enquiry'), around).dueInMs).toBe(HOUR);
      // It is about to be flagged: soon again, for the last word.
      expect(judge(aged(25 * HOUR), news(outcome, 'enquiry'), around).dueInMs).toBe(60_000);
      const flagged = aged(25 * HOUR, { hasDeadline: false });
      expect(judge(flagged, news(outcome, 'enquiry'), around).dueInMs).toBe(25 * HOUR);
    }
  });

  it('turns when the payment is proven', () => {
    expect(judge(aged(HOUR), news(paid, 'enquiry'), around)).toMatchObject({
      to: 'succeeded',
      changes: { failure: null },
      discrepancy: { kind: 'late_success' },
    });
  });

  it('is left to a person where a callback claims a receipt and the enquiry denies it', () => {
    const claimed = aged(HOUR, { claimedReceipt: 'UJC4K7W2QX' });
    const judgement = judge(claimed, news(refused, 'enquiry'), around);
    expect(judgement.discrepancy?.kind).toBe('contradictory_news');
    expect(judgement.changes.failure).toBeUndefined();
  });

  it('and a callback that says paid without a receipt are a contradiction, whatever the enquiry says', () => {
    const judgement = judge(aged(HOUR), news({ is: 'succeeded' }, 'callback', false), around);
    expect(judgement).toMatchObject({
      effect: 'confirming',
      dueInMs: AT_ONCE_MS,
      discrepancy: { kind: 'contradictory_news' },
    });
    expect(judge(aged(HOUR), news(paid, 'callback', false), around).discrepancy).toBeUndefined();
  });

  it('never falls silent while it is uncertain: it is asked about, certain, or a person is told', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('failed', 'cancelled', 'expired'),
        fc.constantFrom(paid, { is: 'succeeded' } as EnquiryOutcome, refused, hard, ...silent),
        fc.record({
          attempts: fc.integer({ min: 0, max: 3 }),
          notFound: fc.integer({ min: 0, max: 2 }),
          claimedReceipt: fc.constantFrom(null, 'UJC4K7W2QX', 'UJC4K7W2QY'),
          hasDeadline: fc.boolean(),
        }),
        fc.integer({ min: 0, max: 30 * HOUR }),
        fc.constantFrom(undefined, 'another'),
        (state, outcome, facts, ageMs, receiptOwner) => {
          const seen = { ...aged(ageMs, facts), state };
          const judgement = judge(seen, { ...news(outcome, 'enquiry'), receiptOwner }, around);
          const isCertain = judgement.changes.failure?.moneyMoved === 'no';
          const isSilent = judgement.dueInMs === null || judgement.dueInMs === undefined;
          if (judgement.to === undefined && isSilent && !isCertain && seen.claimedReceipt === null)
            expect(judgement.effect).toBe('contradiction');
          if (judgement.to !== undefined) expect(judgement.to).toBe('succeeded');
          if (isCertain) expect(isTerminal(seen.state) && seen.claimedReceipt === null).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
