import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SCHEME } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import {
  allEnded,
  allSucceeded,
  changeOperations,
  closeBreakers,
  idOf,
  movedOnce,
  movements,
  phones,
  standing,
} from './sights.js';

type Step = 'party' | 'quote';

const AWAY_MS = 1_200;

/** The client waits until it is asked, and says yes. */
export async function confirm({ stack, recorder, until }: World, id: string, step: Step): Promise<void> {
  await until(`${id} asks about the ${step}`, async () => {
    const { nextAction } = await stack.client.operation(id);
    return nextAction !== null && 'step' in nextAction && nextAction.step === step;
  });
  const { status } = await recorder.confirm(id, step);
  assert.equal(status, 200, `yes to the ${step} of ${id} was answered ${status}`);
}

/** Transfers that have a price, and wait for their client. */
async function priced(world: World, count: number): Promise<readonly string[]> {
  const orders = phones(world.random, SCHEME, count).map(async (msisdn) => {
    const order = { partner: SCHEME, msisdn, confirmation: 'manual' } as const;
    const id = idOf(await world.recorder.transfer(order));
    await confirm(world, id, 'party');
    await world.until('a price', async () => {
      const { nextAction } = await world.stack.client.operation(id);
      return nextAction !== null && 'step' in nextAction && nextAction.step === 'quote';
    });
    return id;
  });
  return Promise.all(orders);
}

const offerEnds = (world: World, ids: readonly string[], after: string): Promise<void> =>
  changeOperations(world, ids, {
    set: `expires_at = now() + interval '${after}', due_at = now()`,
    where: "state = 'awaiting_confirmation'",
  });

async function assertUnmoved(world: World, ids: readonly string[], state: string): Promise<void> {
  for (const operation of await allEnded(world, ids)) {
    assert.equal(operation.state, state, operation.id);
    assert.deepEqual(await movements(world, operation), [], `${operation.id} is ${state}, and moved`);
  }
}

/** A yes that could not leave us stays a yes as long as the offer stands; nothing else moves money. */
export const confirmationAway: Scenario = {
  id: 'F28',
  title: 'the scheme adapter is away between question and yes, or the client says no, or nothing',
  async run(world) {
    const { recorder, links } = world;
    const [later, tooLate, refused, silent] = await Promise.all([3, 2, 2, 2].map((n) => priced(world, n)));
    assert.ok(later && tooLate && refused && silent);
    for (const id of refused) {
      const { status } = await recorder.cancel(id);
      assert.equal(status, 200, 'the answer to a no');
    }
    links.toPartners.misbehave({ refuse: true });
    links.toPartners.cutAll();
    for (const id of [...later, ...tooLate]) await confirm(world, id, 'quote');
    await offerEnds(world, later, '1 minute');
    await sleep(AWAY_MS);
    for (const { id, state } of await standing(world, [...later, ...tooLate])) {
      assert.ok(['awaiting_confirmation', 'submitting'].includes(state), `${id} is ${state}`);
    }
    // While nobody can be told of the yes, and where nobody has said it.
    await offerEnds(world, [...tooLate, ...silent], '0 s');
    await assertUnmoved(world, [...tooLate, ...silent], 'expired');
    await links.toPartners.heal();
    await closeBreakers(world);
    await movedOnce(world, await allSucceeded(world, later));
    await assertUnmoved(world, refused, 'cancelled');
  },
};
