import { setTimeout as sleep } from 'node:timers/promises';
import { type Program } from '../support/program.js';
import { type Stack, startStack } from '../support/stack.js';
import { type Measured } from './load/job.js';
import { runJob } from './load/run-job.js';
import { type Phase } from './phases.js';
import { processorSeconds, type Resident, residentMemory, serverSeconds } from './processes.js';

export const PROCESSES = ['generator', 'api', 'worker', 'sandbox', 'postgres'] as const;

/** What each process used. */
export type Usage = Readonly<Record<(typeof PROCESSES)[number], number>>;

export interface PhaseResult extends Measured {
  readonly phase: Phase;
  /** To the floor; undefined without one. */
  readonly ratio: number | undefined;
  /** During the phase, from the start of its generator to the end of the last operation. */
  readonly cores: Usage;
  /** Processor time, in microseconds. */
  readonly eachUs: Usage;
}

export type Memory = Readonly<Record<string, Resident>>;

export type Say = (sentence: string) => void;

/** What a process that has just been started still does for itself is none of the phase's. */
const SETTLE_MS = 1_000;

/** The stack of the bench: one API and another that stands by, one worker, one partner that pays and calls back at once. */
export const startBenchStack = (logLevel: string): Promise<Stack> => {
  const limit = { perSecond: 20_000, burst: 20_000, concurrency: 512 };
  return startStack({
    only: ['wave-sn'],
    apis: 2,
    // A run is longer than a token lives.
    settings: { log: { level: logLevel }, auth: { tokenLifetimeS: 7_200 } },
    partners: { 'wave-sn': { limits: { collections: limit, enquiries: limit } } },
    simulators: { 'wave-sn': { payAfterMs: 0, callbackDelayMs: 0 } },
  });
};

const everyProcess = ({ apis, workers, simulators }: Stack): readonly Program[] => [
  ...apis,
  ...workers,
  simulators,
];

/** One stack over one database, and what was measured with it. */
export class Side {
  private readonly measured: PhaseResult[] = [];
  private memory: Memory = {};

  constructor(
    readonly name: 'empty' | 'grown',
    readonly stack: Stack,
    /** Brings the database back to where every phase begins. */
    private readonly startAfresh: () => Promise<void>,
    private readonly say: Say,
  ) {}

  /** Of each phase the run of the middle, where it was carried out in several rounds. */
  get results(): readonly PhaseResult[] {
    const runs = Map.groupBy(this.measured, ({ phase }) => phase.name);
    return [...runs.values()].flatMap((of) => {
      const [middle] = of.toSorted((one, other) => one.perSecond - other.perSecond).slice(of.length >> 1);
      return middle ?? [];
    });
  }

  /** What was not as expected, over all rounds. */
  get failures(): readonly string[] {
    return this.measured.flatMap(({ phase, failures }) =>
      Object.entries(failures).map(([how, count]) => `${this.name}, ${phase.name}: ${count} × ${how}`),
    );
  }

  /** Of each process after its last phase. */
  get residentMemory(): Memory {
    return this.memory;
  }

  async stopWorker(): Promise<void> {
    await Promise.all(this.stack.workers.map((worker) => worker.kill('SIGTERM')));
  }

  async stopSpareApis(): Promise<void> {
    await Promise.all(this.spareApis(2).map((api) => api.kill('SIGTERM')));
  }

  async run(phase: Phase): Promise<void> {
    await this.startAfresh();
    const spares = this.spareApis(phase.apis);
    await Promise.all(spares.map((api) => api.start()));
    if (spares.length > 0) await sleep(SETTLE_MS);
    await this.measure(phase);
    await Promise.all(spares.map((api) => api.kill('SIGTERM')));
  }

  /**
   * One phase after another with the worker, over what those before have left.
   * @returns what the partner's books have to say against it
   */
  async runThrough(phases: readonly Phase[]): Promise<readonly string[]> {
    if (phases.length === 0) {
      this.readMemory();
      return [];
    }
    await this.startAfresh();
    const since = new Date();
    const booked = (await this.books()).length;
    await Promise.all(this.stack.workers.map((worker) => worker.start()));
    await sleep(SETTLE_MS);
    for (const phase of phases) {
      await this.stack.database.query('CHECKPOINT');
      await this.measure(phase);
    }
    this.readMemory();
    const objections = await this.compareBooks(since, booked);
    await this.stopWorker();
    return objections;
  }

  private readMemory(): void {
    const read = everyProcess(this.stack).flatMap(({ name, pid }) => {
      const resident = residentMemory(pid);
      return resident ? [[name, resident] as const] : [];
    });
    this.memory = Object.fromEntries(read);
  }

  /** Every operation that succeeded since is one movement in the partner's books after those `booked`, and there is no other. */
  private async compareBooks(since: Date, booked: number): Promise<string[]> {
    const { rows } = await this.stack.database.query<{ id: string; amount: string }>(
      "SELECT id, amount_minor AS amount FROM operations WHERE state = 'succeeded' AND id >= lowest_id_at($1::timestamptz)",
      [since],
    );
    const entries = (await this.books()).slice(booked);
    const amounts = new Map(entries.map(({ reference, amount }) => [reference, amount]));
    const wrong = rows.filter(({ id, amount }) => amounts.get(id) !== amount);
    const isEqual = wrong.length === 0 && entries.length === rows.length;
    return isEqual
      ? []
      : [`${this.name}: ${entries.length} movements, ${rows.length} operations, ${wrong.length} differ`];
  }

  private async books() {
    return (await this.stack.sandbox.books('wave-sn')).entries;
  }

  private spareApis(apis: number): readonly Program[] {
    return this.stack.apis.slice(1, apis);
  }

  private async measure(phase: Phase): Promise<void> {
    const { title, connections, floor } = phase;
    const over = floor === undefined ? '' : `, ${connections} connection${connections === 1 ? '' : 's'}`;
    this.say(`${title}${over}${this.name === 'grown' ? ', grown database' : ''} …`);
    const before = await this.usage();
    const measured = await runJob(phase.job);
    const after = await this.usage();
    const base = this.measured.findLast(({ phase: { name } }) => name === floor)?.perSecond;
    const ratio = base === undefined ? undefined : measured.perSecond / base;
    const used = { ...subtract(after, before), generator: measured.generatorSeconds };
    this.measured.push({
      ...{ ...measured, phase, ratio },
      cores: mapUsage(used, (seconds) => rounded(seconds / used.elapsed, 3)),
      eachUs: mapUsage(used, (seconds) => rounded((seconds * 1e6) / Math.max(1, measured.total), 1)),
    });
    this.say(
      `  ${measured.perSecond.toLocaleString('en')} per second, p99 ${measured.latency.p99.toFixed(1)} ms`,
    );
  }

  private async usage(): Promise<Reading> {
    const { apis, workers, simulators, database } = this.stack;
    return {
      elapsed: performance.now() / 1000,
      generator: 0,
      api: sumOf(apis.map((api) => (api.isRunning ? processorSeconds(api.pid) : 0))),
      worker: workers[0]?.isRunning === true ? processorSeconds(workers[0].pid) : 0,
      sandbox: processorSeconds(simulators.pid),
      postgres: await serverSeconds(database),
    };
  }
}

type Reading = Usage & { readonly elapsed: number };

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

function subtract(after: Reading, before: Reading): Reading {
  return {
    ...mapUsage(after, (seconds, process) => seconds - before[process]),
    elapsed: after.elapsed - before.elapsed,
  };
}

function mapUsage(usage: Usage, change: (value: number, process: keyof Usage) => number): Usage {
  const { generator, api, worker, sandbox, postgres } = usage;
  return {
    generator: change(generator, 'generator'),
    api: change(api, 'api'),
    worker: change(worker, 'worker'),
    sandbox: change(sandbox, 'sandbox'),
    postgres: change(postgres, 'postgres'),
  };
}

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
