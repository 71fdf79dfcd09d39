import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../apps/standalone/src/ports.js';
import { writeConfiguration } from '../support/stack-configuration.js';

const PROGRAM = 'dist/apps/standalone/src/main.js';
const READY = 'Passerelle is running.';

/** Seconds from the start of the process to the line that says that everything answers. */
export interface Starts {
  /** Makes the data directory. */
  readonly firstS: number;
  /** Finds it. */
  readonly secondS: number;
}

async function environment(directory: string): Promise<NodeJS.ProcessEnv> {
  const [api = 0, worker = 0, sandbox = 0, postgres = 0, inboundPort = 0] = await Promise.all(
    Array.from({ length: 5 }, () => freePort()),
  );
  const config = join(directory, 'config');
  mkdirSync(config);
  writeConfiguration(config, { sandboxUrl: `http://127.0.0.1:${sandbox}`, inboundPort }, {});
  return {
    PATH: process.env['PATH'],
    PASSERELLE_CONFIG_DIR: config,
    PASSERELLE_STANDALONE_DATA_DIR: join(directory, 'data'),
    PASSERELLE_STANDALONE_POSTGRES_PORT: String(postgres),
    PASSERELLE_API_PORT: String(api),
    PASSERELLE_WORKER_PORT: String(worker),
    SANDBOX_PORT: String(sandbox),
  };
}

/** One start and its end. @returns seconds until it was ready; @throws with what it said instead */
async function startOnce(env: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [resolve(PROGRAM)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => said.push(line));
  let readyS: number | undefined;
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (readyS !== undefined || !line.startsWith(READY)) continue;
    readyS = (performance.now() - began) / 1000;
    child.kill('SIGTERM');
  }
  await ended;
  if (readyS === undefined) throw new Error(`the standalone gateway did not start:\n${said.join('\n')}`);
  return Math.round(readyS * 100) / 100;
}

/** Starts the standalone gateway, as built, on a new data directory and then on the same again. */
export async function measureStarts(): Promise<Starts> {
  const directory = mkdtempSync(join(tmpdir(), 'passerelle-start-'));
  // The user that PostgreSQL runs as has to pass.
  chmodSync(directory, 0o711);
  try {
    const env = await environment(directory);
    return { firstS: await startOnce(env), secondS: await startOnce(env) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
