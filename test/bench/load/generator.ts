import { pushThrough } from './end-to-end-load.js';
import { pushStatements } from './floor-load.js';
import { pushCallbacks, pushPayments } from './http-load.js';
import { type Job, type Measured } from './job.js';
import { readPaths } from './read-load.js';
import { answerParent, orderFromParent } from './run-job.js';
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

answerParent(orderFromParent<Job>().then(carryOut));
