import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database } from '#platform';
import { createDatabase, type TestDatabase } from '../../../../test/support/empty-database.js';
import { withAdminDatabase } from './admin-database.js';
import { ALL_SCOPES, createClient, isClientActive } from './create-client.js';
import { migrateDatabase } from './migrate.js';

const sizes = { apiPoolSize: 2, workerPoolSize: 2, statementTimeoutMs: 5_000, connectTimeoutMs: 5_000 };

describe('the administrator of an empty database', () => {
  let home: TestDatabase;
  const asAdmin = <T>(work: (database: Database) => Promise<T>): Promise<T> =>
    withAdminDatabase({ configDir: '.', database: { url: home.url, ...sizes } }, work);

  beforeAll(async () => {
    home = await createDatabase();
  });
  afterAll(async () => {
    await home.drop();
  });

  it('brings the schema up to date, once', async () => {
    const first = await asAdmin(migrateDatabase);
    expect(first.length).toBeGreaterThan(0);
    expect(await asAdmin(migrateDatabase)).toEqual([]);
  });

  it('makes clients, and tells whether they may call', async () => {
    await asAdmin(async (database) => {
      const made = await createClient(database, { name: 'Back office', scopes: ALL_SCOPES });
      expect(made.clientSecret.length).toBeGreaterThan(30);
      expect(await isClientActive(database, made.clientId)).toBe(true);
      expect(await isClientActive(database, 'nobody')).toBe(false);
    });
  });

  it('refuses a scope that does not exist', async () => {
    const refused = asAdmin((database) =>
      createClient(database, { name: 'x', scopes: ['payments:write', 'everything'] }),
    );
    await expect(refused).rejects.toThrow('there is no scope everything');
  });
});
