import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { newOrder } from '../orders.js';
import { type Answered, type Order, type World, type Scenario } from '../world.js';
import { assertWhole, operationsOf, resolved } from './intake-sights.js';
import { type Asking, KINDS } from './load.js';
import { idOf } from './sights.js';

const AT_ONCE = 60;
/** Enough crossings for the batches to have grown. */
const SKIPPED = 6;

interface Placed {
  readonly order: Order;
  readonly asking: Asking;
  readonly key: string;
}

const referencesOf = (placed: readonly Placed[]): string[] => placed.map(({ order }) => order.reference);
const askedOf = (placed: readonly Placed[]) =>
  placed.map(({ key, order: { reference } }) => ({ key, reference }));

/** The api dies with a batch on its way to the database, or with the answer on its way back. */
async function intakeDies(world: World, when: 'before' | 'after'): Promise<readonly string[]> {
  const { recorder, random } = world;
  const placed = Array.from({ length: AT_ONCE }, () => ({
    order: newOrder(random, {}),
    asking: random.pick(KINDS),
    key: randomUUID(),
  }));
  const send = ({ asking, order, key }: Placed, options: object): Promise<Answered> =>
    recorder[asking](order, { key, ...options });
  const skip = random.integer(0, SKIPPED);
  const point = world.failPoint({ process: 'api', index: 0, statement: 'intake', when, skip });
  const first = await Promise.all(placed.map((one) => send(one, { api: 0, retry: false })));
  await point.struck;
  const stored = await operationsOf(world, referencesOf(placed));
  await assertWhole(world, askedOf(placed));
  const told = first.flatMap(({ operation }) => operation?.id ?? []);
  assert.ok(told.length < AT_ONCE, 'some were not answered');
  for (const id of told) assert.ok(stored.includes(id), `operation ${id}, acknowledged, is there`);
  world.say(`    of ${AT_ONCE}, ${told.length} were acknowledged and ${stored.length} stored`);
  await world.restart('api', 0, 'SIGKILL');
  const again = await Promise.all(placed.map((one) => send(one, {})));
  const ids = again.map(idOf);
  assert.equal(new Set(ids).size, AT_ONCE, 'one operation for each order');
  assert.equal((await operationsOf(world, referencesOf(placed))).length, AT_ONCE);
  for (const id of stored) assert.ok(ids.includes(id), `operation ${id} is the one of its repeat`);
  return ids;
}

export const insideBatch: Scenario = {
  id: 'F3',
  title: 'processes die inside coalesced batches',
  async run(world) {
    const { random } = world;
    const skip = (): number => random.integer(0, SKIPPED);
    const outcomes = (['before', 'after'] as const).map((when, index) =>
      world.failPoint({ process: 'worker', index, statement: 'operations-apply', when, skip: skip() }),
    );
    const ids = [...(await intakeDies(world, 'before')), ...(await intakeDies(world, 'after'))];
    await Promise.all(outcomes.map(({ struck }) => struck));
    await Promise.all([0, 1].map((index) => world.restart('worker', index, 'SIGKILL')));
    await resolved(world, ids);
  },
};
