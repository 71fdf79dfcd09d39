import { Database, describeDataSource } from '#platform';
import { freshDatabase } from './database.js';

/** A migrated database of one's own, open as a worker has it. */
export interface OpenDatabase {
  readonly database: Database;
  /** A second pool on the same database: another process. */
  readonly another: () => Promise<Database>;
  readonly close: () => Promise<void>;
}

async function openAt(url: string): Promise<Database> {
  const limits = { apiPoolSize: 8, workerPoolSize: 8, statementTimeoutMs: 30_000, connectTimeoutMs: 5_000 };
  const config = { configDir: '.', database: { url, ...limits } };
  const dataSource = describeDataSource(config, 'worker', { entities: [], migrations: [] });
  return new Database(await dataSource.initialize());
}

export async function openDatabase(): Promise<OpenDatabase> {
  const fresh = await freshDatabase();
  const opened: Database[] = [];
  const openOne = async (): Promise<Database> => {
    const database = await openAt(fresh.url);
    opened.push(database);
    return database;
  };
  return {
    database: await openOne(),
    another: openOne,
    close: async () => {
      const open = opened.filter(({ dataSource }) => dataSource.isInitialized);
      await Promise.all(open.map(({ dataSource }) => dataSource.destroy()));
      await fresh.drop();
    },
  };
}
