import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CannotStart } from './cannot-start.js';
import { lastLines } from './last-lines.js';
import { assertPortFree } from './ports.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { clearLeftover } from './postgres-leftover.js';
import { choosePostgresUser, type PostgresUser } from './postgres-user.js';

export interface EmbeddedPostgresOptions {
  /** Holds the cluster (`postgres/`) and its password; made where it is not there. */
  readonly dataDir: string;
  readonly port: number;
  readonly logFile: string;
  /** A process group of its own: the terminal's Ctrl-C is then for us, who stop it last. Default true. */
  readonly ownGroup?: boolean;
  /** Told in a sentence what takes time. */
  readonly progress?: (sentence: string) => void;
}

export type StopMode = 'fast' | 'immediate';

export interface EmbeddedPostgres {
  /** Connection URL of a database of this server, with its password. */
  url(database: string): string;
  /** Resolves when the server has ended, asked or not. */
  readonly ended: Promise<void>;
  /**
   * `fast`, the default, waits for what is being written; open connections are closed. `immediate` waits for nothing:
   * the next start recovers from the log, as after a crash.
   */
  stop(mode?: StopMode): Promise<void>;
}

const SUPERUSER = 'passerelle';
const READY_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 30_000;
const PAUSE_MS = 25;

/** What a crash may not lose is kept on: `fsync`, `full_page_writes`, `synchronous_commit`. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  wal_buffers: '16MB',
  min_wal_size: '256MB',
  max_wal_size: '2GB',
  checkpoint_completion_target: '0.9',
  random_page_cost: '1.1',
  jit: 'off',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // Otherwise the log shows the whole row that was refused, somebody's number among it.
  log_error_verbosity: 'terse',
};

const clusterOf = (dataDir: string): string => join(dataDir, 'postgres');

function readPassword(dataDir: string): string {
  const file = join(dataDir, 'postgres-password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (existsSync(clusterOf(dataDir))) {
    throw new CannotStart(`${file} is gone, so that nobody can log in to the data beside it: restore it.`);
  }
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}

/** Filled beside its place and then moved: an interrupted start leaves no half a cluster. */
function createCluster(initdb: string, user: PostgresUser, dataDir: string, password: string): void {
  const draft = `${clusterOf(dataDir)}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwordDir = mkdtempSync(join(tmpdir(), 'passerelle-initdb-'));
  const passwordFile = join(passwordDir, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.owner !== undefined) {
    for (const path of [draft, passwordDir, passwordFile]) chownSync(path, user.owner.uid, user.owner.gid);
  }
  const { file, args, ids } = user.command(initdb, [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  const { status, stderr, error } = spawnSync(file, args, { ...ids, cwd: '/', encoding: 'utf8' });
  rmSync(passwordDir, { recursive: true });
  if (status !== 0) {
    throw new CannotStart(
      `PostgreSQL could not prepare its data directory: ${(error?.message ?? stderr).trim()}`,
    );
  }
  renameSync(draft, clusterOf(dataDir));
}

function launch(
  postgres: string,
  user: PostgresUser,
  { dataDir, port, logFile, ownGroup = true }: EmbeddedPostgresOptions,
): ChildProcess {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { file, args, ids } = user.command(postgres, [
    '-D',
    clusterOf(dataDir),
    '-p',
    String(port),
    ...settings,
  ]);
  const log = openSync(logFile, 'a');
  const child = spawn(file, args, { ...ids, cwd: '/', detached: ownGroup, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function waitUntilReady(child: ChildProcess, url: string, logFile: string): Promise<void> {
  const until = performance.now() + READY_PATIENCE_MS;
  while (!(await answers(url))) {
    if (child.pid === undefined || hasEnded(child)) {
      throw new CannotStart(`PostgreSQL did not start. The end of ${logFile}:\n${lastLines(logFile)}`);
    }
    if (performance.now() > until) {
      child.kill('SIGINT');
      throw new CannotStart(`PostgreSQL does not answer on ${new URL(url).host}; see ${logFile}.`);
    }
    await sleep(PAUSE_MS);
  }
}

async function stop(child: ChildProcess, mode: StopMode): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_PATIENCE_MS);
  await ended;
  clearTimeout(timer);
}

/**
 * A real PostgreSQL 18 over a data directory, on 127.0.0.1 only. Yesterday's data is found again, also after a crash.
 * @throws CannotStart with a sentence for the person who starts it
 */
export async function startEmbeddedPostgres(given: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const options = { ...given, dataDir: resolve(given.dataDir), logFile: resolve(given.logFile) };
  const { dataDir, port, logFile, progress } = options;
  const { initdb, postgres } = findPostgresBinaries();
  mkdirSync(dataDir, { recursive: true });
  const user = choosePostgresUser(postgres, dataDir);
  if (await clearLeftover(clusterOf(dataDir)))
    progress?.('stopped the PostgreSQL of a run that ended abruptly');
  await assertPortFree({
    host: '127.0.0.1',
    port,
    owner: 'PostgreSQL',
    setting: 'standalone.postgresPort (PASSERELLE_STANDALONE_POSTGRES_PORT)',
  });
  const password = readPassword(dataDir);
  if (!existsSync(clusterOf(dataDir))) {
    progress?.('preparing the data directory of PostgreSQL (only once)');
    createCluster(initdb, user, dataDir, password);
  }
  const url = (database: string): string =>
    `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
  const child = launch(postgres, user, options);
  const ended = once(child, 'exit').then(
    () => undefined,
    () => undefined,
  );
  await waitUntilReady(child, url('postgres'), logFile);
  return { url, ended, stop: (mode = 'fast') => stop(child, mode) };
}

/** Creates an empty database of this name where there is none. */
export async function ensureDatabase(server: EmbeddedPostgres, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
