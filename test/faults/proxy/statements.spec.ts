import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../support/empty-database.js';
import { FaultProxy } from './fault-proxy.js';
import { StatementWatcher } from './statements.js';

const ADD = { name: 'add', text: 'INSERT INTO numbers (n) VALUES ($1) RETURNING n' };

describe('a statement watcher', () => {
  let home: TestDatabase;
  let direct: pg.Pool;
  let proxy: FaultProxy;
  let watched: pg.Pool;
  const watcher = new StatementWatcher();
  const add = (n: number) => watched.query<{ n: number }>({ ...ADD, values: [n] });
  const stored = async () =>
    (await direct.query<{ n: number }>('SELECT n FROM numbers')).rows.map(({ n }) => n);

  beforeAll(async () => {
    home = await createDatabase();
    direct = new pg.Pool({ connectionString: home.url });
    await direct.query('CREATE TABLE numbers (n integer PRIMARY KEY)');
    const { hostname, port } = new URL(home.url);
    proxy = new FaultProxy({ host: hostname, port: Number(port) }, { tap: watcher });
    const url = new URL(home.url);
    url.port = String(await proxy.open());
    watched = new pg.Pool({ connectionString: url.href, max: 2 });
    watched.on('error', () => undefined);
  });
  afterEach(async () => {
    watcher.disarmAll();
    await direct.query('TRUNCATE numbers');
  });
  afterAll(async () => {
    await Promise.all([watched.end(), direct.end()]);
    proxy.close();
    await home.drop();
  });

  it('strikes before the server has seen the statement', async () => {
    const { struck } = watcher.arm({ statement: 'add', when: 'before', act: () => Promise.resolve('drop') });
    await expect(add(1)).rejects.toThrow();
    await struck;
    expect(await stored()).toEqual([]);
  });

  it('strikes after the server has carried it out, before the client hears', async () => {
    let seen: number[] = [];
    const { struck } = watcher.arm({
      statement: 'add',
      when: 'after',
      skip: 1,
      act: async () => {
        seen = await stored();
        return 'drop';
      },
    });
    await add(1);
    await expect(add(2)).rejects.toThrow();
    await struck;
    expect(seen).toEqual([1, 2]);
  });

  it('lets go on what it has held, once', async () => {
    let times = 0;
    watcher.arm({
      statement: 'add',
      when: 'before',
      act: () => {
        times += 1;
        return Promise.resolve('pass');
      },
    });
    expect((await add(1)).rows).toEqual([{ n: 1 }]);
    expect((await add(2)).rows).toEqual([{ n: 2 }]);
    expect(times).toBe(1);
  });

  it('holds as many answers at once as there are traps', async () => {
    let held = 0;
    const both = Promise.withResolvers<'pass'>();
    const act = (): Promise<'pass'> => {
      held += 1;
      if (held === 2) both.resolve('pass');
      return both.promise;
    };
    const points = [1, 2].map(() => watcher.arm({ statement: 'add', when: 'after', act }));
    await Promise.all([add(1), add(2)]);
    await Promise.all(points.map(({ struck }) => struck));
    expect(held).toBe(2);
  });

  it('tells statements of one name apart by what is bound to them', async () => {
    const seen: string[] = [];
    for (const when of ['before', 'after'] as const) {
      watcher.arm({
        ...{ statement: 'add', when, holding: '4711' },
        act: async () => {
          seen.push(`${when}: ${(await stored()).join()}`);
          return 'pass';
        },
      });
    }
    await add(1);
    await add(4_711);
    await add(2);
    expect(seen).toEqual(['before: 1', 'after: 1,4711']);
  });

  it('does not take a failure for a statement that was carried out', async () => {
    await add(1);
    const { struck } = watcher.arm({ statement: 'add', when: 'after', act: () => Promise.resolve('pass') });
    await expect(add(1)).rejects.toThrow('duplicate key');
    const other = await add(2);
    await struck;
    expect(other.rows).toEqual([{ n: 2 }]);
  });

  it('knows plain queries by their text, and says when nobody came', async () => {
    const client = await watched.connect();
    client.on('error', () => undefined);
    const commit = watcher.arm({ statement: 'COMMIT', when: 'before', act: () => Promise.resolve('drop') });
    await client.query('BEGIN');
    await client.query({ ...ADD, values: [7] });
    await expect(client.query('COMMIT')).rejects.toThrow();
    await commit.struck;
    client.release(true);
    expect(await stored()).toEqual([]);
    const never = watcher.arm({ statement: 'never', when: 'after', act: () => Promise.resolve('pass') });
    never.disarm();
    await expect(never.struck).rejects.toThrow('nobody sent never');
    expect(watcher.crossings('COMMIT')).toBe(1);
  });

  it('follows a conversation through large statements and answers', async () => {
    const big = 'x'.repeat(300_000);
    watcher.arm({ statement: 'echo', when: 'after', act: () => Promise.resolve('pass') });
    const echo = { name: 'echo', text: 'SELECT $1::text AS said', values: [big] };
    for (let round = 0; round < 3; round += 1) {
      expect((await watched.query<{ said: string }>(echo)).rows[0]?.said).toHaveLength(big.length);
    }
    expect(watcher.crossings('echo')).toBe(3);
  });
});
