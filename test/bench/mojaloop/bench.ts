import { runApart } from '../load/run-job.js';
import { QUIET_CORES, readBusyCores, readCircumstances, type Circumstances } from '../server.js';
import { type Say } from '../side.js';
import { compareBooks } from './books.js';
import { type TransferJob, type Transferred } from './load/transfer-load.js';
import { mapUsage, readUsage, type Stage, startStage, type Usage } from './stage.js';
import { readSteps, type Step } from './steps.js';

export const SIDES = ['straight', 'gateway'] as const;
export type SideName = (typeof SIDES)[number];

export interface MojaloopBenchOptions {
  /** Numbers of clients, one after another. */
  readonly clients: readonly number[];
  /** For each side and number of clients, warm-ups apart. */
  readonly seconds: number;
  readonly logLevel: string;
}

/** One side with so many clients, over all of its rounds. */
export interface Measured {
  readonly side: SideName;
  readonly clients: number;
  /** Round by round, in milliseconds. */
  readonly rounds: readonly (readonly number[])[];
  readonly perSecond: number;
  /** Processor time for one transfer, in milliseconds. */
  readonly eachMs: Usage;
  /** Of the gateway only. */
  readonly steps: readonly Step[];
}

export interface MojaloopBenchResult {
  readonly circumstances: Circumstances;
  readonly measured: readonly Measured[];
  readonly objections: readonly string[];
}

const GENERATOR = new URL('./load/generator.js', import.meta.url);
const ROUND_S = 5;
const WARM_UP_MS = 1_500;
/** Before anything counts, both sides are used until their code is compiled. */
const FIRST_WARM_UP_MS = 6_000;
/** More than one round can send. */
const NUMBERS_OF_ROUND = 20_000;

interface Round extends Transferred {
  readonly usage: Usage;
  readonly from: Date;
  readonly until: Date;
}

/** The rounds of a run, one after another. */
class Rounds {
  readonly straight: string[] = [];
  readonly failures: string[] = [];
  private number = 0;

  constructor(
    private readonly stage: Stage,
    private readonly token: string,
  ) {}

  async run(side: SideName, clients: number, runMs: number): Promise<Round> {
    const { stack, scheme } = this.stage;
    const url = side === 'gateway' ? (stack.apiUrls[0] ?? '') : scheme.outboundUrl;
    const first = NUMBERS_OF_ROUND * this.number++;
    const job: TransferJob = {
      ...{ side, url, clients, first, runMs },
      ...{ token: this.token, warmUpMs: WARM_UP_MS },
    };
    const [from, before] = [new Date(), await readUsage(this.stage)];
    const transferred = await runApart<Transferred>(GENERATOR, job);
    const [until, after] = [new Date(), await readUsage(this.stage)];
    const { done, failures, generatorSeconds } = transferred;
    if (side === 'straight') this.straight.push(...done);
    for (const [how, count] of Object.entries(failures))
      this.failures.push(`${side}, ${clients} clients: ${count} × ${how}`);
    const usage = { ...mapUsage((process) => after[process] - before[process]), generator: generatorSeconds };
    return { ...transferred, usage, from, until };
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

async function summary(
  stage: Stage,
  side: SideName,
  clients: number,
  rounds: readonly Round[],
): Promise<Measured> {
  const [first, last] = [rounds[0], rounds.at(-1)];
  const count = Math.max(1, sumOf(rounds.map(({ done }) => done.length)));
  const finished = sumOf(rounds.map(({ latencies }) => latencies.length));
  return {
    ...{ side, clients },
    rounds: rounds.map(({ latencies }) => latencies),
    perSecond: finished / (rounds.length * ROUND_S),
    eachMs: mapUsage((process) => (sumOf(rounds.map(({ usage }) => usage[process])) * 1_000) / count),
    steps: side === 'gateway' && first && last ? await readSteps(stage, first.from, last.until) : [],
  };
}

/** Both sides in turn, so that both see the same weather. */
async function measure(stage: Stage, rounds: Rounds, clients: number, count: number, say: Say) {
  const run: Record<SideName, Round[]> = { straight: [], gateway: [] };
  for (let round = 0; round < count; round += 1) {
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      run[side].push(await rounds.run(side, clients, ROUND_S * 1_000));
    }
    say(`${clients} clients: round ${round + 1} of ${count}`);
  }
  return Promise.all(SIDES.map((side) => summary(stage, side, clients, run[side])));
}

/** One run from nothing to the figures. */
export async function runMojaloopBench(
  say: Say,
  options: MojaloopBenchOptions,
): Promise<MojaloopBenchResult> {
  await using undo = new AsyncDisposableStack();
  const busyBefore = await readBusyCores();
  if (busyBefore > QUIET_CORES)
    say(`other programs keep ${busyBefore.toFixed(1)} cores busy: too low figures`);
  say('starting PostgreSQL, Redis, switch, scheme adapter and gateway …');
  const stage = await startStage(undo, options.logLevel);
  const circumstances = await readCircumstances(stage.stack.database, busyBefore);
  const rounds = new Rounds(stage, await stage.stack.client.accessToken());
  for (const side of SIDES) await rounds.run(side, Math.max(...options.clients), FIRST_WARM_UP_MS);
  const measured: Measured[] = [];
  for (const clients of options.clients)
    measured.push(...(await measure(stage, rounds, clients, Math.ceil(options.seconds / ROUND_S), say)));
  const objections = [...rounds.failures, ...(await compareBooks(stage, rounds.straight))];
  return { circumstances, measured, objections };
}
