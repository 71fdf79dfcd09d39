import { Logger } from '@nestjs/common';
import pg from 'pg';
import { type DataSource } from 'typeorm';
import { DatabaseUnavailable, toDatabaseError } from './errors.js';

/** SQL that each connection prepares once, under its name. The same name always has the same text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** `bigint` columns come as BigInt, `timestamptz` as Date, `numeric` as text, `json` as parsed. */
export interface Queryable {
  /** @throws DatabaseUnavailable, or what the driver threw */
  query<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
  /** Rows touched. */
  execute(statement: Statement, values?: readonly unknown[]): Promise<number>;
}

async function run<Row extends object>(
  client: pg.Pool | pg.PoolClient,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<pg.QueryResult<Row>> {
  try {
    return await client.query<Row>({ name, text, values: [...values] });
  } catch (error) {
    throw toDatabaseError(error);
  }
}

const queryable = (client: pg.Pool | pg.PoolClient): Queryable => ({
  query: async <Row extends object>(statement: Statement, values: readonly unknown[] = []) =>
    (await run<Row>(client, statement, values)).rows,
  execute: async (statement, values = []) => (await run(client, statement, values)).rowCount ?? 0,
});

/** Every connection plans a statement once, for any values (see `describeDataSource`): not so within this transaction. */
const PLAN_FOR_VALUES = { name: 'plan-for-values', text: 'SET LOCAL plan_cache_mode = force_custom_plan' };

/** Hears of a connection that dies while nothing is under way on it; the next statement fails and says so. */
const ignoreLoss = (): void => undefined;

/** The one pool of the process: statements of our own, and the ORM's through `dataSource`. */
export class Database implements Queryable {
  private readonly logger = new Logger(Database.name);
  private readonly onPool: Queryable;
  readonly pool: pg.Pool;

  constructor(readonly dataSource: DataSource) {
    const { driver } = dataSource;
    const master: unknown = 'master' in driver ? driver.master : undefined;
    if (!(master instanceof pg.Pool)) throw new Error('the data source is not initialised');
    this.pool = master;
    this.onPool = queryable(master);
  }

  query<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]> {
    return this.onPool.query<Row>(statement, values);
  }

  execute(statement: Statement, values?: readonly unknown[]): Promise<number> {
    return this.onPool.execute(statement, values);
  }

  /**
   * SQL put together for one question, and planned for its very values: what is looked for decides which index is best, and
   * partitions out of reach are not even opened.
   */
  search<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.transaction(async (queryable) => {
      await queryable.execute(PLAN_FOR_VALUES);
      return queryable.query<Row>({ name: '', text }, values);
    });
  }

  /**
   * Commits when `work` returns, rolls back when it throws.
   * @throws DatabaseUnavailable, also when the answer to COMMIT was lost: it may have been done
   */
  async transaction<T>(work: (queryable: Queryable) => Promise<T>): Promise<T> {
    const client = await this.connect();
    client.on('error', ignoreLoss);
    let broken = false;
    try {
      await client.query('BEGIN');
      const result = await work(queryable(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      const reason = toDatabaseError(error);
      broken = reason instanceof DatabaseUnavailable || !(await this.rollBack(client));
      throw reason;
    } finally {
      client.off('error', ignoreLoss);
      client.release(broken);
    }
  }

  /** @throws DatabaseUnavailable when the database does not answer */
  async ping(): Promise<void> {
    await this.query({ name: 'ping', text: 'SELECT 1' });
  }

  private async connect(): Promise<pg.PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  private async rollBack(client: pg.PoolClient): Promise<boolean> {
    try {
      await client.query('ROLLBACK');
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'a transaction could not be rolled back: its connection is closed');
      return false;
    }
  }
}
