import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayClient } from '../../support/gateway-client.js';
import { newOrder, orderBody } from '../orders.js';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, movedOnce } from './sights.js';

const SENDERS = 8;
const LOADED_MS = 400;
/** The partners take so long that there is always something under way. */
const SLOW = { fault: 'slow', delayMs: 400 } as const;
const HELD_S = 8;
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

/** Told to stop while it alone works, a worker leaves nothing behind that it had begun. */
async function workersInTurn({ stack: { workers, database }, random }: World): Promise<void> {
  const last = random.integer(0, 1);
  await workers[1 - last]?.kill('SIGTERM');
  await sleep(LOADED_MS);
  await workers[last]?.kill('SIGTERM');
  const { rows } = await database.query(`SELECT id FROM operations WHERE state = 'submitting'`);
  assert.deepEqual(rows, [], 'a worker that was told to stop left calls in the air');
  await Promise.all(workers.map((worker) => worker.start()));
}

export const rollingRestart: Scenario = {
  id: 'F10',
  title: 'every process is told to stop in turn, under load',
  async run(world) {
    const { stack, restart } = world;
    for (const partner of ['wave-sn', 'mpesa-ke']) await stack.sandbox.misbehave(partner, SLOW);
    const clients = stack.apiUrls.map((url) => stack.client.at(url));
    await Promise.all(clients.map((client) => client.accessToken()));
    const stop = startSending(clients, world);
    for (const index of [0, 1]) {
      await sleep(LOADED_MS);
      await restart('api', index, 'SIGTERM');
    }
    await workersInTurn(world);
    const { faults, ids, resets } = await stop();
    assert.deepEqual(faults, [], 'a client that repeats refused connections sees no fault');
    assert.ok(resets < SENDERS / 2, `${resets} requests were cut off`);
    assert.ok(ids.length >= SENDERS);
    await movedOnce(world, (await allSucceeded(world, ids)).slice(0, CHECKED));
  },
};
