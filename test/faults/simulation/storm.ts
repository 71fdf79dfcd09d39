import assert from 'node:assert/strict';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, closeBreakers, idOf } from '../scenarios/sights.js';
import { anyWish, ASKED, Traffic, type Wish } from './traffic.js';
import { anyWeather, happen, Strikes, type Weather } from './weather.js';

export interface Size {
  readonly disturbances: number;
  /** For each disturbance. */
  readonly wishes: number;
}

/** Something goes wrong while wishes are fulfilled. */
interface Turn {
  readonly what: Weather;
  readonly pauseMs: number;
  readonly wishes: readonly Wish[];
}

/** What is asked for once the weather is over: everything, twice. */
const AFTERWARDS = [...ASKED, ...ASKED];
const AFTERWARDS_MS = 60_000;

/** As many clients ask at the same time, of each turn. */
const CLIENTS = 8;

const anyPlan = ({ disturbances, wishes }: Size): fc.Arbitrary<readonly Turn[]> =>
  fc.array(
    fc.record({
      what: anyWeather,
      pauseMs: fc.integer({ min: 50, max: 900 }),
      wishes: fc.array(anyWish, { minLength: wishes, maxLength: wishes }),
    }),
    { minLength: disturbances, maxLength: disturbances },
  );

/** Mixed operations through the public API while anything goes wrong that can, all of it drawn from the seed. */
export const storm = (id: Scenario['id'], size: Size = { disturbances: 16, wishes: 16 }): Scenario => ({
  id,
  title: `random: ${size.disturbances} disturbances of ${size.wishes} wishes each`,
  async run(world) {
    const seed = world.random.integer(0, 2 ** 31 - 1);
    const [plan] = fc.sample(anyPlan(size), { seed, numRuns: 1 });
    if (!plan) throw new Error('there is no plan');
    await blow(world, plan);
    await goesOn(world);
  },
});

/** Whatever the weather was, what is asked for after it is carried out. */
async function goesOn(world: World): Promise<void> {
  const { recorder } = world;
  await world.heal();
  await closeBreakers(world);
  const asked = await Promise.all(
    AFTERWARDS.map(([is, partner]) =>
      is === 'pay' ? recorder.pay({ partner }) : recorder.transfer({ partner }),
    ),
  );
  await allSucceeded(world, asked.map(idOf), AFTERWARDS_MS);
}

/** A turn begins with its disturbance, and does not wait for the wishes of the one before: some take longer than the weather. */
async function blow(world: World, plan: readonly Turn[]): Promise<void> {
  const traffic = new Traffic(world);
  const strikes = new Strikes(world);
  const asking: Promise<void>[] = [];
  const failed = new AbortController();
  let happened = 0;
  for (const { what, pauseMs, wishes } of plan) {
    const asked = ask(traffic, wishes);
    asked.catch(() => {
      failed.abort();
    });
    asking.push(asked);
    if (await happen(world, what)) happened += 1;
    await sleep(pauseMs);
    if (failed.signal.aborted) break;
  }
  await Promise.all(asking);
  const { partners, wires } = await strikes.count(plan.map(({ what }) => what));
  world.say(
    `     ${traffic.count} answers; ${happened} of ${plan.length} disturbances struck at once, faults of partners ${partners} times, wires ${wires} times`,
  );
  assert.ok(happened + partners + wires > 0, 'nothing that went wrong met anybody');
}

async function ask(traffic: Traffic, wishes: readonly Wish[]): Promise<void> {
  const left = wishes.values();
  const client = async (): Promise<void> => {
    for (const wish of left) await traffic.fulfil(wish);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}
