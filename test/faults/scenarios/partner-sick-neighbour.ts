import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault } from '../../support/sandbox-controls.js';
import { type Scenario, type World } from '../world.js';
import { resolved } from './intake-sights.js';
import { allSucceeded, changeOperations, closeBreakers, idOf, phones } from './sights.js';

const WELL = 'wave-sn';
const SICK = 'mpesa-ke';
const ORDERS = 100;
const EVERY_MS = 15;

/** The neighbour's p99 may grow by half. */
const MOST_TIMES = 1.5;
/** A breaker keeps most orders from a partner that fails: so many have felt it before. */
const LEAST_STRUCK = 3;
/** Chance slows one measurement, a shared queue slows all of them: it counts when it shows every time. */
const MEASUREMENTS = 3;

const ILLS: Readonly<Record<string, readonly Fault[]>> = {
  'at 429': [{ fault: 'throttled' }],
  'at 30 % 5xx': [{ fault: 'error-5xx', probability: 0.3 }],
  // Some 10 ms are usual here.
  'at latency x100': [{ fault: 'slow', delayMs: 1_200 }],
};

const TIMES = `
  SELECT extract(epoch FROM completed_at - created_at)::float8 * 1000 AS ms FROM operations
  WHERE id = ANY ($1::uuid[]) ORDER BY completed_at - created_at`;

/** 99 of 100 orders at the well partner took at most so long from being accepted to having succeeded. */
async function p99Ms(world: World, ids: readonly string[]): Promise<number> {
  await allSucceeded(world, ids, 40_000);
  const { rows } = await world.stack.database.query<{ ms: number }>(TIMES, [ids]);
  return rows[Math.ceil(rows.length * 0.99) - 1]?.ms ?? Infinity;
}

/** What the sick one did not take waits longer and longer. */
const PUT_OFF = {
  set: 'due_at = now()',
  where: "state = 'received' AND due_at > now()",
};

const UNTOLD = `
  SELECT FROM callbacks WHERE state = 'stored' UNION ALL SELECT FROM events WHERE due_at IS NOT NULL LIMIT 1`;

/** Both are well, and whatever was begun has ended or is flagged, and is told: the next round finds nothing under way. */
async function rest(world: World, ids: readonly string[]): Promise<void> {
  const { stack, until } = world;
  await stack.sandbox.misbehave(SICK);
  await closeBreakers(world);
  await changeOperations(world, ids, PUT_OFF);
  await resolved(world, ids);
  await until('all is told', async () => (await stack.database.query(UNTOLD)).rows.length === 0);
}

/** The same orders at the same pace for both, payments and transfers in turn, whatever ails one of them. @returns the p99 of the other */
async function round(world: World, faults: readonly Fault[]): Promise<number> {
  const { stack, recorder, random } = world;
  await stack.sandbox.misbehave(SICK, ...faults);
  const well: Promise<string>[] = [];
  const sick: Promise<string>[] = [];
  const [ours, theirs] = [phones(random, WELL, ORDERS), phones(random, SICK, ORDERS)];
  for (let n = 0; n < ORDERS; n += 1) {
    const ask = n % 2 === 0 ? recorder.pay.bind(recorder) : recorder.transfer.bind(recorder);
    well.push(ask({ partner: WELL, msisdn: ours[n] ?? '' }).then(idOf));
    sick.push(ask({ partner: SICK, msisdn: theirs[n] ?? '' }).then(idOf));
    await sleep(EVERY_MS);
  }
  const p99 = await p99Ms(world, await Promise.all(well));
  const struck = await stack.sandbox.timesStruck(SICK);
  assert.ok(faults.length === 0 || struck >= LEAST_STRUCK, `${SICK} was sick for ${struck} requests only`);
  await rest(world, await Promise.all(sick));
  return p99;
}

/** Beside a quiet round before and one after, of which the slower counts. @returns the later one */
async function measure(world: World, ill: string, quietMs: number): Promise<number> {
  const seen: string[] = [];
  let before = quietMs;
  for (let tried = 1; tried <= MEASUREMENTS; tried += 1) {
    const p99 = await round(world, ILLS[ill] ?? []);
    const after = await round(world, []);
    const quiet = Math.max(before, after);
    const found = `${Math.round(p99)} ms, quiet ${Math.round(before)} ms before and ${Math.round(after)} ms after`;
    world.say(`    ${SICK} ${ill}: p99 of ${WELL} ${found}`);
    if (p99 <= MOST_TIMES * quiet) return after;
    seen.push(found);
    before = after;
  }
  throw new Error(`while ${SICK} is ${ill}, the p99 of ${WELL} is ${seen.join('; then ')}`);
}

/** What ails one partner is not felt at another. */
export const sickNeighbour: Scenario = {
  id: 'F20',
  title: 'one partner throttles, then fails, then is slow, beside a well one',
  async run(world) {
    // The first of a run find cold code and cold tables.
    await round(world, []);
    let quietMs = await round(world, []);
    for (const ill of Object.keys(ILLS)) quietMs = await measure(world, ill, quietMs);
  },
};
