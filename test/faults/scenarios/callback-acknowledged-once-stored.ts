import assert from 'node:assert/strict';
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type World, type Scenario } from '../world.js';
import { allSucceeded, idOf, movedOnce, phones } from './sights.js';

const HELD_MS = 500;
const AT_ONCE = 6;
const PAUSE_MS = 30;
const STORE = { process: 'api', index: 0, statement: 'callbacks-store' } as const;
const PAYMENTS_EACH = 4;
/** Connections that are reset for certain: one that is spared may carry all that comes after it. */
const RESET = 2;

const digestOf = (body: string): string => createHash('sha256').update(body).digest('hex');

interface TestEvent {
  readonly body: string;
  readonly send: () => Promise<number>;
}

/** A test event of Wave's: properly signed, and without any consequence. */
function testEvent(world: World): TestEvent {
  const body = JSON.stringify({ id: `EV_${randomUUID()}`, type: 'test.test_event', data: {} });
  const secret = world.stack.shared['WAVE_SN_WEBHOOK_SECRET'] ?? '';
  const send = async () => {
    const stamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', secret).update(stamp).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'wave-signature': `t=${stamp},v1=${signature}` };
    const { status } = await world.recorder.callback({
      ...{ partner: 'wave-sn', path: '/webhook', headers, body, api: 0 },
    });
    return status;
  };
  return { body, send };
}

async function kept({ stack }: World, events: readonly TestEvent[]): Promise<number> {
  const { rows } = await stack.database.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM callbacks WHERE encode(digest, 'hex') = ANY ($1::text[])",
    [events.map(({ body }) => digestOf(body))],
  );
  return rows[0]?.count ?? 0;
}

const isTaken = (status: number): boolean => status >= 200 && status < 300;

/** While the statement is on its way, nobody is told that the callback is safe. */
async function waitsForTheStore(world: World): Promise<void> {
  const event = testEvent(world);
  let told: number | undefined;
  let toldEarly = false;
  const point = world.failPoint({
    ...STORE,
    when: 'before',
    act: async () => {
      await sleep(HELD_MS);
      toldEarly = told !== undefined;
    },
  });
  const status = await event.send().then((one) => (told = one));
  await point.struck;
  assert.equal(toldEarly, false, 'a callback was acknowledged before it was stored');
  assert.ok(isTaken(status), `and then answered ${status}`);
  assert.equal(await kept(world, [event]), 1);
}

/** Callbacks keep coming in until the api dies over them. @returns them, and which of them were taken */
async function untilItDies(world: World, when: 'before' | 'after') {
  const events: TestEvent[] = [];
  const statuses: Promise<number>[] = [];
  const point = world.failPoint({ ...STORE, when, skip: world.random.integer(0, 4) });
  const died = point.struck.then(() => false);
  for (let lives = true; lives; lives = await Promise.race([died, sleep(PAUSE_MS, true)])) {
    const more = Array.from({ length: AT_ONCE }, () => testEvent(world));
    events.push(...more);
    statuses.push(...more.map(({ send }) => send()));
  }
  const answered = await Promise.all(statuses);
  return { events, told: events.filter((_, n) => isTaken(answered[n] ?? 0)) };
}

/** Whoever was told that his callback is safe finds it after the crash; who was not, sends it again. */
async function survivesACrash(world: World, when: 'before' | 'after'): Promise<void> {
  const { events, told } = await untilItDies(world, when);
  assert.ok(told.length < events.length, 'the api died while callbacks came in');
  assert.equal(await kept(world, told), told.length, 'acknowledged callbacks are kept');
  await world.restart('api', 0, 'SIGKILL');
  const again = await Promise.all(events.filter((one) => !told.includes(one)).map(({ send }) => send()));
  assert.ok(again.every(isTaken), `the repeats are answered ${again.join()}`);
  const all = await kept(world, events);
  assert.ok(all >= events.length, `${all} of ${events.length} callbacks are kept`);
}

/** Connections of the partners are reset: what they could not tell is asked for. */
async function survivesResets(world: World): Promise<void> {
  const { toCallbacks } = world.links;
  const reset = { direction: world.random.pick(['there', 'back'] as const), reset: true };
  const before = toCallbacks.counters.struck;
  toCallbacks.misbehave({ ...reset, count: RESET });
  toCallbacks.misbehave({ ...reset, probability: 0.5 });
  toCallbacks.cutAll();
  const sent = (['wave-sn', 'mpesa-ke'] as const).flatMap((partner) =>
    phones(world.random, partner, PAYMENTS_EACH).map((msisdn) => world.recorder.pay({ partner, msisdn })),
  );
  const ids = (await Promise.all(sent)).map(idOf);
  await movedOnce(world, await allSucceeded(world, ids));
  await world.until('connections are reset', () => toCallbacks.counters.struck - before >= RESET);
}

export const acknowledgedOnceStored: Scenario = {
  id: 'F19',
  title: 'the api dies while it stores callbacks',
  async run(world) {
    await waitsForTheStore(world);
    await survivesACrash(world, 'before');
    await survivesACrash(world, 'after');
    await survivesResets(world);
  },
};
