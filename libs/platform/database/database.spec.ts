import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { type DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { asAdmin, createDatabase, type TestDatabase } from '../../../test/support/empty-database.js';
import { type DatabaseRole, describeDataSource } from './data-source.js';
import { Database } from './database.js';
import { brokenConstraint, DatabaseUnavailable, isDataError, isTooSlow } from './errors.js';
import { migrate } from './migrate.js';

class Books1763683200001 implements MigrationInterface {
  readonly name = 'Books1763683200001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE books (id bigint PRIMARY KEY, title text NOT NULL CHECK (length(title) < 20))',
    );
    await runner.query('SELECT pg_sleep(0.2)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books');
  }
}

const insert = { name: 'insert-book', text: 'INSERT INTO books (id, title) VALUES ($1, $2)' };
const count = { name: 'count-books', text: 'SELECT count(*) AS books FROM books WHERE id = $1' };
const sleep = { name: 'sleep', text: 'SELECT pg_sleep(10)' };

describe('the database', () => {
  let home: TestDatabase;
  let source: DataSource;
  let database: Database;
  const open: DataSource[] = [];

  const connect = async (role: DatabaseRole, statementTimeoutMs = 10_000): Promise<DataSource> => {
    const sizes = { apiPoolSize: 4, workerPoolSize: 4, connectTimeoutMs: 2_000, statementTimeoutMs };
    const config = { configDir: '.', database: { url: home.url, ...sizes } };
    const schema = { entities: [], migrations: [Books1763683200001] };
    const made = await describeDataSource(config, role, schema).initialize();
    open.push(made);
    return made;
  };
  const killAll = (): Promise<unknown> =>
    asAdmin((admin) =>
      admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        new URL(home.url).pathname.slice(1),
      ]),
    );

  beforeAll(async () => {
    Logger.overrideLogger(false);
    home = await createDatabase();
    const [one, other] = [await connect('admin'), await connect('admin')];
    const names = await Promise.all([migrate(one), migrate(other)]);
    expect(names.flat()).toEqual(['Books1763683200001']);
    source = await connect('api');
    database = new Database(source);
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.destroy()));
    await home.drop();
  });

  it('gives bigint columns as BigInt, also beyond 2^53', async () => {
    await database.execute(insert, [9_007_199_254_740_993n, 'big']);
    const rows = await database.query<{ id: bigint }>({
      name: 'big',
      text: "SELECT id FROM books WHERE title = 'big'",
    });
    expect(rows).toEqual([{ id: 9_007_199_254_740_993n }]);
  });

  it('commits all of a transaction or nothing', async () => {
    const failing = database.transaction(async (inside) => {
      await inside.execute(insert, [1, 'one']);
      await inside.execute(insert, [1, 'again']);
    });
    await expect(failing).rejects.toThrow(pg.DatabaseError);
    expect(await database.query(count, [1])).toEqual([{ books: 0n }]);
    const rows = await database.transaction((inside) => inside.execute(insert, [1, 'one']));
    expect(rows).toBe(1);
    expect(await database.query(count, [1])).toEqual([{ books: 1n }]);
  });

  it('tells a bad row from a bad database', async () => {
    const errors = await Promise.all(
      [
        database.execute(insert, [2, 'x'.repeat(30)]),
        database.execute(insert, ['none', 'x']),
        source.query("INSERT INTO books VALUES (1, 'twice')"),
        database.query({ name: 'wrong', text: 'SELECT * FROM nowhere' }),
      ].map((work) =>
        work.then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    expect(errors.map(isDataError)).toEqual([true, true, true, false]);
    expect(errors.map(brokenConstraint)).toEqual(['books_title_check', undefined, 'books_pkey', undefined]);
  });

  it('says that it is unavailable when a statement takes too long', async () => {
    const impatient = new Database(await connect('api', 1_000));
    const slow = await impatient.query(sleep).catch((error: unknown) => error);
    expect(slow).toBeInstanceOf(DatabaseUnavailable);
    expect(isTooSlow(slow)).toBe(true);
    expect(isTooSlow(new DatabaseUnavailable(new Error('timeout expired')))).toBe(false);
    await expect(impatient.transaction((inside) => inside.query(sleep))).rejects.toMatchObject({
      cause: { code: '57014' },
    });
    await impatient.ping();
  });

  it('comes back by itself after every connection was cut', async () => {
    const broken = database.transaction(async (inside) => {
      await inside.execute(insert, [3, 'lost']);
      await killAll();
      await inside.execute(insert, [4, 'lost']);
    });
    await expect(broken).rejects.toThrow(DatabaseUnavailable);
    expect(await database.query(count, [3])).toEqual([{ books: 0n }]);
  });

  it('is unavailable where nobody listens', async () => {
    const { port } = new URL(home.url);
    const away = home.url.replace(`:${port}/`, ':1/');
    const sizes = { apiPoolSize: 1, workerPoolSize: 1, connectTimeoutMs: 500, statementTimeoutMs: 500 };
    const config = { configDir: '.', database: { url: away, ...sizes } };
    const { openDataSource } = await import('./data-source.js');
    await expect(openDataSource(config, 'api', { entities: [], migrations: [] }, 0)).rejects.toThrow(
      DatabaseUnavailable,
    );
  });
});
