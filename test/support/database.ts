import { migrations } from '#gateway';
import { describeDataSource, migrate } from '#platform';
import type pg from 'pg';
import { asAdmin, createDatabase, type TestDatabase, urlOfDatabase } from './empty-database.js';

const TEMPLATE = 'passerelle_template';
const DRAFT = `${TEMPLATE}_draft`;
/** Test files run side by side: the first one makes the template, the others wait for it. */
const TEMPLATE_LOCK = 4_277_353_735;

const settings = (url: string) => ({
  configDir: '.',
  database: { url, apiPoolSize: 4, workerPoolSize: 4, statementTimeoutMs: 30_000, connectTimeoutMs: 5_000 },
});

async function migrateDraft(): Promise<void> {
  const dataSource = describeDataSource(settings(urlOfDatabase(DRAFT)), 'admin', {
    entities: [],
    migrations: [...migrations],
  });
  await dataSource.initialize();
  try {
    await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function ensureTemplate(admin: pg.Client): Promise<void> {
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
  if (rowCount === 1) return;
  // Half a template has another name, so that a migration that fails is tried, and seen, again.
  await admin.query(`DROP DATABASE IF EXISTS ${DRAFT} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${DRAFT}`);
  await migrateDraft();
  await admin.query(`ALTER DATABASE ${DRAFT} RENAME TO ${TEMPLATE}`);
}

/** A migrated database that nobody else uses: a copy of a template that is migrated once in a run. */
export async function freshDatabase(): Promise<TestDatabase> {
  // The lock ends with the connection.
  await asAdmin(ensureTemplate);
  return createDatabase(TEMPLATE);
}
