import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Job, type Measured } from './job.js';

const GENERATOR = new URL('./generator.js', import.meta.url);

/** Lets a program of its own do what it is sent, so that nothing else waits for it or holds it up. */
export function runApart<Result>(program: URL, order: object): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(program), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('message', (result: Result) => {
      resolve(result);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`the load generator ended with ${String(code)}`));
    });
    child.send(order);
  });
}

/** An order that {@link runApart} sends, once it is here. */
export const orderFromParent = <Order>(): Promise<Order> =>
  new Promise((resolve) => {
    process.once('message', (order: Order) => {
      resolve(order);
    });
    process.once('disconnect', () => process.exit(1));
  });

/** What came of it goes back, and that is the end of this process. */
export function answerParent(result: Promise<object>): void {
  result.then(
    (value) => {
      process.send?.(value, () => process.exit(0));
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}\n`);
      process.exit(1);
    },
  );
}

export const runJob = (job: Job): Promise<Measured> => runApart(GENERATOR, job);
