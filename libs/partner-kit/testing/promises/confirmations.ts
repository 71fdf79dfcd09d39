import { describe, expect } from '@jest/globals';
import { type EnquiryOutcome, type NeedsConfirmation, type Outcome } from '../../port/outcome.js';
import { type Mover, moversOf, newStory } from '../movers.js';
import { type Contract, given, promise } from '../promise.js';
import { NOWHERE } from '../stage.js';
import { type Story } from '../story.js';
import { ordersOf } from './movements.js';

const AN_HOUR_MS = 3_600_000;
const IMPATIENCE_MS = 1_000;

/** A partner that asks before it moves money: nothing moves without a yes, and once with it. */
export function describeConfirmations(contract: Contract): void {
  for (const mover of moversOf(contract).filter(({ asks }) => asks)) {
    describe(`a ${mover.kind} that has to be confirmed`, () => {
      describeYes(contract, mover);
      describeLate(contract, mover);
      describeUnheard(contract, mover);
    });
  }
}

const questionsOf = (mover: Mover) =>
  given(
    ordersOf(mover).questions,
    `orders.${mover.kind}.questions`,
    `the ${mover.capability} have confirm()`,
  );

const isQuestion = (outcome: Outcome): outcome is NeedsConfirmation => outcome.is === 'needsConfirmation';

function describeYes(contract: Contract, mover: Mover): void {
  const ask = {
    file: 'adapter',
    advice:
      'let each question be needsConfirmation with a reference to ask by, and confirm() go on to the next one',
  } as const;
  promise(contract, 'stops at each question, and moves once after the last yes', ask, async () => {
    const { partner } = contract.stage();
    const story = newStory(contract, mover, ordersOf(mover).paid);
    let outcome = await story.propose();
    for (const step of questionsOf(mover)) {
      expect(outcome).toMatchObject({ is: 'needsConfirmation', nextAction: { type: 'confirm', step } });
      holdOffer(story, outcome);
      expect(await partner.books()).toEqual([]);
      outcome = await story.confirm();
    }
    expect(isQuestion(outcome)).toBe(false);
    expect(await story.end()).toMatchObject({ is: 'succeeded' });
    expect(await partner.books()).toHaveLength(1);
  });

  const once = { file: 'adapter', advice: 'let a second yes to the same question change nothing' } as const;
  promise(contract, 'moves nothing more after a second yes', once, async () => {
    const { partner } = contract.stage();
    const story = newStory(contract, mover, ordersOf(mover).paid);
    await story.submit();
    await story.end();
    const second = await story.confirm(questionsOf(mover).at(-1));
    expect(['succeeded', 'pending', 'unknown']).toContain(second.is);
    expect(await partner.books()).toHaveLength(1);
  });
}

/** What is kept before the yes: by which name to ask afterwards, and until when the offer stands. */
function holdOffer({ submitted }: Story, outcome: Outcome): void {
  if (!isQuestion(outcome)) return;
  expect(submitted.partnerReference).not.toBeNull();
  expect(outcome.expiresAt.getTime()).toBeGreaterThan(Date.now());
  const { step, quote } = outcome.nextAction;
  if (step === 'quote') expect(quote).not.toBeNull();
}

function describeLate(contract: Contract, mover: Mover): void {
  const hint = { file: 'mapper', advice: 'believe nothing but the partner’s word that money moved' } as const;
  promise(contract, 'does not pretend that an offer which has run out was taken', hint, async () => {
    const { partner } = contract.stage();
    const story = newStory(contract, mover, ordersOf(mover).paid);
    await story.approach();
    await partner.advance(AN_HOUR_MS);
    expect(['declined', 'unknown', 'pending']).toContain((await story.confirm()).is);
    expect(await partner.books()).toEqual([]);
  });
}

/** Pending: where looking somebody up moves nothing, it is asked for once more; declined: no longer, and nothing moves. */
function holdUnheard(said: EnquiryOutcome): void {
  expect(['notFound', 'unknown', 'pending', 'declined']).toContain(said.is);
  if (said.is === 'declined') expect(said.moneyMoved).toBe('no');
}

function describeUnheard(contract: Contract, mover: Mover): void {
  const settle = {
    file: 'adapter',
    advice: `let ${mover.verb}() go through settle(): what it began has got no yes, so it never moves`,
  } as const;
  for (const fault of ['reset-after-acting', 'timeout-after-acting', 'error-5xx-after-acting', 'nonsense']) {
    promise(
      contract,
      `is unknown and moves nothing when its question is lost (${fault})`,
      settle,
      async () => {
        const { partner, mood } = contract.stage();
        const story = newStory(contract, mover, ordersOf(mover).paid);
        await partner.misbehave({ fault });
        if (fault.startsWith('timeout')) mood.patienceMs = IMPATIENCE_MS;
        expect(await story.propose()).toMatchObject({ is: 'unknown' });
        mood.patienceMs = null;
        await partner.misbehave();
        if (mover.enquires) holdUnheard(await story.ask());
        expect(await partner.books()).toEqual([]);
      },
    );
  }

  const notSent = {
    file: 'adapter',
    advice: 'a yes that never left us is notSent, and can be said again',
  } as const;
  promise(contract, 'waits for its yes as before when that did not leave us', notSent, async () => {
    const stage = contract.stage();
    const { partner } = stage;
    const story = newStory(contract, mover, ordersOf(mover).paid);
    await story.approach();
    const question = questionsOf(mover).at(-1);
    const away = mover.moves(stage.adapterAt(NOWHERE));
    expect(await story.confirm(question, away)).toMatchObject({ is: 'notSent' });
    expect(await partner.books()).toEqual([]);
    await story.confirm(question);
    expect(await story.end()).toMatchObject({ is: 'succeeded' });
    expect(await partner.books()).toHaveLength(1);
  });
}
