import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, closeBreakers, idOf } from '../scenarios/sights.js';
import { anyWish, ASKED, Traffic, type Wish } from './traffic.js';
import { anyWeather, happen, type Weather } from './weather.js';

export interface Size {
  readonly wishes: number;
  readonly faults: number;
}

/** Everything that a round does, drawn from its seed. */
interface Plan {
  readonly wishes: readonly Wish[];
  readonly weather: readonly { readonly what: Weather; readonly pauseMs: number }[];
}

/** What is asked for once the weather is over: everything, twice. */
const AFTERWARDS = [...ASKED, ...ASKED];
const AFTERWARDS_MS = 60_000;

/** As many clients ask at the same time. */
const CLIENTS = 8;

const anyPlan = ({ wishes, faults }: Size): fc.Arbitrary<Plan> =>
  fc.record({
    wishes: fc.array(anyWish, { minLength: wishes, maxLength: wishes }),
    weather: fc.array(fc.record({ what: anyWeather, pauseMs: fc.integer({ min: 50, max: 900 }) }), {
      minLength: faults,
      maxLength: faults,
    }),
  });

/** Mixed operations through the public API while anything goes wrong that can, all of it drawn from the seed. */
export const storm = (id: Scenario['id'], size: Size = { wishes: 250, faults: 16 }): Scenario => ({
  id,
  title: `random: ${size.wishes} wishes in bad weather`,
  async run(world) {
    const seed = world.random.integer(0, 2 ** 31 - 1);
    const [plan] = fc.sample(anyPlan(size), { seed, numRuns: 1 });
    if (!plan) throw new Error('there is no plan');
    const gates = plan.weather.map(() => Promise.withResolvers<undefined>());
    await Promise.all([ask(world, spread(plan.wishes, gates)), blow(world, plan.weather, gates)]);
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

type Gate = PromiseWithResolvers<undefined>;

/** As many for each disturbance, from when it begins: none of them strikes a gateway that is asked for nothing. */
async function* spread(wishes: readonly Wish[], gates: readonly Gate[]): AsyncGenerator<Wish> {
  for (const [n, wish] of wishes.entries()) {
    await gates[Math.floor((n * gates.length) / wishes.length)]?.promise;
    yield wish;
  }
}

async function ask(world: World, wishes: AsyncIterable<Wish>): Promise<void> {
  const traffic = new Traffic(world);
  const client = async (): Promise<void> => {
    for await (const wish of wishes) await traffic.fulfil(wish);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  world.say(`     ${traffic.count} answers, ${world.recorder.acknowledged.length} acknowledgements so far`);
}

async function blow(world: World, weather: Plan['weather'], gates: readonly Gate[]): Promise<void> {
  for (const [n, { what, pauseMs }] of weather.entries()) {
    gates[n]?.resolve(undefined);
    await happen(world, what);
    await sleep(pauseMs);
  }
}
