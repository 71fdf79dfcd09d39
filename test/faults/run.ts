import { setTimeout as sleep } from 'node:timers/promises';
import { checkAll, type Findings } from './invariants/all.js';
import { type Random } from './random.js';
import { type Stage } from './stage.js';
import { storiesOf } from './stories.js';
import { type Scenario, type World } from './world.js';

/** Longer than any scenario takes, also on a machine that is busy with something else. */
const PATIENCE_MS = 240_000;

/** What came of one scenario. */
export interface Played {
  readonly id: string;
  readonly title: string;
  /** What it expected and did not find, or what kept the world from settling; null: nothing. */
  readonly failure: string | null;
  /** Null: the world was too broken to look. */
  readonly findings: Findings | null;
  readonly seconds: number;
  /** Of the operations that are complained of: what is written down of them. */
  readonly stories: readonly string[];
}

export const isSound = ({ failure, findings }: Pick<Played, 'failure' | 'findings'>): boolean =>
  failure === null && findings !== null && Object.values(findings).every((list) => list.length === 0);

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

async function withinPatience(work: Promise<void>): Promise<void> {
  const abort = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: abort.signal, ref: false }).then(() => {
    throw new Error(`it did not end within ${PATIENCE_MS / 1_000} s`);
  });
  late.catch(() => undefined);
  try {
    await Promise.race([work, late]);
  } finally {
    abort.abort();
  }
}

async function failureOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await withinPatience(work());
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

async function lookAt(
  stage: Stage,
  world: World,
): Promise<{ findings: Findings | null; failure: string | null }> {
  try {
    return { findings: await checkAll(stage.evidence(world)), failure: null };
  } catch (error) {
    return { findings: null, failure: messageOf(error) };
  }
}

/** Nothing where the database is away. */
async function tellStories(
  { stack }: Stage,
  { failure, findings }: Pick<Played, 'failure' | 'findings'>,
): Promise<readonly string[]> {
  const complaints = [failure ?? '', ...Object.values(findings ?? {}).flat()];
  return storiesOf(stack.database, complaints).catch(() => []);
}

/** Plays it, heals the world, lets it settle, and looks whether everything holds that always must. */
export async function play(scenario: Scenario, stage: Stage, random: Random): Promise<Played> {
  const began = performance.now();
  const world = stage.world(random);
  const own = await failureOf(() => scenario.run(world));
  const healing = await failureOf(async () => {
    await world.heal();
    await world.settle();
  });
  const { findings, failure } = await lookAt(stage, world);
  const seen = { findings, failure: own ?? healing ?? failure };
  const stories = isSound(seen) ? [] : await tellStories(stage, seen);
  await stage.calm().catch(() => undefined);
  const { id, title } = scenario;
  return { id, title, ...seen, stories, seconds: (performance.now() - began) / 1_000 };
}
