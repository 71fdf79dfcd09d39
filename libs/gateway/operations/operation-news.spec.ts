import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { OperationNews, OPERATIONS_MOVED } from './operation-news.js';

const LONG_MS = 60_000;
const PAUSE_MS = 20;

describe('the connection on which the news of operations come', () => {
  let postgres: OpenDatabase;
  let news: OperationNews;

  beforeEach(async () => {
    postgres = await openDatabase();
    news = new OperationNews(postgres.database);
  });
  afterEach(() => postgres.close());

  const connectionsInUse = (): number => {
    const { totalCount, idleCount } = postgres.database.pool;
    return totalCount - idleCount;
  };

  it('is kept while there is somebody to tell, and given back with the stop', async () => {
    const { pool } = postgres.database;
    const heard = news.next('moved', LONG_MS);
    const told = heard.promise.then(() => true);
    // Nobody says when it listens: so it is told until it has heard.
    while (!(await Promise.race([told, sleep(PAUSE_MS, false)])))
      await pool.query(`SELECT pg_notify('${OPERATIONS_MOVED}', 'another moved')`);
    heard.forget();
    expect(connectionsInUse()).toBe(1);
    news.onModuleDestroy();
    expect(connectionsInUse()).toBe(0);
  });

  it('is given back when it comes after the stop: the pool would wait for it, and the process for the pool', async () => {
    const removed = once(postgres.database.pool, 'remove');
    const heard = news.next('moved', LONG_MS);
    news.onModuleDestroy();
    await removed;
    heard.forget();
    expect(connectionsInUse()).toBe(0);
  });

  it('is not looked for once it has stopped', () => {
    news.onModuleDestroy();
    news.next('moved', LONG_MS).forget();
    expect(connectionsInUse()).toBe(0);
  });
});
