import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ConfigError } from '../config/config-error.js';
import { type Config } from '../config/read-config.js';
import { resolveSecret } from '../config/secrets.js';
import { registerSecret } from '../log/scrub.js';
import { DatabaseUnavailable, toDatabaseError } from './errors.js';

/** Who connects: its pool and limits. `admin` migrates and has no statement timeout. */
export type DatabaseRole = 'api' | 'worker' | 'admin';

export interface Schema {
  readonly entities: (new () => object)[];
  readonly migrations: NonNullable<DataSourceOptions['migrations']>;
}

type DatabaseConfig = Pick<Config, 'configDir' | 'database'>;

/** How long a process that starts waits for a database that is not there yet. */
const START_PATIENCE_MS = 30_000;
const START_PAUSE_MS = 250;

/** Longer than the server's own timeout: only a server that says nothing at all gets here. */
const SILENCE_MS = 5_000;

/**
 * A prepared plan outlives the moment it was made in: made while a table was still empty it would read the whole of it
 * for ever. Every statement of ours finds its rows by an index, row by row, so that is the only plan ever wanted.
 *
 * It is made once for each connection, for any values: to plan a statement over the partitions of half a year takes as long as
 * to carry it out for a set of ten. Left to decide, PostgreSQL may plan it anew every time, and the more partitions there are,
 * the longer it takes. What has to be planned for its values is asked by `Database.search`.
 */
const PLANNER =
  '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan';

/** `bigint` is exact only as BigInt. */
const types = new pg.TypeOverrides(pg.types);
types.setTypeParser(pg.types.builtins.INT8, BigInt);

function urlOf({ configDir, database }: DatabaseConfig): string {
  if (database.url === 'embedded') {
    const message =
      "'embedded' is for the standalone program only: give a postgres:// URL, for example in DATABASE_URL";
    throw new ConfigError([{ source: 'database', path: 'url', message }]);
  }
  const url = /^(?:env|file):/.test(database.url) ? resolveSecret(database.url, configDir) : database.url;
  registerSecret(url);
  const password = URL.parse(url)?.password ?? '';
  registerSecret(decodeURIComponent(password));
  return url;
}

const poolSize = ({ database }: DatabaseConfig, role: DatabaseRole): number =>
  ({ api: database.apiPoolSize, worker: database.workerPoolSize, admin: 2 })[role];

/** The data source of a role, not connected yet. */
export function describeDataSource(config: DatabaseConfig, role: DatabaseRole, schema: Schema): DataSource {
  const { connectTimeoutMs, statementTimeoutMs } = config.database;
  const logger = new Logger('Database');
  return new DataSource({
    type: 'postgres',
    driver: pg,
    url: urlOf(config),
    applicationName: `passerelle-${role}`,
    poolSize: poolSize(config, role),
    connectTimeoutMS: connectTimeoutMs,
    poolErrorHandler: (error: unknown) => {
      logger.warn({ err: error }, 'a connection was lost');
    },
    extra: {
      types,
      keepAlive: true,
      ...(role === 'admin'
        ? {}
        : {
            statement_timeout: statementTimeoutMs,
            query_timeout: statementTimeoutMs + SILENCE_MS,
            options: PLANNER,
          }),
    } satisfies pg.PoolConfig,
    entities: schema.entities,
    migrations: schema.migrations,
    migrationsTableName: 'migrations',
    installExtensions: false,
    synchronize: false,
    logging: false,
  });
}

/**
 * Connects, waiting a while for a database that starts at the same time.
 * @throws DatabaseUnavailable when it is still away after 30 seconds
 */
export async function openDataSource(
  config: DatabaseConfig,
  role: DatabaseRole,
  schema: Schema,
  patienceMs = START_PATIENCE_MS,
): Promise<DataSource> {
  const dataSource = describeDataSource(config, role, schema);
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await dataSource.initialize();
    } catch (error) {
      const reason = toDatabaseError(error);
      if (!(reason instanceof DatabaseUnavailable) || performance.now() > until) throw reason;
    }
    await sleep(START_PAUSE_MS);
  }
}
