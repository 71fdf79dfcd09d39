import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { runMojaloopBench } from './bench.js';
import { describe, toJson } from './report.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** Numbers of clients: the first tells what is added to one transfer, the last how many are carried. */
    clients: { type: 'string', default: '8,32' },
    /** For each side and number of clients. */
    seconds: { type: 'string', default: '30' },
    /** What the gateway's processes log. */
    'log-level': { type: 'string', default: 'warn' },
  },
});

function positive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  process.stderr.write(`--${name}: ${text} is no whole number above 0\n`);
  process.exit(2);
}

const began = performance.now();
const say = (sentence: string): void => {
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${sentence}\n`);
};

const logLevel = values['log-level'];
const result = await runMojaloopBench(say, {
  logLevel,
  clients: values.clients.split(',').map((text) => positive('clients', text)),
  seconds: positive('seconds', values.seconds),
});
process.stdout.write(`\n${describe(result, logLevel)}\n`);
if (values.json) process.stdout.write(`${toJson(result, logLevel)}\n`);
process.exitCode = result.objections.length === 0 ? 0 : 1;
