import 'reflect-metadata';
import { ConfigError, createLogger, readConfig, stopWhenTold } from '#platform';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { WorkerModule } from './worker.module.js';

/** Silent until the log is there: what goes wrong before that is told once, by the catch below. */
const QUIET_START = { logger: false, abortOnError: false } as const;

/** Starts the worker: its loops, and a small server for health and metrics. */
async function start(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config, 'worker');
  const app = await NestFactory.create<NestFastifyApplication>(
    WorkerModule.forRoot(config, logger),
    new FastifyAdapter(),
    QUIET_START,
  );
  app.useLogger(app.get(Logger));
  stopWhenTold({ stop: () => app.close(), drainMs: config.worker.drainMs });
  await app.listen(config.worker.port, config.worker.host);
  logger.info({ host: config.worker.host, port: config.worker.port }, 'the worker is ready');
}

try {
  await start();
} catch (error) {
  const words =
    error instanceof ConfigError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : 'unknown';
  process.stderr.write(`${words}\n`);
  process.exit(1);
}
