import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Job, type Measured } from './job.js';

const GENERATOR = fileURLToPath(new URL('./generator.js', import.meta.url));

/** Carries a job out in a process of its own, so that nothing else waits for it or holds it up. */
export function runJob(job: Job): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(GENERATOR, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('message', (measured: Measured) => {
      resolve(measured);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`the load generator ended with ${String(code)}`));
    });
    child.send(job);
  });
}
