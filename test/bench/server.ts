import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
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

const SETTINGS = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];

/** What the numbers depend on, as the machine and the server themselves tell it. */
export interface Circumstances {
  readonly machine: string;
  readonly node: string;
  readonly postgres: Readonly<Record<string, string>>;
}

export async function readCircumstances(database: pg.Pool): Promise<Circumstances> {
  const { rows } = await database.query<{ name: string; setting: string }>(
    'SELECT name, current_setting(name) AS setting FROM pg_settings WHERE name = ANY($1)',
    [SETTINGS],
  );
  const [cpu] = cpus();
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  return {
    machine: `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${memoryGb} GB, ${platform()} ${arch()}`,
    node: process.version,
    postgres: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])),
  };
}

const GROWING = [
  ...['operations', 'transitions', 'events', 'attempts', 'enquiries', 'callbacks', 'notices'],
  ...['idempotency_keys', 'partner_references', 'discrepancies'],
];

/** Every phase begins with empty tables and with nothing left to be written to disk. */
export async function startAfresh(database: pg.Pool): Promise<void> {
  await database.query(`TRUNCATE ${GROWING.join(', ')}`);
  await database.query('CHECKPOINT');
}
