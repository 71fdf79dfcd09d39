import { SchemaCheck } from '#gateway';
import { Database, describeDataSource } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { withAdminDatabase } from '../../api/src/admin/admin-database.js';
import { migrateDatabase } from '../../api/src/admin/migrate.js';
import { createDatabase, type TestDatabase } from '../../../test/support/empty-database.js';
import { HealthController } from './health.controller.js';

const sizes = { apiPoolSize: 2, workerPoolSize: 2, statementTimeoutMs: 5_000, connectTimeoutMs: 5_000 };

describe('a worker', () => {
  let home: TestDatabase;
  let database: Database;
  let health: HealthController;

  beforeAll(async () => {
    // The database goes away under its connections, which is told.
    Logger.overrideLogger(false);
    home = await createDatabase();
    const config = { configDir: '.', database: { url: home.url, ...sizes } };
    const dataSource = describeDataSource(config, 'worker', { entities: [], migrations: [] });
    database = new Database(await dataSource.initialize());
    health = new HealthController(database, new SchemaCheck(database));
  });
  afterAll(async () => {
    if (database.dataSource.isInitialized) await database.dataSource.destroy();
    await home.drop();
  });

  const missing = async (): Promise<unknown> => {
    try {
      return await health.ready();
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return error.getResponse();
    }
  };

  it('is ready once the schema is the one that it needs, and as long as the database answers', async () => {
    expect(health.live()).toEqual({ status: 'ok' });
    expect(await missing()).toEqual({ status: 'unavailable', missing: ['migrations'] });
    await withAdminDatabase({ configDir: '.', database: { url: home.url, ...sizes } }, migrateDatabase);
    expect(await missing()).toEqual({ status: 'ok' });
    await home.drop();
    expect(await missing()).toEqual({ status: 'unavailable', missing: ['database'] });
  });
});
