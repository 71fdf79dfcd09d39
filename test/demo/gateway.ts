import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../apps/standalone/src/ports.js';
import { writeConfiguration } from '../support/stack-configuration.js';

/** What `npm start` leaves for whoever wants to call. */
export interface DemoAccess {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenUrl: string;
  readonly apiUrl: string;
  readonly sandboxUrl: string;
}

export interface Gateway extends AsyncDisposable {
  readonly access: DemoAccess;
  readonly isOwn: boolean;
}

const STANDALONE = 'dist/apps/standalone/src/main.js';
const PATIENCE_MS = 90_000;
const PAUSE_MS = 100;

function readAccess(dataDir: string): DemoAccess | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'demo-client.json'), 'utf8')) as DemoAccess;
  } catch {
    return undefined;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

const isUp = async ({ apiUrl, sandboxUrl }: DemoAccess): Promise<boolean> =>
  (await answers(`${apiUrl}/health/ready`)) && answers(`${sandboxUrl}/control/partners`);

/** The gateway that `npm start` runs in this directory. */
export async function findGateway(): Promise<Gateway | undefined> {
  const access = readAccess(process.env['PASSERELLE_STANDALONE_DATA_DIR'] ?? '.passerelle');
  if (!access || !(await isUp(access))) return undefined;
  return { access, isOwn: false, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Everything of a second gateway beside whatever else runs here. */
async function describeOwn(directory: string): Promise<NodeJS.ProcessEnv> {
  const [api = 0, worker = 0, sandbox = 0, postgres = 0, inboundPort = 0] = await Promise.all(
    Array.from({ length: 5 }, () => freePort()),
  );
  const configuration = join(directory, 'config');
  mkdirSync(configuration);
  writeConfiguration(configuration, { sandboxUrl: `http://127.0.0.1:${sandbox}`, inboundPort }, {});
  return {
    PATH: process.env['PATH'],
    PASSERELLE_CONFIG_DIR: configuration,
    PASSERELLE_STANDALONE_DATA_DIR: directory,
    PASSERELLE_STANDALONE_POSTGRES_PORT: String(postgres),
    PASSERELLE_API_PORT: String(api),
    PASSERELLE_WORKER_PORT: String(worker),
    SANDBOX_PORT: String(sandbox),
  };
}

/** A gateway of the tour's own, on free ports, with nothing in it; it is gone afterwards. */
export async function startGateway(say: (sentence: string) => void): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), 'passerelle-demo-'));
  // The user that PostgreSQL runs as has to pass.
  chmodSync(directory, 0o711);
  const program = spawn(process.execPath, [resolve(STANDALONE)], {
    env: await describeOwn(directory),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [program.stdout, program.stderr]) {
    createInterface(stream).on('line', (line) => said.push(line));
  }
  const ended = once(program, 'exit');
  const hasEnded = (): boolean => program.exitCode !== null || program.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (!hasEnded()) {
      program.kill('SIGTERM');
      await ended;
    }
    rmSync(directory, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const access = readAccess(directory);
    if (access && (await isUp(access))) {
      say(`a gateway of its own is ready at ${access.apiUrl}`);
      return { access, isOwn: true, [Symbol.asyncDispose]: stop };
    }
    if (hasEnded() || performance.now() > until) {
      await stop();
      throw new Error(`the gateway did not start:\n${said.slice(-20).join('\n')}`);
    }
    await sleep(PAUSE_MS);
  }
}
