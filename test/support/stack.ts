import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { withAdminDatabase } from '../../apps/api/src/admin/admin-database.js';
import { ALL_SCOPES, createClient } from '../../apps/api/src/admin/create-client.js';
import { standaloneSettings } from '../../apps/api/src/admin/settings.js';
import { composeEnvironments } from '../../apps/standalone/src/environment.js';
import { freePort } from '../../apps/standalone/src/ports.js';
import { freshDatabase } from './database.js';
import { type Credentials, GatewayClient } from './gateway-client.js';
import { Program } from './program.js';
import { SandboxControls } from './sandbox-controls.js';
import { type Overlays, writeConfiguration } from './stack-configuration.js';

export interface StackOptions extends Overlays {
  /** Processes of the API; default 1. Partners call back to the first one. */
  readonly apis?: number;
  /** Default 1; none: what is taken in stays where it is. */
  readonly workers?: number;
  /** Further environment for all of them. */
  readonly env?: Readonly<Record<string, string>>;
  /** Finds a port that nobody listens on; default: any. */
  readonly takePort?: () => Promise<number>;
  /** Where partners ask the gateway; default: any free port. */
  readonly inboundPort?: number;
  /** Partners that ask the gateway at a door of their own, where more than one asks; default: none. */
  readonly ownDoors?: readonly string[];
  /** Puts something between the programs, once it is known where they will listen. */
  readonly between?: (places: Places) => Promise<Ways>;
}

/** Where the programs of a stack listen. */
export interface Places {
  readonly sandbox: number;
  readonly apis: readonly number[];
  readonly workers: readonly number[];
  readonly databaseUrl: string;
  /** Where partners ask the gateway. */
  readonly inbound: number;
  /** Where those do that have a door of their own. */
  readonly ownDoors: Readonly<Record<string, number>>;
}

/** The addresses by which the programs reach each other. */
export interface Ways {
  readonly partnersUrl: string;
  /** Where partners call back to. */
  readonly publicUrl: string;
  /** Where partners ask us. */
  readonly inboundUrl: string;
  readonly ownDoorUrls: Readonly<Record<string, string>>;
  /** PostgreSQL, for each process. */
  readonly apiDatabaseUrls: readonly string[];
  readonly workerDatabaseUrls: readonly string[];
}

/** Sandbox, API and worker processes, as built, over a database of their own. */
export interface Stack {
  readonly apis: readonly Program[];
  readonly workers: readonly Program[];
  readonly simulators: Program;
  /** Base addresses of the API processes. */
  readonly apiUrls: readonly string[];
  /** Where partners ask it: all API processes take turns. */
  readonly inboundUrl: string;
  /** A client with every scope, at the first API process. */
  readonly client: GatewayClient;
  readonly sandbox: SandboxControls;
  /** For looking behind the API. */
  readonly database: pg.Pool;
  readonly databaseUrl: string;
  /** The configuration and logs of this stack; gone once it has stopped. */
  readonly directory: string;
  /** Values that gateway and simulators share, secrets among them, by environment name. */
  readonly shared: NodeJS.ProcessEnv;
  newClient(scopes: readonly string[], rateLimitPerSecond?: number): Promise<GatewayClient>;
  /** What all processes have written, each line after the name of its process. */
  logs(): string;
  stop(): Promise<void>;
}

/** More than any test or bench sends. */
const UNLIMITED_PER_SECOND = 1_000_000;

const urlAt = (port: number): string => `http://127.0.0.1:${port}`;
const numbered = (name: string, index: number): string => (index === 0 ? name : `${name}-${index + 1}`);

const directWays = ({ sandbox, apis, workers, databaseUrl, inbound, ownDoors }: Places): Ways => ({
  partnersUrl: urlAt(sandbox),
  publicUrl: urlAt(apis[0] ?? 0),
  inboundUrl: urlAt(inbound),
  ownDoorUrls: Object.fromEntries(Object.entries(ownDoors).map(([id, port]) => [id, urlAt(port)])),
  apiDatabaseUrls: apis.map(() => databaseUrl),
  workerDatabaseUrls: workers.map(() => databaseUrl),
});

type Environments = Awaited<ReturnType<typeof composeEnvironments>>;

function describePrograms(directory: string, places: Places, ways: Ways, { gateway, sandbox }: Environments) {
  const program = (
    app: 'api' | 'worker' | 'sandbox',
    index: number,
    env: NodeJS.ProcessEnv,
    readyUrl: string,
  ) =>
    new Program({
      name: numbered(app, index),
      main: `${app}/src/main.js`,
      env,
      logFile: join(directory, 'logs', `${numbered(app, index)}.log`),
      readyUrl,
    });
  return {
    simulators: program('sandbox', 0, sandbox, `${urlAt(places.sandbox)}/control/partners`),
    apis: places.apis.map((port, index) => {
      const DATABASE_URL = ways.apiDatabaseUrls[index];
      const env = { ...gateway, DATABASE_URL, PASSERELLE_API_PORT: String(port) };
      return program('api', index, env, `${urlAt(port)}/health/ready`);
    }),
    workers: places.workers.map((port, index) => {
      const DATABASE_URL = ways.workerDatabaseUrls[index];
      const env = { ...gateway, DATABASE_URL, PASSERELLE_WORKER_PORT: String(port) };
      return program('worker', index, env, `${urlAt(port)}/health/ready`);
    }),
  };
}

async function freePortsFor({
  apis = 1,
  workers = 1,
  takePort = freePort,
  inboundPort,
  ownDoors = [],
}: StackOptions) {
  const [sandbox = 0, anyPort = 0, ...rest] = await Promise.all(
    Array.from({ length: 2 + apis + workers }, () => takePort()),
  );
  const doors = await Promise.all(ownDoors.map(async (id) => [id, await takePort()] as const));
  return {
    ...{ sandbox, inbound: inboundPort ?? anyPort, ownDoors: Object.fromEntries(doors) },
    ...{ apis: rest.slice(0, apis), workers: rest.slice(apis) },
  };
}

/**
 * Starts from `dist`, on free ports, with a copy of `config/` over which `options` are laid. Needs the test server
 * (Jest's global set-up, or `TEST_DATABASE_ADMIN_URL`).
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  await using undo = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'passerelle-stack-'));
  undo.defer(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  mkdirSync(join(directory, 'logs'));
  const ports = await freePortsFor(options);
  const apiUrls = ports.apis.map(urlAt);
  const fresh = await freshDatabase();
  undo.defer(() => fresh.drop());
  const places: Places = { ...ports, databaseUrl: fresh.url };
  const ways = (await options.between?.(places)) ?? directWays(places);
  const wiring = {
    sandboxUrl: ways.partnersUrl,
    inboundPort: ports.inbound,
    connectorUrl: ways.inboundUrl,
    ownDoors: Object.fromEntries(
      Object.entries(ports.ownDoors).map(([id, port]) => [
        id,
        { port, url: ways.ownDoorUrls[id] ?? urlAt(port) },
      ]),
    ),
  };
  writeConfiguration(directory, wiring, options);

  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    DATABASE_URL: fresh.url,
    PASSERELLE_CONFIG_DIR: directory,
    PASSERELLE_PUBLIC_URL: ways.publicUrl,
    SANDBOX_PORT: String(ports.sandbox),
    ...options.env,
  };
  const environments = await composeEnvironments(standaloneSettings(env), directory, env);
  const { simulators, apis, workers } = describePrograms(directory, places, ways, environments);
  // As with any start in order: what calls others ends first.
  for (const program of [simulators, ...workers, ...apis]) undo.defer(() => program.kill('SIGTERM'));

  const newCredentials = (scopes: readonly string[], rateLimitPerSecond: number): Promise<Credentials> =>
    withAdminDatabase(standaloneSettings(environments.gateway), (database) =>
      createClient(database, { name: 'Test', scopes, rateLimitPerSecond }),
    );
  const newClient = async (scopes: readonly string[], rateLimitPerSecond = UNLIMITED_PER_SECOND) =>
    new GatewayClient(apiUrls[0] ?? '', await newCredentials(scopes, rateLimitPerSecond));
  const [client] = await Promise.all([
    newClient(ALL_SCOPES),
    ...[simulators, ...apis, ...workers].map((program) => program.start()),
  ]);
  const database = new pg.Pool({ connectionString: fresh.url, max: 4 });
  // The server ends what is still open when the database is dropped.
  database.on('error', () => undefined);
  undo.defer(() => database.end());

  const started = undo.move();
  return {
    ...{ apis, workers, simulators, apiUrls, client, database, directory, newClient },
    databaseUrl: fresh.url,
    inboundUrl: urlAt(ports.inbound),
    shared: environments.sandbox,
    sandbox: new SandboxControls(urlAt(ports.sandbox)),
    logs: () =>
      [simulators, ...apis, ...workers]
        .map((program) => program.log.replaceAll(/^(?=.)/gm, `${program.name}: `))
        .join(''),
    stop: () => started.disposeAsync(),
  };
}
