import { pino } from 'pino';
import { readSandboxConfig } from './config.js';
import { type RunningSandbox, startSandbox } from './sandbox.js';

const log = pino({ name: 'sandbox', base: null, timestamp: pino.stdTimeFunctions.isoTime });

function stopOnSignal(sandbox: RunningSandbox): void {
  const stop = (signal: NodeJS.Signals) => {
    sandbox.close().then(
      () => {
        log.info({ signal }, 'sandbox stopped');
      },
      (error: unknown) => {
        log.error({ err: error }, 'sandbox did not stop cleanly');
        process.exitCode = 1;
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function sentenceFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'EADDRINUSE'
    ? `the port is taken (${error.message})`
    : error.message;
}

try {
  const config = await readSandboxConfig(process.env);
  const sandbox = await startSandbox(config);
  log.info({ url: sandbox.url, partners: Object.keys(config.partners) }, 'sandbox ready');
  stopOnSignal(sandbox);
} catch (error) {
  log.fatal(`sandbox cannot start: ${sentenceFor(error)}`);
  process.exitCode = 1;
}
