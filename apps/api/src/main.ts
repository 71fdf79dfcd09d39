import 'reflect-metadata';
import { ConfigError, readConfig, stopWhenTold } from '#platform';
import { Logger } from '@nestjs/common';
import { createApi } from './server/create-app.js';

/** Time given to requests under way when the process is told to stop. */
const DRAIN_MS = 10_000;

async function start(): Promise<void> {
  const config = readConfig();
  const { listen, stop } = await createApi(config);
  stopWhenTold({ stop: () => stop(DRAIN_MS), drainMs: DRAIN_MS });
  await listen();
  new Logger('Api').log(`listening on ${config.api.host}:${config.api.port}`);
}

/** A wrong setting is a sentence, a fault of ours is a stack. */
const wordsOf = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : 'the API did not start';
};

try {
  await start();
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`);
  process.exit(1);
}
