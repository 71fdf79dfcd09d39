import { empty, removeSince } from './afresh.js';
import { fillDatabase, type GrownDatabase } from './grown/fill.js';
import { measureSearches, type SearchResult } from './grown/searches.js';
import { describePhases, type Phase, type PhaseName, type Phases, type Sustain } from './phases.js';
import { type Memory, type PhaseResult, type Say, Side, startBenchStack } from './side.js';
import {
  type Circumstances,
  durabilityObjections,
  QUIET_CORES,
  readBusyCores,
  readCircumstances,
  startServer,
} from './server.js';
import { measureStarts, type Starts } from './start.js';

export interface BenchOptions {
  readonly logLevel: string;
  /** Names of the phases to run; default: all. */
  readonly only: readonly PhaseName[] | undefined;
  readonly sustain: Sustain;
  /** How often everything is measured; the run of the middle counts. */
  readonly rounds: number;
  /** How many operations a second database holds beforehand; none: there is no second one. */
  readonly grown: number | undefined;
}

export interface SideResult {
  readonly phases: readonly PhaseResult[];
  readonly memory: Memory;
}

export interface GrownResult extends SideResult {
  readonly database: GrownDatabase;
  readonly searches: readonly SearchResult[];
}

export interface BenchResult {
  readonly circumstances: Circumstances;
  readonly empty: SideResult;
  readonly grown: GrownResult | undefined;
  readonly starts: Starts | undefined;
  /** What was found wrong; empty when all answers were as expected and the partner's books agree. */
  readonly objections: readonly string[];
}

const resultOf = ({ results: phases, residentMemory: memory }: Side): SideResult => ({ phases, memory });

/** A side with what is measured on it. */
interface Lane {
  readonly side: Side;
  readonly phases: Phases;
}

/** The same phase on one side directly after the other, so that both see the same weather. @returns objections */
async function runRound(lanes: readonly Lane[], isAsked: (phase: Phase) => boolean): Promise<string[]> {
  const objections: string[] = [];
  for (const [number, phase] of (lanes[0]?.phases.withoutWorker ?? []).entries()) {
    if (!isAsked(phase)) continue;
    for (const { side, phases } of lanes) {
      const own = phases.withoutWorker[number];
      if (own) await side.run(own);
    }
  }
  for (const { side, phases } of lanes) {
    objections.push(...(await side.runThrough(phases.withWorker.filter(isAsked))));
  }
  return objections;
}

async function runSides(sides: readonly Side[], { only, sustain, rounds }: BenchOptions, say: Say) {
  const isAsked = ({ name }: Phase): boolean => only?.includes(name) ?? true;
  const objections: string[] = [];
  const lanes = await Promise.all(
    sides.map(async (side) => ({ side, phases: await describePhases(side.stack, sustain) })),
  );
  say('workers are stopped until end to end, so that intake is measured alone');
  for (let round = 1; round <= rounds; round += 1) {
    if (rounds > 1) say(`round ${round} of ${rounds}`);
    // Whoever comes second finds the machine as the first one has left it: they take turns.
    objections.push(...(await runRound(round % 2 === 1 ? lanes : lanes.toReversed(), isAsked)));
  }
  return [...objections, ...sides.flatMap(({ failures }) => failures)];
}

async function startEmptySide(logLevel: string, undo: AsyncDisposableStack, say: Say): Promise<Side> {
  const stack = await startBenchStack(logLevel);
  undo.defer(() => stack.stop());
  const side = new Side('empty', stack, () => empty(stack.database), say);
  await side.stopWorker();
  await side.stopSpareApis();
  return side;
}

/** The database is filled through a stack of its own, so that real operations can be taken for models. */
async function startGrownSide(operations: number, logLevel: string, undo: AsyncDisposableStack, say: Say) {
  const stack = await startBenchStack(logLevel);
  undo.defer(() => stack.stop());
  const database = await fillDatabase(stack, operations, say);
  const side = new Side('grown', stack, () => removeSince(stack.database, database.filledAt), say);
  await side.stopWorker();
  await side.stopSpareApis();
  return { side, database };
}

async function timeStarts({ only }: BenchOptions, say: Say): Promise<Starts | undefined> {
  if (only && !only.includes('start')) return undefined;
  say('start: the standalone gateway on a new data directory, and again …');
  const starts = await measureStarts();
  say(`  ready after ${starts.firstS} s, then after ${starts.secondS} s`);
  return starts;
}

/** One run from an empty server to the figures. */
export async function runBench(say: Say, options: BenchOptions): Promise<BenchResult> {
  await using undo = new AsyncDisposableStack();
  const { logLevel, only, grown: operations } = options;
  const busyBefore = await readBusyCores();
  if (busyBefore > QUIET_CORES)
    say(`other programs keep ${busyBefore.toFixed(1)} cores busy: too low figures`);
  const starts = await timeStarts(options, say);
  say('starting PostgreSQL, sandbox, API and worker …');
  undo.defer(await startServer());
  const emptySide = await startEmptySide(logLevel, undo, say);
  const grown = operations === undefined ? undefined : await startGrownSide(operations, logLevel, undo, say);
  const circumstances = await readCircumstances(emptySide.stack.database, busyBefore);
  const sides = grown ? [emptySide, grown.side] : [emptySide];
  const objections = [...durabilityObjections(circumstances), ...(await runSides(sides, options, say))];
  const isSearched = only?.includes('search') ?? true;
  const searches = grown && isSearched ? await measureSearches(grown.side.stack, grown.database, say) : [];
  objections.push(...searches.flatMap(({ objections: found }) => found));
  return {
    ...{ circumstances, starts, objections, empty: resultOf(emptySide) },
    grown: grown && { ...resultOf(grown.side), database: grown.database, searches },
  };
}
