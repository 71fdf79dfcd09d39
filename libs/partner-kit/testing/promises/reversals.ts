import { describe, expect } from '@jest/globals';
import { type PartnerAdapter } from '../../port/adapter.js';
import { type Reversals } from '../../port/capabilities.js';
import { type SubmittedOrder } from '../../port/order.js';
import { type Mover, moversOf, newStory } from '../movers.js';
import { type Contract, promise } from '../promise.js';
import { orderOf } from '../stage.js';
import { type Moves, nobodyToAsk, Story } from '../story.js';
import { amountOf, ordersOf } from './movements.js';

/** Money given back: whole, once, and seen in the books. */
export function describeReversals(contract: Contract): void {
  const { reversals } = contract.adapter;
  if (!reversals) return;
  for (const mover of moversOf(contract)) {
    if (reversals.reversible[mover.kind] === undefined) continue;
    describe(`the reversal of a ${mover.kind}`, () => {
      describeReversal(contract, reversals, mover);
    });
  }
}

function describeReversal(contract: Contract, reversals: Reversals, mover: Mover): void {
  const hint = { file: 'adapter', advice: `let reverse() give a whole ${mover.kind} back` } as const;
  promise(contract, 'gives everything back, once', hint, async () => {
    const { partner, adapter } = contract.stage();
    const original = await succeededOrder(contract, mover);
    const story = reversalOf(contract, original, movesOf(adapter, reversals, original));
    await story.submit();
    expect(await story.end()).toMatchObject({ is: 'succeeded' });
    if (reversals.resubmissionIsSafe(story.order)) await story.submit();
    const entries = await partner.books();
    const given = entries.filter(({ kind }) => kind === 'reversal');
    expect(given.map(amountOf)).toEqual([original.amount]);
    expect(entries.filter(({ kind }) => kind === mover.kind)).toMatchObject([{ state: 'reversed' }]);
  });

  const settle = { file: 'adapter', advice: 'let reverse() go through settle()' } as const;
  promise(contract, 'is unknown when the partner hangs up after reading it', settle, async () => {
    const { partner, adapter } = contract.stage();
    const original = await succeededOrder(contract, mover);
    const story = reversalOf(contract, original, movesOf(adapter, reversals, original));
    await partner.misbehave({ fault: 'reset' });
    expect(await story.submit()).toMatchObject({ is: 'unknown' });
  });
}

async function succeededOrder(contract: Contract, mover: Mover): Promise<SubmittedOrder> {
  const story = newStory(contract, mover, ordersOf(mover).paid);
  await story.submit();
  expect(await story.end()).toMatchObject({ is: 'succeeded' });
  return story.submitted;
}

function movesOf(adapter: PartnerAdapter, usual: Reversals, original: SubmittedOrder): Moves {
  const { reversals = usual } = adapter;
  return {
    submit: (order) => reversals.reverse(order, original),
    enquire: reversals.enquire && ((order) => reversals.enquire?.(order, original) ?? nobodyToAsk()),
  };
}

function reversalOf(contract: Contract, { amount, payer, payee }: SubmittedOrder, moves: Moves): Story {
  const order = orderOf('reversal', { amount, payer: payee, payee: payer });
  return new Story(contract.stage(), order, moves);
}
