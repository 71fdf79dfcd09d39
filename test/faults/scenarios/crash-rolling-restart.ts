import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayClient } from '../../support/gateway-client.js';
import { newOrder, orderBody } from '../orders.js';
import { type Scenario, type World } from '../world.js';
import { startLoad } from './load.js';
import { allSucceeded, movedOnce } from './sights.js';

const SENDERS = 8;
const LOADED_MS = 400;
/** The partners take so long that there is always something under way. */
const SLOW = { fault: 'slow', delayMs: 400 } as const;
const HELD_S = 8;
/** Requests that an api has in its hands when it is told to stop, beside those of the senders. */
const IN_HAND = 5;
/** Calls of a worker that the partners have not answered when it is told to stop. */
const IN_THE_AIR = 10;
/** Clients who wait for no end, and so keep them in the air. */
const HASTY = 2;
/** The books are asked about each of them; the invariants look at all. */
const CHECKED = 20;

const ASKED = [
  ['/v1/payments', 'payer'],
  ['/v1/transfers', 'payee'],
] as const;

interface Heard {
  readonly faults: string[];
  readonly ids: string[];
  /** Connections that nobody had accepted yet when the door was shut: the kernel resets them. */
  resets: number;
}

const codeOf = (error: unknown): string =>
  (error as { cause?: { code?: string } }).cause?.code ?? String(error);

/** As a client behind a plain load balancer: goes to the other process where a connection is refused, with the same key. */
async function sendOne(clients: readonly GatewayClient[], { random }: World, heard: Heard): Promise<void> {
  const [path, side] = random.pick(ASKED);
  const body = orderBody(side, newOrder(random, {}));
  const options = { idempotencyKey: randomUUID(), ...(random.chance(0.3) ? { waitS: HELD_S } : {}) };
  for (let at = random.integer(0, 1); ; at = 1 - at) {
    try {
      const answer = await clients[at]?.post(path, body, options);
      if (answer?.status === 202 || answer?.status === 200) heard.ids.push(answer.body.id);
      else heard.faults.push(`answered ${answer?.status ?? 0}`);
      return;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ECONNRESET') heard.resets += 1;
      else if (code !== 'ECONNREFUSED') {
        heard.faults.push(code);
        return;
      }
    }
  }
}

function startSending(clients: readonly GatewayClient[], world: World) {
  const heard: Heard = { faults: [], ids: [], resets: 0 };
  let isStopping = false;
  const send = async (): Promise<void> => {
    while (!isStopping) await sendOne(clients, world, heard);
  };
  const ended = Promise.all(Array.from({ length: SENDERS }, send));
  return async (): Promise<Heard> => {
    isStopping = true;
    await ended;
    return heard;
  };
}

/** Neither answers nor callbacks of partners pass: nothing ends that waits for one. @returns lets them go */
function holdPartners({ links }: World): () => void {
  const held = [links.toPartners.hold('back'), links.toCallbacks.hold('there')];
  return () => {
    for (const letGo of held) letGo();
  };
}

const TAKEN_IN = 'SELECT count(*)::int AS count FROM idempotency_keys WHERE key = ANY ($1::text[])';

interface Asked {
  readonly statuses: number[];
  readonly ids: string[];
  readonly faults: string[];
}

/** One request each, whose answer is held back until its operation has ended. */
function askAndWait(client: GatewayClient, { random }: World, keys: readonly string[]) {
  const asked: Asked = { statuses: [], ids: [], faults: [] };
  const ask = async (idempotencyKey: string): Promise<void> => {
    const body = orderBody('payee', newOrder(random, {}));
    try {
      const answer = await client.post('/v1/transfers', body, { idempotencyKey, waitS: HELD_S });
      asked.statuses.push(answer.status);
      asked.ids.push(answer.body.id);
    } catch (error) {
      asked.faults.push(codeOf(error));
    }
  };
  return { asked, answered: Promise.all(keys.map(ask)) };
}

/** Told to stop with requests in its hands, an api answers each of them. @returns their operations */
async function stopApi(world: World, index: number, client: GatewayClient): Promise<readonly string[]> {
  const { stack, until, restart, say } = world;
  const letGo = holdPartners(world);
  const keys = Array.from({ length: IN_HAND }, () => randomUUID());
  const { asked, answered } = askAndWait(client, world, keys);
  await until(`${IN_HAND} requests in the hands of api ${index}`, async () => {
    const { rows } = await stack.database.query<{ count: number }>(TAKEN_IN, [keys]);
    return rows[0]?.count === IN_HAND;
  });
  assert.deepEqual(asked, { statuses: [], ids: [], faults: [] }, 'heard before the api was told to stop');
  const restarted = restart('api', index, 'SIGTERM');
  say(`    api ${index} is told to stop with ${IN_HAND} requests in its hands`);
  await answered;
  letGo();
  assert.deepEqual(asked.faults, [], 'an api that was told to stop cut off what it had in its hands');
  assert.deepEqual(asked.statuses, Array<number>(IN_HAND).fill(202));
  await restarted;
  return asked.ids;
}

const SUBMITTING = `SELECT id FROM operations WHERE state = 'submitting'`;

/** @returns how many orders wait for their answer at least, when there are enough of them */
async function callsInTheAir({ stack, links }: World): Promise<number | false> {
  const { rows } = await stack.database.query(SUBMITTING);
  const calls = Math.min(rows.length, links.toPartners.counters.waiting);
  return calls >= IN_THE_AIR && calls;
}

/** Told to stop while it alone works, a worker leaves nothing behind that it had begun. @returns what it was sent with */
async function workersInTurn(world: World, isFirst: boolean): Promise<readonly string[]> {
  const { stack, until, say } = world;
  const [last, other] = isFirst ? stack.workers : stack.workers.toReversed();
  await other?.kill('SIGTERM');
  const letGo = holdPartners(world);
  // Beside the others, most of whom wait for an end now.
  const load = startLoad(world, HASTY);
  const calls = await until(`${IN_THE_AIR} calls in the air`, () => callsInTheAir(world), 20_000);
  const stopped = last?.kill('SIGTERM');
  say(`    the last worker is told to stop with ${calls} calls in the air`);
  const ids = await load.stop();
  await sleep(LOADED_MS);
  assert.ok(last?.isRunning, `a worker that was told to stop went away with ${calls} calls in the air`);
  letGo();
  await stopped;
  const { rows } = await stack.database.query(SUBMITTING);
  assert.deepEqual(rows, [], 'a worker that was told to stop left calls in the air');
  await Promise.all(stack.workers.map((worker) => worker.start()));
  return ids;
}

export const rollingRestart: Scenario = {
  id: 'F10',
  title: 'every process is told to stop in turn, under load',
  async run(world) {
    const { stack, random } = world;
    // Before the senders draw, which nobody can count.
    const isFirst = random.chance(0.5);
    for (const partner of ['wave-sn', 'mpesa-ke']) await stack.sandbox.misbehave(partner, SLOW);
    const clients = stack.apiUrls.map((url) => stack.client.at(url));
    await Promise.all(clients.map((client) => client.accessToken()));
    const stop = startSending(clients, world);
    const begun: string[] = [];
    for (const [index, client] of clients.entries()) {
      await sleep(LOADED_MS);
      begun.push(...(await stopApi(world, index, client)));
    }
    begun.push(...(await workersInTurn(world, isFirst)));
    const { faults, ids, resets } = await stop();
    assert.deepEqual(faults, [], 'a client that repeats refused connections sees no fault');
    assert.ok(resets < SENDERS / 2, `${resets} requests were cut off`);
    assert.ok(ids.length >= SENDERS);
    await movedOnce(world, (await allSucceeded(world, [...begun, ...ids])).slice(0, CHECKED));
  },
};
