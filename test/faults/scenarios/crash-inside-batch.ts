import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newOrder } from '../orders.js';
import { type Answered, type Order, type World, type Scenario } from '../world.js';
import { assertWhole, operationsOf } from './intake-sights.js';
import { type Asking, KINDS } from './load.js';
import { recovered } from './recovery.js';
import { idOf } from './sights.js';

const AT_ONCE = 60;
/** Enough crossings for the batches to have grown. */
const SKIPPED = 6;
/** So many statements an api has under way at once: what comes meanwhile shares the next. */
const UNDER_WAY = 4;
const COME_WITHIN_MS = 200;
const GATHER_WITHIN_MS = 2_000;
/** Orders that come in slowly are stored one by one, or all at once before anybody dies: then an api has to die again. */
const TRIES = 6;

/** The most operations of one commit. Their first transitions are as that commit has left them. */
const LARGEST_COMMIT = `
  SELECT coalesce(max(count), 0)::int AS rows FROM (
    SELECT count(*) AS count FROM transitions
    WHERE operation_id = ANY ($1::uuid[]) AND sequence = 1 GROUP BY xmin::text
  ) AS commits`;

interface Died {
  readonly ids: readonly string[];
  /** The largest commit whose operations nobody was told of; null: nobody died. */
  readonly largest: number | null;
}

interface Placed {
  readonly order: Order;
  readonly asking: Asking;
  readonly key: string;
}

const referencesOf = (placed: readonly Placed[]): string[] => placed.map(({ order }) => order.reference);
const askedOf = (placed: readonly Placed[]) =>
  placed.map(({ key, order: { reference } }) => ({ key, reference }));

async function largestCommit({ stack }: World, ids: readonly string[]): Promise<number> {
  const { rows } = await stack.database.query<{ rows: number }>(LARGEST_COMMIT, [ids]);
  return rows[0]?.rows ?? 0;
}

/** Keeps the statements of an api from the database until enough orders have come to share one. */
async function gather({ links, until }: World, api: number): Promise<void> {
  const wire = links.apiToDatabase[api];
  const letGo = wire?.hold('there');
  try {
    const isFull = (): boolean => (wire?.counters.waiting ?? 0) >= UNDER_WAY;
    // Where fewer hold all that came, nobody is to die of them.
    await until('orders wait to be stored', isFull, GATHER_WITHIN_MS).catch(() => undefined);
    await sleep(COME_WITHIN_MS);
  } finally {
    letGo?.();
  }
}

/** The api dies with a batch on its way to the database, or with the answer on its way back. */
async function intakeDies(world: World, when: 'before' | 'after'): Promise<Died> {
  const { recorder, random } = world;
  const placed = Array.from({ length: AT_ONCE }, () => ({
    order: newOrder(random, {}),
    asking: random.pick(KINDS),
    key: randomUUID(),
  }));
  const send = ({ asking, order, key }: Placed, options: object): Promise<Answered> =>
    recorder[asking](order, { key, ...options });
  const skip = when === 'before' ? random.integer(1, SKIPPED) : UNDER_WAY;
  const point = world.failPoint({ process: 'api', index: 0, statement: 'intake', when, skip });
  const [first] = await Promise.all([
    Promise.all(placed.map((one) => send(one, { api: 0, retry: false }))),
    when === 'after' && gather(world, 0),
  ]);
  const told = first.flatMap(({ operation }) => operation?.id ?? []);
  if (told.length === AT_ONCE) {
    point.disarm();
    return { ids: told, largest: null };
  }
  await point.struck;
  const stored = await operationsOf(world, referencesOf(placed));
  await assertWhole(world, askedOf(placed));
  for (const id of told) assert.ok(stored.includes(id), `operation ${id}, acknowledged, is there`);
  const untold = stored.filter((id) => !told.includes(id));
  const largest = await largestCommit(world, untold);
  world.say(
    `    of ${AT_ONCE}, ${told.length} were acknowledged and ${stored.length} stored, ${largest} at once`,
  );
  await world.restart('api', 0, 'SIGKILL');
  const again = await Promise.all(placed.map((one) => send(one, {})));
  const ids = again.map(idOf);
  assert.equal(new Set(ids).size, AT_ONCE, 'one operation for each order');
  assert.equal((await operationsOf(world, referencesOf(placed))).length, AT_ONCE);
  for (const id of stored) assert.ok(ids.includes(id), `operation ${id} is the one of its repeat`);
  return { ids, largest };
}

/** Until an api dies with its orders unstored, or with the answer to more than one on its way back. */
async function batchDies(world: World, when: 'before' | 'after'): Promise<readonly string[]> {
  const least = when === 'before' ? 0 : 2;
  const all: string[] = [];
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const { ids, largest } = await intakeDies(world, when);
    all.push(...ids);
    if (largest !== null && largest >= least) return all;
  }
  return assert.fail(`${TRIES} times an api was to die ${when} a batch was stored, and never did`);
}

export const insideBatch: Scenario = {
  id: 'F3',
  title: 'processes die inside coalesced batches',
  async run(world) {
    const { random } = world;
    const from = new Date();
    const skip = (): number => random.integer(0, SKIPPED);
    const outcomes = (['before', 'after'] as const).map((when, index) =>
      world.failPoint({ process: 'worker', index, statement: 'operations-apply', when, skip: skip() }),
    );
    // At once: what waits for them has no time to lose.
    const back = Promise.all(
      outcomes.map(({ struck }, index) => struck.then(() => world.restart('worker', index, 'SIGKILL'))),
    ).then(() => new Date());
    back.catch(() => undefined);
    const ids = [...(await batchDies(world, 'before')), ...(await batchDies(world, 'after'))];
    await recovered(world, ids, { from, over: await back });
  },
};
