import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withAdminDatabase } from '../../api/src/admin/admin-database.js';
import { migrateDatabase } from '../../api/src/admin/migrate.js';
import { type StandaloneSettings, standaloneSettings } from '../../api/src/admin/settings.js';
import { readSandboxConfig } from '../../sandbox/src/config.js';
import { Child, type ChildOptions } from './child.js';
import { type DemoClient, ensureDemoClient } from './demo-client.js';
import { ensureDatabase, startEmbeddedPostgres } from './embedded-postgres.js';
import { composeEnvironments } from './environment.js';
import { lockDirectory } from './lock.js';
import { urlOf, waitForPort } from './ports.js';
import { deathSentence, waitForAnswer } from './readiness.js';
import { registerWithSandbox } from './registration.js';

type SandboxSettings = Awaited<ReturnType<typeof readSandboxConfig>>;

export interface Running {
  readonly settings: StandaloneSettings;
  readonly dataDir: string;
  readonly demo: DemoClient;
  /** Resolves with a sentence when one of the programs ends although nobody asked it to. */
  readonly died: Promise<string>;
}

/** Everything that one start shares between its steps. */
interface Start {
  /** What has been started, to be stopped in the reverse order. */
  readonly started: AsyncDisposableStack;
  /** Aborted when the person has changed their mind. */
  readonly cancelled: AbortSignal;
  readonly say: (sentence: string) => void;
}

const DATABASE = 'passerelle';

/** Children of a run that was killed stop by themselves, within the time that they have for that. */
const ORPHANS_LEAVE_MS = 15_000;

/** @returns the URL, or nothing where the configuration names a database of its own */
async function startDatabase(
  { database, standalone }: StandaloneSettings,
  dataDir: string,
  died: Promise<string>[],
  { started, say }: Start,
): Promise<string | undefined> {
  if (database.url !== 'embedded') return undefined;
  const logFile = join(dataDir, 'logs', 'postgres.log');
  const port = standalone.postgresPort;
  const server = await startEmbeddedPostgres({ dataDir, port, logFile, progress: say });
  started.defer(async () => {
    await server.stop();
    say('PostgreSQL stopped');
  });
  died.push(server.ended.then(() => `PostgreSQL ended; see ${logFile}.`));
  await ensureDatabase(server, DATABASE);
  say(`PostgreSQL on 127.0.0.1:${port}`);
  return server.url(DATABASE);
}

async function prepareDatabase(env: NodeJS.ProcessEnv, dataDir: string, sandboxUrl: string, { say }: Start) {
  const settings = standaloneSettings(env);
  const apiUrl = urlOf(settings.api);
  return withAdminDatabase(settings, async (database) => {
    const migrated = await migrateDatabase(database);
    if (migrated.length > 0)
      say(`schema brought up to date (${migrated.length} migration${migrated.length > 1 ? 's' : ''})`);
    return ensureDemoClient(database, dataDir, { apiUrl, sandboxUrl });
  });
}

function startChild(
  options: ChildOptions,
  died: Promise<string>[],
  { started, cancelled, say }: Start,
): Child {
  cancelled.throwIfAborted();
  const child = new Child(options);
  started.defer(async () => {
    if (child.hasEnded) return;
    await child.stop();
    say(`${child.name} stopped`);
  });
  died.push(child.ended.then((how) => deathSentence(child, how)));
  return child;
}

async function awaitPorts({ api, worker }: StandaloneSettings, sandbox: SandboxSettings, patienceMs: number) {
  const setting = 'port in sandbox.yaml (SANDBOX_PORT)';
  const ports = [
    { host: api.host, port: api.port, owner: 'the API', setting: 'api.port (PASSERELLE_API_PORT)' },
    {
      host: worker.host,
      port: worker.port,
      owner: 'the worker',
      setting: 'worker.port (PASSERELLE_WORKER_PORT)',
    },
    { host: sandbox.host, port: sandbox.port, owner: 'the sandbox', setting },
  ];
  for (const port of ports) await waitForPort(port, patienceMs);
}

/**
 * PostgreSQL, sandbox, worker and API, in this order; then the sandbox is told where to reach the API.
 * @throws CannotStart with a sentence; what was started until then is on the stack
 */
export async function startAll(env: NodeJS.ProcessEnv, start: Start): Promise<Running> {
  const { started, cancelled, say } = start;
  const settings = standaloneSettings(env);
  const dataDir = resolve(settings.standalone.dataDir);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const lock = lockDirectory(dataDir);
  started.defer(lock.release);
  const environments = await composeEnvironments(settings, dataDir, env);
  const sandbox = await readSandboxConfig(environments.sandbox);
  const sandboxUrl = urlOf(sandbox);
  await awaitPorts(settings, sandbox, lock.takenOver ? ORPHANS_LEAVE_MS : 0);

  const died: Promise<string>[] = [];
  const run = (name: string, app: string, childEnv: NodeJS.ProcessEnv): Child => {
    const logFile = join(dataDir, 'logs', `${app}.log`);
    return startChild({ name, program: `../../${app}/src/main.js`, env: childEnv, logFile }, died, start);
  };
  const databaseUrl = await startDatabase(settings, dataDir, died, start);
  const gateway = {
    ...environments.gateway,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
  const simulators = run('sandbox', 'sandbox', environments.sandbox);
  const demo = await prepareDatabase(gateway, dataDir, sandboxUrl, start);
  const worker = run('worker', 'worker', gateway);
  const api = run('API', 'api', gateway);
  const ready = async (child: Child, base: string, path: string): Promise<void> => {
    await waitForAnswer(child, `${base}${path}`, cancelled);
    say(`${child.name} on ${base}`);
  };
  await Promise.all([
    ready(simulators, sandboxUrl, '/control/partners'),
    ready(worker, urlOf(settings.worker), '/health/ready'),
    ready(api, urlOf(settings.api), '/health/ready'),
  ]);
  await registerWithSandbox(settings, demo, say);
  return { settings, dataDir, demo, died: Promise.race(died) };
}
