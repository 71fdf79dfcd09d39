import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { type Arguments, readArguments } from './arguments.js';
import { PostgresControl } from './postgres.js';
import { Random } from './random.js';
import { complaintOf, summaryOf, tableOf } from './report.js';
import { isSound, play, type Played } from './run.js';
import { everythingDies } from './scenarios/everything-dies.js';
import { SCENARIOS, SCHEME_SCENARIOS } from './scenarios/index.js';
import { Stage } from './stage.js';
import { roundNamed, rounds } from './simulation/rounds.js';
import { type Scenario } from './world.js';

const began = performance.now();
const write = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const say = (sentence: string): void => {
  write(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${sentence}`);
};

/** Those that were asked for; without any, all that are written down and then as many random rounds as there is time. */
function* chosen({ scenarios, minutes, part }: Arguments): Generator<Scenario> {
  if (scenarios.length === 0 && part === 'schemes') {
    yield* SCHEME_SCENARIOS;
    yield everythingDies;
    return;
  }
  if (scenarios.length === 0) {
    yield* SCENARIOS.filter((one) => part === 'all' || !SCHEME_SCENARIOS.includes(one));
    yield* rounds(minutes === undefined ? undefined : began + minutes * 60_000);
    yield everythingDies;
    return;
  }
  for (const id of scenarios) {
    const scenario = [...SCENARIOS, everythingDies].find((one) => one.id === id) ?? roundNamed(id);
    if (!scenario) throw new Error(`there is no scenario ${id}`);
    yield scenario;
  }
}

type OpenStage = (settings?: Scenario['settings']) => Promise<Stage>;

/** Each with the one that follows. */
function* withNext<T>(all: Iterable<T>): Generator<readonly [T, T | undefined]> {
  let last: T | undefined;
  for (const one of all) {
    if (last !== undefined) yield [last, one];
    last = one;
  }
  if (last !== undefined) yield [last, undefined];
}

/** The stage of the run, and of scenarios that need other settings one of their own: opened while the one before is played. */
class Stages {
  private ahead: { readonly scenario: Scenario; readonly stage: Promise<Stage> } | undefined;

  constructor(
    private readonly shared: Stage,
    private readonly open: OpenStage,
  ) {}

  async during<T>(scenario: Scenario, next: Scenario | undefined, work: (stage: Stage) => Promise<T>) {
    const own = scenario.settings ? await this.ownOf(scenario) : undefined;
    if (next?.settings) this.openAhead(next);
    try {
      return await work(own ?? this.shared);
    } finally {
      await own?.close();
    }
  }

  private openAhead(scenario: Scenario): void {
    const stage = this.open(scenario.settings);
    stage.catch(() => undefined);
    this.ahead = { scenario, stage };
  }

  /** What was broken meanwhile may have kept it from being opened ahead. */
  private async ownOf(scenario: Scenario): Promise<Stage> {
    const ahead = this.ahead?.scenario === scenario ? this.ahead.stage : undefined;
    return (await ahead?.catch(() => undefined)) ?? this.open(scenario.settings);
  }
}

async function run(given: Arguments, postgres: PostgresControl): Promise<readonly Played[]> {
  const seed = new Random(given.seed);
  const open: OpenStage = (settings) => Stage.open({ postgres, random: seed, say, settings });
  const played: Played[] = [];
  say('starting two apis, two workers and the sandbox, with proxies between them …');
  const stage = await open();
  try {
    const stages = new Stages(stage, open);
    for (const [scenario, next] of withNext(chosen(given))) {
      say(`${scenario.id}  ${scenario.title} …`);
      const one = await stages.during(scenario, next, (at) => play(scenario, at, seed.fork(scenario.id)));
      played.push(one);
      say(`${scenario.id}  ${isSound(one) ? 'sound' : 'NOT SOUND'}, ${one.seconds.toFixed(1)} s`);
      if (!isSound(one)) write(complaintOf(one, given.seed));
    }
  } finally {
    await postgres.start();
    await stage.close();
  }
  return played;
}

async function main(): Promise<boolean> {
  const given = readArguments(process.argv.slice(2));
  say(`seed ${given.seed}`);
  const postgres = await PostgresControl.create();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void postgres.remove().finally(() => process.exit(1)));
  }
  try {
    const played = await run(given, postgres);
    const unsound = played.filter((one) => !isSound(one));
    write(`\n${tableOf(played)}\n`);
    for (const one of unsound) write(`${complaintOf(one, given.seed)}\n`);
    write(
      `${played.length - unsound.length} of ${played.length} sound, seed ${given.seed}, ` +
        `${((performance.now() - began) / 60_000).toFixed(1)} minutes`,
    );
    const summary = JSON.stringify(summaryOf(played, given.seed), null, 2);
    if (given.outputFile !== undefined) writeFileSync(given.outputFile, summary);
    else if (given.json) write(summary);
    return unsound.length === 0;
  } finally {
    await postgres.remove();
  }
}

// Not by leaving nothing to do: a socket that was reset while it connected keeps Node waiting for its end for ever.
process.exit((await main()) ? 0 : 1);
