import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Scenario, type World } from '../world.js';
import { assertPolite, heardBetween, startLoad } from './load.js';
import { recovered } from './recovery.js';
import { idOf } from './sights.js';

const SENDERS = 12;
const LOADED_MS = 500;
const TAKEN_MS = 1_500;
const READERS = 40;
/** SQLSTATE `too_many_connections`. */
const FULL_HOUSE = '53300';
const OF_THE_GATEWAY =
  "SELECT pid FROM pg_stat_activity WHERE application_name IN ('passerelle-api', 'passerelle-worker')";

/** Has a place in the server, and never says who it is. @returns how to leave it; nothing: there was no place */
async function takeOne({ stack }: World): Promise<(() => Promise<void>) | undefined> {
  const { hostname, port, username, pathname } = new URL(stack.databaseUrl);
  const asked = Promise.withResolvers<undefined>();
  const client = new pg.Client({
    ...{ host: hostname, port: Number(port), user: username, database: pathname.slice(1) },
    password: () => {
      asked.resolve(undefined);
      return new Promise<string>(() => undefined);
    },
  });
  client.on('error', () => undefined);
  const connected = client.connect();
  try {
    await Promise.race([connected, asked.promise]);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === FULL_HOUSE) return undefined;
    throw error;
  }
  connected.catch(() => undefined);
  return () => client.end();
}

/** Takes every place there is, and those of the gateway as well. @returns how to give them back */
async function takeAll(world: World): Promise<() => Promise<void>> {
  const { links, say, stack, until } = world;
  const taken: (() => Promise<void>)[] = [];
  const takeUntilFull = async (): Promise<void> => {
    for (let one = await takeOne(world); one; one = await takeOne(world)) taken.push(one);
  };
  const giveBack = async (): Promise<void> => {
    await Promise.all(taken.map((leave) => leave()));
  };
  const ways = [...links.apiToDatabase, ...links.workerToDatabase];
  const doorkeeper = await stack.database.connect();
  await takeUntilFull();
  for (const way of ways) way.misbehave({ refuse: true });
  for (const way of ways) way.cutAll();
  try {
    // A place is free once its server process has noticed.
    await until(
      'the gateway has no connection left',
      async () => (await doorkeeper.query(OF_THE_GATEWAY)).rowCount === 0,
    );
  } catch (error) {
    await giveBack();
    throw error;
  } finally {
    doorkeeper.release();
  }
  await takeUntilFull();
  await Promise.all(ways.map((way) => way.heal()));
  say(`    ${taken.length} connections are taken`);
  return giveBack;
}

async function outOfConnections(world: World): Promise<void> {
  const load = startLoad(world, SENDERS);
  await sleep(LOADED_MS);
  const from = new Date();
  const giveBack = await takeAll(world);
  const takenAt = performance.now();
  const meanwhile = () => heardBetween(load.heard, takenAt, performance.now());
  try {
    await sleep(TAKEN_MS);
    await world.until('somebody asks while there is no connection', () => meanwhile().length > 0);
    assert.deepEqual(
      meanwhile().filter(({ operation }) => operation !== null),
      [],
      'nothing is acknowledged without a connection',
    );
  } finally {
    await giveBack();
  }
  const over = new Date();
  await sleep(LOADED_MS);
  const ids = await load.stop();
  assertPolite(load.heard);
  await recovered(world, ids, { from, over });
}

/** Somebody holds a lock: every connection of the pool waits, and then there is none for anybody else. */
async function poolExhausted(world: World): Promise<void> {
  const { stack, recorder } = world;
  const known = idOf(await recorder.pay({}, { api: 0 }));
  const locker = await stack.database.connect();
  const from = new Date();
  try {
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE operations, idempotency_keys IN ACCESS EXCLUSIVE MODE');
    const read = Array.from({ length: READERS }, () => stack.client.get(`/v1/operations/${known}`));
    const asked = Array.from({ length: READERS }, () => recorder.pay({}, { api: 0 }));
    const statuses = (await Promise.all(read)).map(({ status }) => status);
    await locker.query('COMMIT');
    const over = new Date();
    assert.deepEqual([...new Set(statuses)], [503], 'who cannot be served is told so');
    await world.until(
      'it comes back by itself',
      async () => (await stack.client.get(`/v1/operations/${known}`)).status === 200,
    );
    const answers = await Promise.all(asked);
    for (const { status } of answers.flatMap(({ statuses: each }) => each.map((one) => ({ status: one })))) {
      assert.ok([202, 409, 503].includes(status), `answered ${status}`);
    }
    await recovered(world, answers.map(idOf), { from, over });
  } finally {
    await locker.query('ROLLBACK');
    locker.release();
  }
}

export const noConnectionLeft: Scenario = {
  id: 'F9',
  title: 'PostgreSQL has no connection left, and then an api has none',
  async run(world) {
    await outOfConnections(world);
    await poolExhausted(world);
  },
};
