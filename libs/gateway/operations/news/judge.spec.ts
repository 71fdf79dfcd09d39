import { failure, isTerminal, Money, NEXT_STATES, OPERATION_STATES } from '#domain';
import { type EnquiryOutcome, UnmappedAnswer } from '#partner-kit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Operation } from '../operation.js';
import { judge } from './judge.js';
import { type News } from './news.js';
import { around, news, NOW, operation, paid, refused, word } from './spec-support.js';
import { AT_ONCE_MS } from './timetable.js';
import { nextEnquiryInMs } from './timetable.js';

describe('the judgement of news', () => {
  it('takes proof of payment in every state that was sent', () => {
    for (const state of ['submitting', 'pending', 'unknown', 'failed', 'cancelled', 'expired'] as const) {
      expect(judge(operation(state), news(paid), around)).toMatchObject({
        to: 'succeeded',
        changes: { receipt: 'UJC4K7W2QX', failure: null },
      });
    }
  });

  it('tells money that moved after the end as a correction that finance sees', () => {
    expect(judge(operation('failed'), news(paid), around).discrepancy?.kind).toBe('late_success');
    expect(judge(operation('pending'), news(paid), around).discrepancy).toBeUndefined();
  });

  it('takes no late success of what had to be credited before, and somebody is told', () => {
    const passedOn = { ...around, paysInto: true };
    const judgement = judge(operation('expired'), news(paid), passedOn);
    expect(judgement.to).toBeUndefined();
    expect(judgement.discrepancy?.kind).toBe('committed_not_credited');
    expect(judge(operation('pending'), news(paid), passedOn)).toMatchObject({ to: 'succeeded' });
    expect(judge(operation('failed', { kind: 'transfer' }), news(paid), passedOn).to).toBe('succeeded');
  });

  it('never takes success back: a later refusal is a contradiction', () => {
    const judgement = judge(operation('succeeded', { receipt: 'R' }), news(refused), around);
    expect(judgement.to).toBeUndefined();
    expect(judgement.discrepancy?.kind).toBe('contradictory_news');
  });

  it('changes nothing when the same news comes twice', () => {
    const judgement = judge(operation('succeeded', { receipt: 'UJC4K7W2QX' }), news(paid), around);
    expect(judgement).toMatchObject({ effect: 'repeat' });
    expect(judgement.to).toBeUndefined();
    expect(judgement.discrepancy).toBeUndefined();
  });

  it('opens a discrepancy for a second receipt of the same operation', () => {
    const judgement = judge(operation('succeeded', { receipt: 'OTHER' }), news(paid), around);
    expect(judgement.discrepancy?.kind).toBe('contradictory_news');
  });

  it('has good news of weak authentication confirmed first', () => {
    const judgement = judge(operation('pending'), news(paid, 'callback', false), around);
    expect(judgement).toMatchObject({
      effect: 'confirming',
      dueInMs: AT_ONCE_MS,
      changes: { claimedReceipt: 'UJC4K7W2QX' },
    });
    expect(judgement.to).toBeUndefined();
  });

  it('lets weak good news wait while the answer of the submission is awaited', () => {
    expect(judge(operation('submitting'), news(paid, 'callback', false), around).effect).toBe('wait');
  });

  it('leaves it to a person when a callback says paid and the enquiry says not', () => {
    const claimed = operation('pending', { claimedReceipt: 'UJC4K7W2QX' });
    const judgement = judge(claimed, news(refused, 'enquiry'), around);
    expect(judgement.to).toBeUndefined();
    expect(judgement.discrepancy?.kind).toBe('contradictory_news');
  });

  it('refuses a payment of another amount', () => {
    const judgement = judge(operation('pending'), { ...news(paid), amount: Money.parse('1', 'KES') }, around);
    expect(judgement.to).toBeUndefined();
    expect(judgement.discrepancy?.kind).toBe('amount_mismatch');
  });

  it('keeps the partner’s word and whether money may have moved with a failure', () => {
    expect(judge(operation('pending'), news(refused), around).changes.failure).toEqual({
      reason: 'payer_cancelled',
      retryable: false,
      moneyMoved: 'unknown',
      partner: word,
    });
  });

  it('says unknown, never failed, when no usable answer came', () => {
    const judgement = judge(
      operation('submitting'),
      news({ is: 'unknown', cause: new Error('reset') }, 'submission'),
      around,
    );
    expect(judgement.to).toBe('unknown');
  });

  it('raises an alert for an answer that no table knows', () => {
    const cause = new UnmappedAnswer('code 4711');
    const judgement = judge(operation('submitting'), news({ is: 'unknown', cause }, 'submission'), around);
    expect(judgement.discrepancy?.kind).toBe('unmapped_answer');
  });

  it('sends again what never left, until its time is over', () => {
    const notSent: EnquiryOutcome = { is: 'notSent', cause: new Error('refused') };
    expect(judge(operation('submitting'), news(notSent, 'submission'), around).to).toBe('received');
    const old = operation('submitting', { createdAt: new Date(NOW.getTime() - 600_000) });
    expect(judge(old, news(notSent, 'submission'), around)).toMatchObject({
      to: 'failed',
      changes: { failure: { reason: 'partner_unavailable', moneyMoved: 'no' } },
    });
  });

  it.each([
    ['did not leave us', { is: 'notSent', cause: new Error('too late') }],
    ['had no usable answer', { is: 'unknown', cause: new Error('reset') }],
  ] as const)('takes no lease from what has been sent since, where an earlier attempt %s', (_, outcome) => {
    const says = (attempt: number): News => ({ ...news(outcome, 'submission'), attempt });
    for (const state of ['submitting', 'unknown', 'pending'] as const) {
      const judgement = judge(operation(state, { attempts: 2, notFound: 0 }), says(1), around);
      expect(judgement).toMatchObject({ effect: 'repeat', changes: {} });
      expect([judgement.to, judgement.dueInMs]).toEqual([undefined, undefined]);
    }
    expect(judge(operation('unknown', { attempts: 2 }), says(2), around).dueInMs).toBeGreaterThan(0);
  });

  it('never sends again what the partner turns out to have', () => {
    const judgement = judge(operation('received', { attempts: 1 }), news(paid), around);
    expect(judgement).toMatchObject({ to: 'submitting', effect: 'wait' });
  });

  describe('"not found"', () => {
    const notFound = (enquiry: number): News => ({ ...news({ is: 'notFound' }, 'enquiry'), enquiry });

    it('says nothing before the visibility delay', () => {
      const young = operation('unknown', { submittedAt: new Date(NOW.getTime() - 5_000) });
      const judgement = judge(young, notFound(1), around);
      expect(judgement.changes.notFound).toBeUndefined();
      expect(judgement.dueInMs).toBeGreaterThan(14_000);
    });

    it('says nothing where it was asked for before, however late it comes', () => {
      const asked = operation('unknown', { submittedAt: new Date(NOW.getTime() - 25_000), notFound: 1 });
      const askedAt = new Date(NOW.getTime() - 10_000);
      const judgement = judge(asked, { ...notFound(2), askedAt }, around);
      expect(judgement).toMatchObject({ effect: 'noted', changes: {}, dueInMs: 1_000 });
    });

    it('counts only when a second enquiry says so', () => {
      expect(judge(operation('unknown'), notFound(1), around)).toMatchObject({
        effect: 'noted',
        changes: { notFound: 1 },
      });
      expect(judge(operation('unknown', { notFound: 1 }), notFound(2), around)).toMatchObject({
        to: 'failed',
        changes: { failure: { moneyMoved: 'no' } },
      });
    });

    it('counts once however often the answer to one enquiry comes', () => {
      const judgement = judge(operation('unknown', { notFound: 1 }), notFound(1), around);
      expect(judgement).toMatchObject({ effect: 'repeat' });
      expect(judgement.to).toBeUndefined();
    });

    it('does not count where it cannot be said which enquiry it answers', () => {
      const judgement = judge(
        operation('unknown', { notFound: 1, enquiries: 2 }),
        news({ is: 'notFound' }, 'enquiry'),
        around,
      );
      expect(judgement).toMatchObject({ effect: 'repeat', changes: {} });
      expect(judgement.to).toBeUndefined();
    });

    it('leads to the same order again where the partner deduplicates', () => {
      const safe = { ...around, resubmissionIsSafe: true };
      expect(judge(operation('unknown', { notFound: 1 }), notFound(2), safe).effect).toBe('resend');
    });

    it('leads to nothing new once the order’s time is over', () => {
      const safe = { ...around, resubmissionIsSafe: true };
      const old = { notFound: 1, createdAt: new Date(NOW.getTime() - around.submitForMs) };
      expect(judge(operation('unknown', old), notFound(2), safe)).toMatchObject({
        to: 'failed',
        changes: { failure: { reason: 'partner_unavailable', moneyMoved: 'no' } },
      });
    });

    it.each(['callback', 'cancellation'] as const)(
      'is no answer to an enquiry where it comes by itself (%s): it counts nothing, and hurries nobody',
      (from) => {
        const safe = { ...around, resubmissionIsSafe: true };
        for (const state of ['pending', 'unknown'] as const)
          for (const denied of [0, 1]) {
            const told = operation(state, { notFound: denied, enquiries: 2 });
            const judgement = judge(told, news({ is: 'notFound', reference: 'AG_1' }, from), safe);
            expect(judgement).toMatchObject({ effect: 'noted', changes: {} });
            expect([judgement.to, judgement.dueInMs]).toEqual([undefined, undefined]);
          }
      },
    );

    it('is no answer to the submission that is under way, and takes no lease from it', () => {
      const judgement = judge(operation('submitting'), news({ is: 'notFound' }), around);
      expect(judgement).toMatchObject({ effect: 'wait', changes: {} });
      expect(judgement.dueInMs).toBeUndefined();
    });

    it('does not put off the enquiry about a claim where nobody asked for it', () => {
      for (const state of ['failed', 'succeeded'] as const) {
        const claimed = operation(state, { claimedReceipt: 'UJC4K7W2QX', hasDeadline: true });
        const judgement = judge(claimed, news({ is: 'notFound', reference: 'AG_1' }), around);
        expect(judgement).toMatchObject({ effect: 'repeat', changes: {} });
        expect(judgement.dueInMs).toBeUndefined();
      }
    });

    it('never outweighs the partner’s own acknowledgement', () => {
      const acknowledged = operation('unknown', { notFound: 1, partnerReference: 'AG_1' });
      const judgement = judge(acknowledged, notFound(2), { ...around, resubmissionIsSafe: true });
      expect(judgement).toMatchObject({ effect: 'noted' });
    });
  });

  it('never lets one receipt pay for two operations', () => {
    const judgement = judge(operation('pending'), { ...news(paid), receiptOwner: 'another' }, around);
    expect(judgement.to).toBeUndefined();
    expect(judgement.discrepancy).toMatchObject({
      kind: 'contradictory_news',
      details: { operation: 'another' },
    });
  });

  it('asks the partner about a refusal that comes from an unknown address', () => {
    const judgement = judge(operation('pending'), { ...news(refused), isDoubtful: true }, around);
    expect(judgement).toMatchObject({ effect: 'noted', dueInMs: AT_ONCE_MS });
    expect(judgement.to).toBeUndefined();
  });

  describe('what proves nothing', () => {
    const names = { reference: 'ws_1', references: ['m-1'], memo: { step: 'made up' }, awaits: 'parties/1' };
    const ofAll: EnquiryOutcome[] = [
      paid,
      refused,
      { is: 'pending' },
      { is: 'unknown', cause: new Error('reset') },
      { is: 'answerFollows' },
    ];

    it('teaches no names: what it calls the operation is there to ask by, at most', () => {
      for (const state of OPERATION_STATES)
        for (const outcome of ofAll)
          for (const doubt of [{ isDoubtful: true }, { isUnproven: true }]) {
            const heard = { ...news({ ...outcome, ...names }, 'callback', false), ...doubt };
            const { changes } = judge(operation(state), heard, around);
            expect(changes.partnerReference ?? changes.memo ?? changes.awaits).toBeUndefined();
            expect([undefined, ['ws_1', 'm-1']]).toContainEqual(changes.claimedNames);
          }
    });

    it('is asked about by what it names, where nothing else is known', () => {
      const told = { ...refused, ...names };
      const heard = { ...news(told, 'callback', false), isUnproven: true };
      const claimOf = (facts: Partial<Operation>) =>
        judge(operation('unknown', facts), heard, around).changes.claimedNames;
      expect(claimOf({})).toEqual(['ws_1', 'm-1']);
      expect(claimOf({ claimedNames: ['ws_0'] })).toEqual(['ws_1', 'm-1']);
      expect(claimOf({ claimedNames: ['ws_1', 'm-1'] })).toBeUndefined();
      expect(claimOf({ partnerReference: 'ws_2' })).toBeUndefined();
    });

    it('counts nothing as not found that may be made up', () => {
      const claimed = operation('unknown', { notFound: 1, claimedNames: ['ws_1'] });
      const judgement = judge(claimed, { ...news({ is: 'notFound' }, 'enquiry'), enquiry: 2 }, around);
      expect(judgement).toMatchObject({ effect: 'noted' });
      expect(judgement.to).toBeUndefined();
    });

    it('is not what is signed and says paid, wherever it comes from: that names the operation', () => {
      const signed = { ...news({ ...paid, reference: 'ws_1' }), isDoubtful: true };
      expect(judge(operation('unknown'), signed, around)).toMatchObject({
        to: 'succeeded',
        changes: { partnerReference: 'ws_1' },
      });
    });
  });

  it('looks no more at what has ended, unless somebody claims that it was paid', () => {
    const unknown: EnquiryOutcome = { is: 'unknown', cause: new Error('reset') };
    for (const outcome of [unknown, { is: 'notFound' }, { is: 'answerFollows' }] as EnquiryOutcome[]) {
      expect(judge(operation('failed'), news(outcome, 'enquiry'), around).dueInMs).toBeNull();
      const claimed = operation('failed', { claimedReceipt: 'R1' });
      expect(judge(claimed, news(outcome, 'enquiry'), around).dueInMs).toBeGreaterThan(0);
    }
  });

  it('only ever asks for legal transitions, and never leaves success', () => {
    const outcomes: EnquiryOutcome[] = [
      paid,
      refused,
      { is: 'declined', reason: 'expired', partner: word, moneyMoved: 'no' },
      { is: 'pending', reference: 'ws_1' },
      {
        is: 'needsConfirmation',
        nextAction: {
          type: 'confirm',
          step: 'party',
          party: { name: 'Awa', institution: 'dfsp' },
          quote: null,
        },
        expiresAt: new Date(),
      },
      { is: 'notSent', cause: new Error('refused') },
      { is: 'unknown', cause: new Error('reset') },
      { is: 'notFound' },
      { is: 'answerFollows' },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...OPERATION_STATES),
        fc.constantFrom(...outcomes),
        fc.constantFrom('submission', 'enquiry', 'callback', 'cancellation'),
        fc.boolean(),
        fc.record({
          attempts: fc.integer({ min: 0, max: 3 }),
          notFound: fc.integer({ min: 0, max: 2 }),
          claimedReceipt: fc.constantFrom(null, 'R1'),
          partnerReference: fc.constantFrom(null, 'P1'),
          failure: fc.constantFrom(null, failure('payer_timeout', 'unknown'), failure('payer_timeout', 'no')),
          hasDeadline: fc.boolean(),
        }),
        (state, outcome, from, conclusive, facts) => {
          const seen = operation(state, facts);
          const judgement = judge(seen, { outcome, from: from, conclusive }, around);
          const { to } = judgement;
          // Nobody moves money, or says that none moved, by repeating a refusal of what is claimed to be paid.
          if (seen.claimedReceipt && isTerminal(state) && outcome.is === 'declined')
            expect(judgement.changes.failure).toBeUndefined();
          if (to !== undefined) expect(NEXT_STATES[state]).toContain(to);
          if (isTerminal(state) && to !== undefined) expect(to).toBe('succeeded');
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe('the timetable of enquiries', () => {
  it('goes step by step and then repeats its last gap', () => {
    expect(nextEnquiryInMs([30_000, 60_000, 120_000], 0)).toBe(30_000);
    expect(nextEnquiryInMs([30_000, 60_000, 120_000], 45_000)).toBe(15_000);
    expect(nextEnquiryInMs([30_000, 60_000, 120_000], 500_000)).toBe(60_000);
  });
});
