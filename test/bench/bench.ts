import { type Stack, startStack } from '../support/stack.js';
import { type Job, type Measured } from './load/job.js';
import { runJob } from './load/run-job.js';
import { type Circumstances, readBusyCores, readCircumstances, startAfresh, startServer } from './server.js';

const TIMING = { warmUpMs: 1_500, runMs: 6_500 };
const MOST_CONNECTIONS = 128;
/** Operations that are open at once while they are carried through. */
const WINDOW = 400;
/** A machine on which no more than this is busy is left to the bench. */
const QUIET_CORES = 0.15;

export type PhaseName =
  'floor1' | 'floor32' | 'floor' | 'intake1' | 'intake32' | 'intake128' | 'callbacks' | 'endToEnd';

interface Phase {
  readonly name: PhaseName;
  readonly title: string;
  readonly connections: number;
  /** The floor that it is compared with. */
  readonly floor: 'floor1' | 'floor32' | 'floor';
  readonly job: Job;
}

export interface PhaseResult extends Measured {
  readonly phase: Phase;
  readonly ratio: number;
}

export interface BenchResult {
  readonly circumstances: Circumstances;
  readonly phases: readonly PhaseResult[];
  /** What was found wrong; empty when all answers were as expected and the partner's books agree. */
  readonly objections: readonly string[];
}

export interface BenchOptions {
  readonly logLevel: string;
  /** Names of the phases to run; default: all. */
  readonly only: readonly string[] | undefined;
}

export type Say = (sentence: string) => void;

async function describePhases({ client, databaseUrl, shared, apiUrls: [apiUrl = ''] }: Stack) {
  const token = await client.accessToken();
  const floor = (name: 'floor1' | 'floor32' | 'floor', connections: number): Phase => ({
    ...{ name, connections, floor: name, title: 'floor: the intake statement alone' },
    job: { kind: 'floor', databaseUrl, connections, ...TIMING },
  });
  const intake = (name: PhaseName, connections: number, against: Phase['floor']): Phase => ({
    ...{ name, connections, floor: against, title: 'intake: POST /v1/payments' },
    job: { kind: 'intake', apiUrl, token, connections, ...TIMING },
  });
  const callbackKey = shared['WAVE_SN_CALLBACK_KEY'] ?? '';
  const secret = shared['WAVE_SN_WEBHOOK_SECRET'] ?? '';
  const callbacks: Phase = {
    ...{ name: 'callbacks', connections: MOST_CONNECTIONS, floor: 'floor' },
    title: 'callbacks: signed webhooks',
    job: { kind: 'callbacks', apiUrl, callbackKey, secret, connections: MOST_CONNECTIONS, ...TIMING },
  };
  const endToEnd: Phase = {
    ...{ name: 'endToEnd', connections: 32, floor: 'floor' },
    title: 'end to end: received to succeeded',
    job: { kind: 'endToEnd', apiUrl, token, databaseUrl, window: WINDOW, connections: 32, ...TIMING },
  };
  const withoutWorker = [
    ...[floor('floor1', 1), floor('floor32', 32), floor('floor', MOST_CONNECTIONS)],
    ...[intake('intake1', 1, 'floor1'), intake('intake32', 32, 'floor32')],
    ...[intake('intake128', MOST_CONNECTIONS, 'floor'), callbacks],
  ];
  return { withoutWorker, endToEnd };
}

/** Runs phases one after another; every one begins afresh. */
class Runner {
  readonly results: PhaseResult[] = [];

  constructor(
    private readonly stack: Stack,
    private readonly say: Say,
  ) {}

  async run(phase: Phase): Promise<void> {
    const { title, connections } = phase;
    await startAfresh(this.stack.database);
    this.say(`${title}, ${connections} connection${connections === 1 ? '' : 's'} …`);
    const measured = await runJob(phase.job);
    const base = this.results.find(({ phase: { name } }) => name === phase.floor)?.perSecond;
    this.results.push({ ...measured, phase, ratio: base === undefined ? 1 : measured.perSecond / base });
    this.say(`  ${measured.perSecond.toLocaleString('en')} per second`);
  }
}

/** Every operation that succeeded is one movement in the partner's books, and there is no other. */
async function compareBooks({ database, sandbox }: Stack): Promise<string[]> {
  const { rows } = await database.query<{ id: string; amount: string }>(
    "SELECT id, amount_minor AS amount FROM operations WHERE state = 'succeeded'",
  );
  const { entries } = await sandbox.books('wave-sn');
  const booked = new Map(entries.map(({ reference, amount }) => [reference, amount]));
  const wrong = rows.filter(({ id, amount }) => booked.get(id) !== amount);
  const isEqual = wrong.length === 0 && entries.length === rows.length;
  return isEqual
    ? []
    : [`books: ${entries.length} movements, operations: ${rows.length}, ${wrong.length} differ`];
}

const failuresOf = ({ phase, failures }: PhaseResult): string[] =>
  Object.entries(failures).map(([how, count]) => `${phase.name}: ${count} × ${how}`);

/** The stack of the bench: one API, one worker, one partner that pays and calls back at once. */
const startBenchStack = (logLevel: string): Promise<Stack> => {
  const limit = { perSecond: 20_000, burst: 20_000, concurrency: 512 };
  return startStack({
    only: ['wave-sn'],
    settings: { log: { level: logLevel } },
    partners: { 'wave-sn': { limits: { collections: limit, enquiries: limit } } },
    simulators: { 'wave-sn': { payAfterMs: 0, callbackDelayMs: 0 } },
  });
};

/** The last phase, with the worker. @returns where the books and the operations disagree */
async function runThrough(stack: Stack, runner: Runner, endToEnd: Phase, say: Say): Promise<string[]> {
  await startAfresh(stack.database);
  await Promise.all(stack.workers.map((worker) => worker.start()));
  await runner.run(endToEnd);
  say("comparing the partner's books with the operations …");
  return compareBooks(stack);
}

/** One run from an empty server to the figures; about a minute and a half. */
export async function runBench(say: Say, { logLevel, only }: BenchOptions): Promise<BenchResult> {
  await using undo = new AsyncDisposableStack();
  const busyBefore = await readBusyCores();
  if (busyBefore > QUIET_CORES)
    say(`other programs keep ${busyBefore.toFixed(1)} cores busy: too low figures`);
  say('starting PostgreSQL, sandbox, API and worker …');
  undo.defer(await startServer());
  const stack = await startBenchStack(logLevel);
  undo.defer(() => stack.stop());
  const circumstances = await readCircumstances(stack.database, busyBefore);
  const { withoutWorker, endToEnd } = await describePhases(stack);
  const runner = new Runner(stack, say);
  say('the worker is stopped until the last phase, so that intake is measured alone');
  await Promise.all(stack.workers.map((worker) => worker.kill('SIGTERM')));
  const isAsked = ({ name }: Phase): boolean => only?.includes(name) ?? true;
  for (const phase of withoutWorker.filter(isAsked)) await runner.run(phase);
  const objections = isAsked(endToEnd) ? await runThrough(stack, runner, endToEnd, say) : [];
  objections.push(...runner.results.flatMap(failuresOf));
  return { circumstances, phases: runner.results, objections };
}
