import { Logger } from '@nestjs/common';

/** For connections to close, once the work has ended. One whose other end says nothing is not waited for any longer. */
const CLOSE_MS = 5_000;

interface Stop {
  /** Finishes what is under way, then closes everything. */
  readonly stop: () => Promise<void>;
  /** What is under way is given so long. */
  readonly drainMs: number;
}

/** Has SIGTERM and SIGINT end this process in order, and in any case within `drainMs` and five seconds. */
export function stopWhenTold({ stop, drainMs }: Stop): void {
  const logger = new Logger('Process');
  let isStopping = false;
  const onSignal = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    logger.log(`${signal}: finishing what is under way`);
    setTimeout(() => {
      logger.warn('what has not ended by now is left to itself');
      process.exit(0);
    }, drainMs + CLOSE_MS);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the process did not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
