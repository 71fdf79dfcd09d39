import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault } from '../../support/sandbox-controls.js';
import { type FaultProxy } from '../proxy/fault-proxy.js';
import { type Misbehaviour } from '../proxy/misbehaviour.js';
import { PARTNERS } from '../settings.js';
import { type Kind, type World } from '../world.js';

/** What goes wrong next, and how long nothing else does. */
export type Weather =
  | { readonly is: 'partner'; readonly partner: string; readonly fault: Fault }
  | { readonly is: 'wire'; readonly link: LinkName; readonly index: number; readonly what: Misbehaviour }
  | { readonly is: 'kill'; readonly kind: Kind; readonly index: number; readonly awayMs: number }
  | {
      readonly is: 'failPoint';
      readonly kind: Kind;
      readonly index: number;
      readonly statement: string;
      readonly when: 'before' | 'after';
      readonly skip: number;
    }
  | { readonly is: 'rolling' }
  | { readonly is: 'frozen'; readonly index: number; readonly ms: number }
  | { readonly is: 'clock'; readonly kind: Kind; readonly index: number; readonly ms: number }
  | { readonly is: 'database'; readonly awayMs: number }
  | { readonly is: 'locked'; readonly ms: number };

const LINKS = [
  'toPartners',
  'toCallbacks',
  'toInbound',
  'toSwitchDoor',
  'toApis',
  'apiToDatabase',
  'workerToDatabase',
] as const;
type LinkName = (typeof LINKS)[number];

/** The statements that carry the life of an operation, by who sends them. */
export const STATEMENTS: Readonly<Record<Kind, readonly string[]>> = {
  api: [
    'intake',
    'callbacks-store',
    'operations-hold',
    'inbound-announce',
    'inbound-passage',
    'inbound-give-up',
    'inbound-answer-owe',
    'inbound-answer-taken',
  ],
  worker: [
    'submissions-claim',
    'confirmations-claim',
    'resubmissions-claim',
    'operations-apply',
    'enquiries-claim',
    'callbacks-claim',
    'callbacks-finish',
    'events-tell-due',
    'receipt-store',
    'passing-on-look',
    'passing-on-settled',
    'inbound-answer-claim',
    'inbound-answer-taken',
  ],
};

const TEN_MINUTES_MS = 600_000;
/** Longer than the lease of the run: what a frozen worker holds is taken over. */
const FROZEN_MS = { least: 500, most: 4_500 };
/** A fail point that nothing crosses is taken away again. */
const STRIKE_PATIENCE_MS = 4_000;

const kind = fc.constantFrom<Kind>('api', 'worker');
const index = fc.integer({ min: 0, max: 1 });
const partner = fc.constantFrom(...PARTNERS);
const count = fc.integer({ min: 1, max: 8 });

const partnerFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    fault: fc.constantFrom(
      'timeout-before-acting',
      'timeout-after-acting',
      'reset',
      'reset-after-acting',
      'error-5xx',
      'error-5xx-after-acting',
      'throttled',
      'nonsense',
      'callback-lost',
      'callback-early',
      'callback-corrupted',
      'callback-forged',
    ),
    count,
  }),
  fc.record({ fault: fc.constant('callback-duplicated'), copies: fc.integer({ min: 2, max: 50 }), count }),
  fc.record({
    fault: fc.constantFrom('slow', 'callback-late', 'callback-out-of-order'),
    delayMs: fc.integer({ min: 50, max: 2_500 }),
    count,
  }),
  fc.record({
    fault: fc.constant('clock-skew'),
    delayMs: fc.constantFrom(-TEN_MINUTES_MS, TEN_MINUTES_MS),
    count,
  }),
);

const direction = fc.constantFrom('there', 'back', 'both');
const fewConnections = fc.integer({ min: 1, max: 3 });
const bytes = fc.integer({ min: 0, max: 3_000 });

const misbehaviour: fc.Arbitrary<Misbehaviour> = fc.oneof(
  fc.record({
    latencyMs: fc.integer({ min: 1, max: 400 }),
    jitterMs: fc.integer({ min: 0, max: 100 }),
    count: fewConnections,
  }),
  fc.record({ reset: fc.constant(true), direction, count: fewConnections }),
  fc.record({ halfClose: fc.constant(true), direction, count: fewConnections }),
  fc.record({ refuse: fc.constant(true), count: fewConnections }),
  fc.record({ truncateAfterBytes: bytes, direction, count: fewConnections }),
  fc.record({ blackHoleAfterBytes: bytes, direction, count: fewConnections }),
);

const failPoint = kind.chain((of) =>
  fc.record({
    is: fc.constant('failPoint' as const),
    kind: fc.constant(of),
    index,
    statement: fc.constantFrom(...STATEMENTS[of]),
    when: fc.constantFrom('before' as const, 'after' as const),
    skip: fc.integer({ min: 0, max: 2 }),
  }),
);

/** Mostly small things, now and then a large one. */
export const anyWeather: fc.Arbitrary<Weather> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ is: fc.constant('partner' as const), partner, fault: partnerFault }) },
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant('wire' as const),
      link: fc.constantFrom(...LINKS),
      index,
      what: misbehaviour,
    }),
  },
  { weight: 5, arbitrary: failPoint },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('kill' as const),
      kind,
      index,
      awayMs: fc.integer({ min: 0, max: 1_500 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ is: 'rolling' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('frozen' as const),
      index,
      ms: fc.integer({ min: FROZEN_MS.least, max: FROZEN_MS.most }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('clock' as const),
      kind,
      index,
      ms: fc.constantFrom(-TEN_MINUTES_MS, TEN_MINUTES_MS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('database' as const),
      awayMs: fc.integer({ min: 0, max: 1_500 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('locked' as const), ms: fc.integer({ min: 100, max: 1_500 }) }),
  },
);

/**
 * Lets it happen; resolves when it is over, or has nothing left to wait for.
 * @returns whether it struck; what only waits for its victim, a partner's fault or a wire's, shows in `Strikes`
 */
export async function happen(world: World, weather: Weather): Promise<boolean> {
  switch (weather.is) {
    case 'partner':
      if (!(isSkew(weather.fault) && (await isSkewed(world, weather.partner))))
        await world.stack.sandbox.addFault(weather.partner, weather.fault);
      return false;
    case 'wire':
      linkOf(world, weather.link, weather.index).misbehave(weather.what);
      return false;
    case 'kill':
      await killed(world, weather.kind, weather.index, weather.awayMs);
      return true;
    case 'failPoint':
      return struck(world, weather);
    case 'rolling':
      for (const each of ['api', 'worker'] as const) {
        for (const one of [0, 1]) await world.restart(each, one, 'SIGTERM');
      }
      return true;
    case 'frozen':
      await frozen(world, weather.index, weather.ms);
      return true;
    case 'clock':
      await world.clock.shift(weather.kind, weather.index, weather.ms);
      return true;
    case 'database':
      await world.postgres.stop('immediate');
      await sleep(weather.awayMs);
      await world.postgres.start();
      return true;
    case 'locked':
      await locked(world, weather.ms);
      return true;
  }
}

/** It is there until the world is healed, and strikes nobody in particular. */
const isSkew = ({ fault }: Fault): boolean => fault === 'clock-skew';

/** Two of them would add up to more than a partner's clock may be off. */
const isSkewed = async ({ stack: { sandbox } }: World, partner: string): Promise<boolean> =>
  (await sandbox.faults(partner)).some(isSkew);

/** Counts what was set to misbehave and met somebody, from when it is made until the world is healed. */
export class Strikes {
  private readonly wiresBefore: number;

  constructor(private readonly world: World) {
    this.wiresBefore = this.ofWires();
  }

  /** @param weather all that has happened since */
  async count(weather: readonly Weather[]): Promise<{ readonly partners: number; readonly wires: number }> {
    const set = weather.reduce(
      (sum, one) => sum + (one.is === 'partner' && !isSkew(one.fault) ? (one.fault.count ?? 0) : 0),
      0,
    );
    const left = await Promise.all(PARTNERS.map((partner) => this.leftOf(partner)));
    return {
      partners: set - left.reduce((sum, one) => sum + one, 0),
      wires: this.ofWires() - this.wiresBefore,
    };
  }

  /** What has struck as often as it was to is not listed any more. */
  private async leftOf(partner: string): Promise<number> {
    const { sandbox } = this.world.stack;
    const [faults, struck] = await Promise.all([sandbox.faults(partner), sandbox.timesStruck(partner)]);
    const striking = faults.filter((fault) => !isSkew(fault));
    return striking.reduce((sum, { count: each = 0 }) => sum + each, 0) - struck;
  }

  private ofWires(): number {
    const all = LINKS.flatMap((name) => this.world.links[name]);
    return all.reduce((sum, { counters: { struck: times } }) => sum + times, 0);
  }
}

function linkOf({ links }: World, name: LinkName, index: number): FaultProxy {
  const link = links[name];
  const one = 'misbehave' in link ? link : link[index];
  if (!one) throw new Error(`there is no link ${name} ${index}`);
  return one;
}

async function killed(world: World, of: Kind, index: number, awayMs: number): Promise<void> {
  const program = (of === 'api' ? world.stack.apis : world.stack.workers)[index];
  await program?.kill('SIGKILL');
  await sleep(awayMs);
  await world.restart(of, index, 'SIGKILL');
}

async function struck(world: World, weather: Extract<Weather, { is: 'failPoint' }>): Promise<boolean> {
  const { kind: process, index, statement, when, skip } = weather;
  const point = world.failPoint({ process, index, statement, when, skip });
  const isStruck = await Promise.race([
    point.struck.then(() => true),
    sleep(STRIKE_PATIENCE_MS, false, { ref: false }),
  ]);
  point.disarm();
  if (isStruck) await world.restart(process, index, 'SIGKILL');
  return isStruck;
}

/** It lives, and does not know how much time has passed. */
async function frozen({ stack }: World, index: number, ms: number): Promise<void> {
  const pid = stack.workers[index]?.pid;
  if (pid === undefined) return;
  process.kill(pid, 'SIGSTOP');
  await sleep(ms);
  process.kill(pid, 'SIGCONT');
}

/** Whoever writes an operation waits, with a connection of his pool in his hand. */
async function locked({ stack }: World, ms: number): Promise<void> {
  const client = await stack.database.connect();
  try {
    await client.query('BEGIN');
    await client.query('LOCK TABLE operations IN ACCESS EXCLUSIVE MODE');
    await sleep(ms);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
