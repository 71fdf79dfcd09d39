import { type EnquiryOutcome, type NeedsConfirmation, UnmappedAnswer } from '#partner-kit';
import { describe, expect, it } from '@jest/globals';
import { judge } from './judge.js';
import { around, news, NOW, operation, paid, refused } from './spec-support.js';
import { AT_ONCE_MS } from './timetable.js';

const asked = (step: 'party' | 'quote'): NeedsConfirmation => ({
  is: 'needsConfirmation',
  nextAction: { type: 'confirm', step, party: null, quote: null },
  expiresAt: new Date(NOW.getTime() + 60_000),
  memo: { step },
});
const asking = (step: 'party' | 'quote') => ({
  confirmedStep: step,
  nextAction: asked(step).nextAction,
});
const old: EnquiryOutcome[] = [
  { is: 'pending', memo: { step: 'old' }, awaits: 'old' },
  { is: 'unknown', cause: new Error('reset'), memo: { step: 'old' } },
  { is: 'answerFollows', memo: { step: 'old' } },
];

describe('a question that comes by a callback', () => {
  it('opens out of what is pending, and brings what is to be kept', () => {
    expect(judge(operation('pending'), news(asked('party')), around)).toMatchObject({
      effect: 'moved',
      to: 'awaiting_confirmation',
      changes: { confirmedStep: 'party', memo: { step: 'party' } },
      dueInMs: 0,
    });
  });

  it('may overtake the answer to the yes before it', () => {
    const sending = operation('submitting', { ...asking('party'), attempts: 2 });
    expect(judge(sending, news(asked('quote')), around)).toMatchObject({ to: 'awaiting_confirmation' });
  });

  it('gets one yes, however often it is asked', () => {
    const pending = operation('pending', asking('party'));
    expect(judge(pending, news(asked('party')), around)).toMatchObject({ effect: 'repeat' });
  });

  it.each([
    ['that proves nothing', news(asked('party'), 'callback', false)],
    ['from nowhere that is known', { ...news(asked('party')), isDoubtful: true }],
    ['that names what is not known to be ours', { ...news(asked('party')), isUnproven: true }],
  ])('%s is asked about, not answered', (_, heard) => {
    const judgement = judge(operation('pending'), heard, around);
    expect(judgement).toMatchObject({ effect: 'noted', changes: {} });
    expect(judgement.dueInMs).toBeLessThan(0);
    expect(judge(operation('submitting'), heard, around)).toMatchObject({ effect: 'wait' });
  });
});

describe('news of a step that lies behind', () => {
  it.each(old)('leaves an open question as it is ($is)', (outcome) => {
    const open = operation('awaiting_confirmation', { nextAction: asked('party').nextAction });
    expect(judge(open, news(outcome, 'enquiry'), around)).toMatchObject({ effect: 'repeat', changes: {} });
  });

  it.each(old)('does not end a yes that is on its way ($is)', (outcome) => {
    const sending = operation('submitting', { ...asking('party'), attempts: 2 });
    for (const heard of [news(outcome, 'enquiry'), { ...news(outcome, 'submission'), attempt: 1 }])
      expect(judge(sending, heard, around)).toMatchObject({ effect: 'repeat', changes: {} });
  });

  it('does not end what has been sent since, when it is a refusal', () => {
    const sending = operation('submitting', { ...asking('quote'), attempts: 3 });
    const refusal = news({ ...refused, moneyMoved: 'no' } as EnquiryOutcome, 'submission');
    const judgement = judge(sending, { ...refusal, attempt: 2 }, around);
    expect(judgement).toMatchObject({ effect: 'repeat' });
    expect(judgement.to).toBeUndefined();
    expect(judge(sending, { ...refusal, attempt: 3 }, around)).toMatchObject({ to: 'failed' });
  });

  it('does not hide the answer to the last attempt', () => {
    const sending = operation('submitting', { ...asking('party'), attempts: 2 });
    const answer = { ...news({ is: 'pending', memo: { step: 'party' } }, 'submission'), attempt: 2 };
    expect(judge(sending, answer, around)).toMatchObject({
      to: 'pending',
      changes: { memo: { step: 'party' } },
    });
  });

  it('does not hide that a callback makes no sense: it is read again, and somebody is told', () => {
    const strange: EnquiryOutcome = {
      is: 'unknown',
      cause: new UnmappedAnswer('a fulfilment that does not fit'),
    };
    const sending = operation('submitting', { ...asking('quote'), attempts: 3 });
    expect(judge(sending, news(strange, 'callback'), around)).toMatchObject({ effect: 'wait' });
    const discrepancy = { kind: 'unmapped_answer' };
    expect(judge(operation('pending', asking('quote')), news(strange, 'callback'), around)).toMatchObject({
      to: 'unknown',
      discrepancy,
    });
    expect(judge(operation('awaiting_confirmation'), news(strange, 'callback'), around)).toMatchObject({
      effect: 'repeat',
      discrepancy,
    });
  });
});

describe('an answer to a lookup that makes no sense', () => {
  const strange: EnquiryOutcome = { is: 'unknown', cause: new UnmappedAnswer('a stranger answers') };

  it('ends nothing: the partner is asked at once, and its own answer is awaited again', () => {
    expect(judge(operation('pending'), news(strange), around)).toMatchObject({
      to: 'unknown',
      dueInMs: AT_ONCE_MS,
      discrepancy: { kind: 'unmapped_answer' },
    });
    const asked = news({ is: 'pending', awaits: 'parties/ALIAS/awa' }, 'enquiry');
    expect(judge(operation('unknown'), asked, around)).toMatchObject({
      to: 'pending',
      changes: { awaits: 'parties/ALIAS/awa' },
    });
  });
});

describe('success of what waits for a yes', () => {
  const open = { nextAction: asked('quote').nextAction, attempts: 2 };

  it('is a contradiction where a callback tells of it and nobody has said yes: nothing has left us', () => {
    const judgement = judge(operation('awaiting_confirmation', open), news(paid), around);
    expect(judgement).toMatchObject({
      effect: 'contradiction',
      changes: {},
      discrepancy: { kind: 'contradictory_news', details: { receipt: 'UJC4K7W2QX' } },
    });
    expect(judgement.to).toBeUndefined();
  });

  it.each(['enquiry', 'submission', 'cancellation'] as const)(
    'is asked about where an answer to us tells of it (%s): a partner may have said yes itself',
    (from) => {
      const judgement = judge(operation('awaiting_confirmation', open), news(paid, from), around);
      expect(judgement).toMatchObject({ effect: 'wait', to: 'submitting', dueInMs: AT_ONCE_MS });
    },
  );

  it('stops a yes that was taken for not sent', () => {
    const answered = operation('awaiting_confirmation', { ...open, confirmedStep: 'quote' });
    expect(judge(answered, news(paid), around)).toMatchObject({ effect: 'wait', to: 'submitting' });
  });
});
