import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault } from '../../support/sandbox-controls.js';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, closeBreakers, idOf, phones } from './sights.js';

const WELL = 'wave-sn';
const SICK = 'mpesa-ke';
const ORDERS = 100;
const WARM_UP_ORDERS = 50;
const EVERY_MS = 15;

/** The neighbour's p99 may grow by half, and by what a busy machine does to one order in a hundred. */
const MOST_TIMES = 1.5;
const NOISE_MS = 150;
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

/** The same orders at the same pace for both, payments and transfers in turn, whatever ails one of them. @returns the p99 of the other */
async function round(world: World, faults: readonly Fault[], orders = ORDERS): Promise<number> {
  const { stack, recorder, random } = world;
  await closeBreakers(world);
  await stack.sandbox.misbehave(SICK, ...faults);
  const well: Promise<string>[] = [];
  const sick: Promise<string>[] = [];
  const [ours, theirs] = [phones(random, WELL, orders), phones(random, SICK, orders)];
  for (let n = 0; n < orders; n += 1) {
    const ask = n % 2 === 0 ? recorder.pay.bind(recorder) : recorder.transfer.bind(recorder);
    well.push(ask({ partner: WELL, msisdn: ours[n] ?? '' }).then(idOf));
    sick.push(ask({ partner: SICK, msisdn: theirs[n] ?? '' }).then(idOf));
    await sleep(EVERY_MS);
  }
  const p99 = await p99Ms(world, await Promise.all(well));
  await Promise.all(sick);
  const struck = await stack.sandbox.timesStruck(SICK);
  assert.ok(faults.length === 0 || struck >= LEAST_STRUCK, `${SICK} was sick for ${struck} requests only`);
  await stack.sandbox.misbehave(SICK);
  await closeBreakers(world);
  return p99;
}

async function measure(world: World, ill: string, quietMs: number): Promise<void> {
  const seen: string[] = [];
  for (let tried = 1; tried <= MEASUREMENTS; tried += 1) {
    const quiet = tried === 1 ? quietMs : Math.max(quietMs, await round(world, []));
    const p99 = await round(world, ILLS[ill] ?? []);
    world.say(`${SICK} ${ill}: p99 of ${WELL} ${Math.round(p99)} ms, quiet ${Math.round(quiet)} ms`);
    if (p99 <= MOST_TIMES * quiet + NOISE_MS) return;
    seen.push(`${Math.round(p99)} ms instead of ${Math.round(quiet)} ms`);
  }
  throw new Error(`while ${SICK} is ${ill}, the p99 of ${WELL} is ${seen.join(', then ')}`);
}

/** What ails one partner is not felt at another. */
export const sickNeighbour: Scenario = {
  id: 'F20',
  title: 'one partner throttles, then fails, then is slow, beside a well one',
  async run(world) {
    // The first of a run find cold code and cold tables.
    await round(world, [], WARM_UP_ORDERS);
    const quietMs = await round(world, []);
    for (const ill of Object.keys(ILLS)) await measure(world, ill, quietMs);
  },
};
