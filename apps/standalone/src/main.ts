import 'reflect-metadata';
import { banner } from './banner.js';
import { type Running, startAll } from './stack.js';

/** Named, so that those of libraries are known without importing them. */
const SENTENCES = new Set(['CannotStart', 'ConfigError', 'DatabaseUnavailable']);

const PARENT_WATCH_MS = 500;

const began = performance.now();

function say(sentence: string): void {
  console.log(`  ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${sentence}`);
}

/** Aborted by Ctrl-C, SIGTERM, a closed terminal, and by the end of the `npm start` that we run in. */
function listenForEnd(): AbortSignal {
  const controller = new AbortController();
  const end = (): void => {
    if (!controller.signal.aborted) console.log('\nStopping:');
    controller.abort();
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  if (process.stdout.isTTY) process.on('SIGHUP', end);
  // npm hands a signal to its shell, and the shell dies of it without a word to us.
  const parent = process.ppid;
  const watch = (): void => {
    if (process.ppid !== parent) end();
  };
  if (process.env['npm_lifecycle_event'] !== undefined) setInterval(watch, PARENT_WATCH_MS).unref();
  return controller.signal;
}

const untilAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve(undefined);
        },
        { once: true },
      );
  });

const words = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return SENTENCES.has(error.name) ? error.message : (error.stack ?? error.message);
};

/** @returns the sentence that explains a failure; nothing when it was asked to end */
async function run(started: AsyncDisposableStack, cancelled: AbortSignal): Promise<string | undefined> {
  try {
    const running: Running = await startAll(process.env, { started, cancelled, say });
    if (!cancelled.aborted) console.log(banner(running));
    return await Promise.race([running.died, untilAborted(cancelled)]);
  } catch (error) {
    return cancelled.aborted ? undefined : words(error);
  }
}

async function main(): Promise<number> {
  // A terminal that has gone away is no reason to leave PostgreSQL behind.
  process.stdout.on('error', () => undefined);
  console.log('Passerelle');
  const started = new AsyncDisposableStack();
  const failure = await run(started, listenForEnd());
  if (failure !== undefined) console.error(`\n${failure}\n`);
  await started.disposeAsync();
  return failure === undefined ? 0 : 1;
}

process.exit(await main());
