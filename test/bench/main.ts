import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { runBench } from './bench.js';
import { PHASE_NAMES, type PhaseName } from './phases.js';
import { describe } from './report.js';
import { toJson } from './report-json.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** What the processes log, to see what that costs. */
    'log-level': { type: 'string', default: 'warn' },
    /** Phases by name, for a quick look: `--only intake128,callbacks`. */
    only: { type: 'string' },
    /** Seconds for which operations are carried through by the clock, and how many a second. */
    sustain: { type: 'string', default: '60' },
    rate: { type: 'string', default: '1020' },
    /** Measures everything so often, on machines whose speed wavers: the run of the middle counts. */
    rounds: { type: 'string', default: '1' },
    /** Compares with a database that holds this many operations: `--grown 2000000`. */
    grown: { type: 'string' },
  },
});

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function positive(name: string, text: string): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : fail(`--${name} is no whole number above 0`);
}

const isPhaseName = (name: string): name is PhaseName => PHASE_NAMES.some((known) => known === name);

function phaseNames(names: readonly string[]): readonly PhaseName[] {
  const unknown = names.filter((name) => !isPhaseName(name));
  if (unknown.length > 0)
    fail(`--only: there is no ${unknown.join(', ')}; there are ${PHASE_NAMES.join(', ')}`);
  return names.filter(isPhaseName);
}

const logLevel = values['log-level'];
const began = performance.now();
const say = (sentence: string): void => {
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${sentence}\n`);
};

const result = await runBench(say, {
  logLevel,
  only: values.only === undefined ? undefined : phaseNames(values.only.split(',')),
  sustain: { perSecond: positive('rate', values.rate), seconds: positive('sustain', values.sustain) },
  rounds: positive('rounds', values.rounds),
  grown: values.grown === undefined ? undefined : positive('grown', values.grown),
});
process.stdout.write(`\n${describe(result, logLevel)}\n`);
if (values.json) process.stdout.write(`${toJson(result, logLevel)}\n`);
process.exitCode = result.objections.length === 0 ? 0 : 1;
