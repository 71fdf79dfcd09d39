import { pushThrough } from './end-to-end-load.js';
import { pushStatements } from './floor-load.js';
import { pushCallbacks, pushPayments } from './http-load.js';
import { type Job, type Measured } from './job.js';
import { readPaths } from './read-load.js';
import { pushByTheClock } from './steady-load.js';
import { sustain } from './sustained-load.js';

function carryOut(job: Job): Promise<Measured> {
  switch (job.kind) {
    case 'floor':
      return pushStatements(job);
    case 'intake':
      return pushPayments(job);
    case 'steady':
      return pushByTheClock(job);
    case 'callbacks':
      return pushCallbacks(job);
    case 'endToEnd':
      return pushThrough(job);
    case 'sustained':
      return sustain(job);
    case 'read':
      return readPaths(job);
  }
}

// A job comes from the parent; what was measured goes back, and that is the end of this process.
process.once('message', (job: Job) => {
  carryOut(job).then(
    (measured) => {
      process.send?.(measured, () => process.exit(0));
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit(1));
