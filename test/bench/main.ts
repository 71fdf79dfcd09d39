import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { runBench } from './bench.js';
import { describe, toJson } from './report.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** What the processes log, to see what that costs. */
    'log-level': { type: 'string', default: 'warn' },
    /** Phases by name, for a quick look: `--only intake128,callbacks`. */
    only: { type: 'string' },
  },
});
const logLevel = values['log-level'];
const only = values.only?.split(',');
const began = performance.now();
const say = (sentence: string): void => {
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${sentence}\n`);
};

const result = await runBench(say, { logLevel, only });
process.stdout.write(`\n${describe(result, logLevel)}\n`);
if (values.json) process.stdout.write(`${toJson(result, logLevel)}\n`);
process.exitCode = result.objections.length === 0 ? 0 : 1;
