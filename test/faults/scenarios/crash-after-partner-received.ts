import assert from 'node:assert/strict';
import { type FailPoint, type Scenario, type World } from '../world.js';
import { othersRest } from './intake-sights.js';
import { KINDS } from './load.js';
import { recovered } from './recovery.js';
import { allSucceeded, idOf, movedOnce, movements, passages, phones, standing } from './sights.js';

/** More than the worker can have on its way at once: nothing of that name passes. */
const TRAPS = 16;

/** Worker 0 alone takes what was asked for while no worker ran; it is killed in the middle, and hears nothing more. */
async function dieWith(
  world: World,
  statement: string,
  when: 'before' | 'after',
  reached: (ids: readonly string[]) => Promise<unknown>,
): Promise<readonly string[]> {
  const { stack, recorder, random, links } = world;
  await Promise.all(stack.workers.map((worker) => worker.kill('SIGTERM')));
  await othersRest(world);
  const placed = (['wave-sn', 'mpesa-ke'] as const).flatMap((partner) =>
    KINDS.map((asking) => recorder[asking]({ partner, msisdn: phones(random, partner, 1)[0] ?? '' })),
  );
  const ids = (await Promise.all(placed)).map(idOf);
  let death: Promise<void> | undefined;
  const die = async (): Promise<void> => {
    await reached(ids);
    await stack.workers[0]?.kill('SIGKILL');
    // What is held on the way to the database dies with it.
    links.workerToDatabase[0]?.cutAll();
  };
  const points: FailPoint[] = Array.from({ length: TRAPS }, () =>
    world.failPoint({ process: 'worker', index: 0, statement, when, act: () => (death ??= die()) }),
  );
  // It may be dead before it has said that it is ready.
  const started = stack.workers[0]?.start().catch((error: unknown) => {
    if (!death) throw error;
  });
  await Promise.all([started, points[0]?.struck]);
  for (const point of points) point.disarm();
  await death;
  return ids;
}

const startAgain = ({ stack }: World): Promise<unknown> =>
  Promise.all(stack.workers.map((worker) => worker.start()));

const allSubmitting = (world: World, ids: readonly string[]): Promise<unknown> =>
  world.until('all of them are handed to the partner', async () =>
    (await standing(world, ids)).every(({ state }) => state === 'submitting'),
  );

/** The partner has acted on all four, and nobody has written down what it answered. */
async function answersAreLost(world: World): Promise<void> {
  const ids = await dieWith(world, 'operations-apply', 'before', (placed) =>
    world.until('the partner has acted on all of them', async () => {
      const found = await Promise.all((await standing(world, placed)).map((one) => movements(world, one)));
      return found.every(({ length }) => length > 0);
    }),
  );
  for (const { id, state } of await standing(world, ids)) {
    assert.equal(state, 'submitting', `operation ${id} after the worker died`);
  }
  await startAgain(world);
  const ended = await allSucceeded(world, ids);
  await movedOnce(world, ended);
  for (const { id, attempts } of ended) assert.equal(attempts, 1, `operation ${id} was sent again`);
}

/** Claimed and written down, and the worker dies before the first byte has left. */
async function claimsAreLost(world: World): Promise<void> {
  const from = new Date();
  const ids = await dieWith(world, 'submissions-claim', 'after', (placed) => allSubmitting(world, placed));
  await startAgain(world);
  await recovered(world, ids, { from, over: new Date() });
  for (const id of ids) assert.ok((await passages(world, id)).includes('unknown'), `${id} was never doubted`);
  for (const operation of await standing(world, ids)) {
    const { length } = await movements(world, operation);
    const { id, state } = operation;
    assert.equal(length, state === 'succeeded' ? 1 : 0, `operation ${id} is ${state}, moved ${length} times`);
  }
}

export const afterPartnerReceived: Scenario = {
  id: 'F2',
  title: 'the worker dies after the partner received, and before anybody recorded it',
  async run(world) {
    await answersAreLost(world);
    await claimsAreLost(world);
  },
};
