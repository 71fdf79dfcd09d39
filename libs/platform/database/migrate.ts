import { type DataSource } from 'typeorm';

/** Any number that nobody else uses for an advisory lock on this database. */
const MIGRATION_LOCK = 7_277_353_735;

/**
 * Brings the schema up to date, each migration in its own transaction. Processes that start at the same time wait
 * for each other. @returns the names of the migrations that were run
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const session = dataSource.createQueryRunner();
  try {
    await session.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      const run = await dataSource.runMigrations({ transaction: 'each' });
      return run.map((migration) => migration.name);
    } finally {
      await session.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } finally {
    await session.release();
  }
}
