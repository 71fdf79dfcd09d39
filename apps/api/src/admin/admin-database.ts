import { type Config, Database, openDataSource } from '#platform';
import { migrations } from '#gateway';

type DatabaseConfig = Pick<Config, 'configDir' | 'database'>;

/** Work as the one who may change the schema, on a short-lived pool without a statement timeout. */
export async function withAdminDatabase<T>(
  config: DatabaseConfig,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const dataSource = await openDataSource(config, 'admin', { entities: [], migrations: [...migrations] });
  try {
    return await work(new Database(dataSource));
  } finally {
    await dataSource.destroy();
  }
}
