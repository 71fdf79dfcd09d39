import { describe, expect } from '@jest/globals';
import { Money } from '#domain';
import { OrderRefused } from '../../port/errors.js';
import { type Mover, moversOf, newStory } from '../movers.js';
import { type BookEntry } from '../partner-under-test.js';
import { type Contract, given, promise } from '../promise.js';
import { orderOf } from '../stage.js';

/** Orders in good weather: they end, and the partner's books agree. */
export function describeMovements(contract: Contract): void {
  for (const mover of moversOf(contract)) {
    describe(`a ${mover.kind}`, () => {
      describeEnds(contract, mover);
      describeOpen(contract, mover);
      describeChecks(contract, mover);
    });
  }
}

export const ordersOf = ({ kind, orders, capability }: Mover) =>
  given(orders, `orders.${kind}`, `the adapter has ${capability}`);

/** What moved, as money: one entry per movement. */
export const amountOf = ({ amount, currency }: BookEntry): Money => Money.parseLenient(amount, currency);

function describeEnds(contract: Contract, mover: Mover): void {
  const { kind, verb } = mover;
  const mapEverything = {
    file: 'mapper',
    advice: `map every documented status of a ${kind} in toOutcome()`,
  } as const;

  promise(contract, 'ends succeeded, and stands in the partner’s books once', mapEverything, async () => {
    const story = newStory(contract, mover, ordersOf(mover).paid);
    await story.submit();
    expect(await story.end()).toMatchObject({ is: 'succeeded' });
    const entries = await contract.stage().partner.books();
    expect(entries).toMatchObject([{ kind, state: 'succeeded' }]);
    expect(entries.map(amountOf)).toEqual([story.order.amount]);
    expect(story.submitted.references).not.toHaveLength(0);
  });

  promise(
    contract,
    'ends declined for the reason that the partner gives, and moves nothing',
    mapEverything,
    async () => {
      for (const { order, reason, afterMs } of given(ordersOf(mover).declined, `orders.${kind}.declined`)) {
        await contract.stage().reset();
        const story = newStory(contract, mover, order);
        await story.submit();
        if (afterMs !== undefined) await contract.stage().partner.advance(afterMs);
        const outcome = await story.end();
        expect(outcome).toMatchObject({ is: 'declined', reason });
        if (outcome.is === 'declined') expect(outcome.partner.code).not.toBe('');
        expect(await contract.stage().partner.books()).toEqual([]);
      }
    },
  );

  const tolerate = {
    file: 'client',
    advice: 'let the schemas of answers ignore fields they do not know',
  } as const;
  promise(contract, 'is understood when answers have fields that nobody has heard of', tolerate, async () => {
    contract.stage().mood.addsFields = true;
    const story = newStory(contract, mover, ordersOf(mover).paid);
    await story.submit();
    expect(await story.end()).toMatchObject({ is: 'succeeded' });
  });

  if (!mover.enquires) return;
  const enquire = { file: 'adapter', advice: `let enquire() tell what became of a ${kind}` } as const;
  promise(contract, 'is found by an enquiry when its callback is lost', enquire, async () => {
    await contract.stage().partner.misbehave({ fault: 'callback-lost', count: 1 });
    const story = newStory(contract, mover, ordersOf(mover).paid);
    await story.submit();
    expect(await story.end('enquiries')).toMatchObject({ is: 'succeeded' });
    expect(await story.ask()).toMatchObject({ is: 'succeeded' });
  });

  const neverGuess = {
    file: 'mapper',
    advice: `what ${verb}() never sent is notFound or unknown to enquire()`,
  } as const;
  promise(contract, 'that was never sent is not found', neverGuess, async () => {
    const story = newStory(contract, mover, ordersOf(mover).paid);
    expect(['notFound', 'unknown', 'pending']).toContain((await story.ask()).is);
  });
}

function describeOpen(contract: Contract, mover: Mover): void {
  const open = mover.orders?.open;
  if (!open) return;
  const wait = { file: 'mapper', advice: 'an order that the partner still works on is pending' } as const;
  promise(contract, 'waits while the partner does', wait, async () => {
    const story = newStory(contract, mover, open);
    expect(['pending', 'needsConfirmation']).toContain((await story.submit()).is);
    if (mover.enquires) expect((await story.ask()).is).toBe('pending');
    expect(await contract.stage().partner.books()).toEqual([]);
  });

  if (!mover.canCancel) return;
  const cancel = {
    file: 'adapter',
    advice: 'let cancel() withdraw what the payer has not accepted',
  } as const;
  promise(contract, 'can be cancelled until it is accepted', cancel, async () => {
    const { adapter, partner } = contract.stage();
    const story = newStory(contract, mover, open);
    await story.submit();
    const cancelled = await adapter.collections?.cancel?.(story.submitted);
    if (cancelled) story.learn(cancelled);
    expect(await story.end()).toMatchObject({ is: 'declined', reason: 'payer_cancelled' });
    expect(await partner.books()).toEqual([]);
  });
}

function describeChecks(contract: Contract, mover: Mover): void {
  if (!mover.hasCheck) return;
  const { kind } = mover;
  const point = {
    file: 'adapter',
    advice: 'let check() throw OrderRefused with the pointer of the field',
  } as const;
  promise(contract, 'is refused before it is sent when this partner is sure to refuse it', point, () => {
    for (const { order, pointer } of given(ordersOf(mover).refused, `orders.${kind}.refused`)) {
      const checking = () => {
        mover.check(orderOf(kind, order));
      };
      expect(checking).toThrow(OrderRefused);
      expect(checking).toThrow(expect.objectContaining({ pointer }));
    }
  });

  promise(contract, 'is not refused when it is an ordinary one', point, () => {
    mover.check(orderOf(kind, ordersOf(mover).paid));
  });
}
