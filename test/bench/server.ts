import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { startEmbeddedPostgres } from '../../apps/standalone/src/embedded-postgres.js';
import { freePort } from '../../apps/standalone/src/ports.js';

/** A PostgreSQL of this run only, made known to the test support. @returns what stops and removes it */
export async function startServer(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'passerelle-bench-'));
  // The user that PostgreSQL runs as has to pass.
  chmodSync(dataDir, 0o711);
  const logFile = join(dataDir, 'postgres.log');
  const server = await startEmbeddedPostgres({ dataDir, port: await freePort(), logFile });
  process.env['TEST_DATABASE_ADMIN_URL'] = server.url('postgres');
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

const LOOK_MS = 1_500;
/** A machine on which no more than this is busy is left to the bench. */
export const QUIET_CORES = 0.15;

const SETTINGS = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];

/** What the numbers depend on, as the machine and the server themselves tell it. */
export interface Circumstances {
  readonly machine: string;
  /** Cores that other programs kept busy just before. */
  readonly busyBefore: number;
  readonly node: string;
  readonly postgres: Readonly<Record<string, string>>;
}

function busyMs(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
}

/** How many cores are busy on the whole machine, looked at for a while. */
export async function readBusyCores(): Promise<number> {
  const before = busyMs();
  await sleep(LOOK_MS);
  return (busyMs() - before) / LOOK_MS;
}

export async function readCircumstances(database: pg.Pool, busyBefore: number): Promise<Circumstances> {
  const { rows } = await database.query<{ name: string; setting: string }>(
    'SELECT name, current_setting(name) AS setting FROM pg_settings WHERE name = ANY($1)',
    [SETTINGS],
  );
  const [cpu] = cpus();
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  return {
    machine: `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${memoryGb} GB, ${platform()} ${arch()}`,
    busyBefore: Math.round(busyBefore * 100) / 100,
    node: process.version,
    postgres: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])),
  };
}

/** What a crash may not lose has to be on, or no figure counts. @returns what is not */
export function durabilityObjections({ postgres }: Circumstances): string[] {
  return ['fsync', 'synchronous_commit', 'full_page_writes']
    .filter((setting) => postgres[setting] !== 'on')
    .map((setting) => `database: ${setting} is ${postgres[setting] ?? 'unknown'}`);
}
