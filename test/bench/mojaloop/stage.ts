import { type Scheme, startScheme } from '../../mojaloop/support/scheme.js';
import { startSwitchDouble } from '../../mojaloop/support/switch-double.js';
import { type Stack, startStack } from '../../support/stack.js';
import { processorSeconds, serverSeconds } from '../processes.js';
import { startServer } from '../server.js';
import { PAYER } from './load/transfer.js';

const PARTNER = 'mojaloop-sn';

export const PROCESSES = [
  'generator',
  'api',
  'worker',
  'postgres',
  'scheme adapter',
  'redis',
  'switch',
] as const;
export type Usage = Readonly<Record<(typeof PROCESSES)[number], number>>;

/** The gateway, with the real scheme adapter as its one partner, and our double of the switch behind that. */
export interface Stage {
  readonly stack: Stack;
  readonly scheme: Scheme;
  readonly switchUrl: string;
}

export async function startStage(undo: AsyncDisposableStack, logLevel: string): Promise<Stage> {
  undo.defer(await startServer());
  let switchUrl = '';
  const scheme = await startScheme({
    startSwitch: (directory, port, schemeAdapterUrl) => {
      switchUrl = `http://127.0.0.1:${port}`;
      return startSwitchDouble(directory, port, schemeAdapterUrl);
    },
  });
  undo.defer(() => scheme.stop());
  const limit = { perSecond: 2_000, burst: 2_000, concurrency: 256 };
  const stack = await startStack({
    only: [PARTNER],
    settings: { log: { level: logLevel } },
    partners: {
      [PARTNER]: {
        keepMessages: false,
        settings: { baseUrl: scheme.outboundUrl, stageTimeoutMs: scheme.stageMs, from: PAYER },
        limits: { disbursements: limit, enquiries: limit },
      },
    },
  });
  undo.defer(() => stack.stop());
  return { stack, scheme, switchUrl };
}

/** Processor time of every process so far, in seconds; the generators tell their own. */
export async function readUsage({ stack, scheme }: Stage): Promise<Usage> {
  return {
    generator: 0,
    api: processorSeconds(stack.apis[0]?.pid),
    worker: processorSeconds(stack.workers[0]?.pid),
    postgres: await serverSeconds(stack.database),
    'scheme adapter': processorSeconds(scheme.schemeAdapter.pid),
    redis: processorSeconds(scheme.redis.pid),
    switch: processorSeconds(scheme.theSwitch.pid),
  };
}

export const mapUsage = (change: (process: keyof Usage) => number): Usage =>
  Object.fromEntries(PROCESSES.map((process) => [process, change(process)])) as Usage;
