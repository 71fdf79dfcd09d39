import { newId } from '#domain';
import { type Queryable } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { until } from '../inbound/passing-spec-support.js';
import { holdOperations } from './hold.js';

const statement = (text: string) => ({ name: '', text });

describe('operations that are held', () => {
  let postgres: OpenDatabase;
  const [lower = '', higher = ''] = [newId(new Date()), newId(new Date())].sort();

  beforeAll(async () => {
    postgres = await openDatabase();
    await postgres.database.execute(
      statement(`INSERT INTO operations (id, kind, partner, state, amount_minor, currency)
        SELECT id, 'receipt', 'sahel', 'pending', 1500, 'XOF' FROM unnest($1::uuid[]) AS made(id)`),
      [[lower, higher]],
    );
  });
  afterAll(() => postgres.close());

  const hold = (queryable: Queryable, ids: readonly string[]) =>
    holdOperations(queryable.query.bind(queryable), ids);

  it('come as they are, by their ids, without those that do not exist', async () => {
    const held = await postgres.database.transaction((own) => hold(own, [higher, lower, newId(new Date())]));
    expect([...held.values()].map(({ id, state }) => [id, state])).toEqual([
      [lower, 'pending'],
      [higher, 'pending'],
    ]);
  });

  it('are taken in the order of their ids: whoever waits for one has none that comes after it', async () => {
    const [waiting, passerBy] = [await postgres.another(), await postgres.another()];
    const released = Promise.withResolvers<undefined>();
    const taken = Promise.withResolvers<undefined>();
    const first = postgres.database.transaction(async (own) => {
      await hold(own, [lower]);
      taken.resolve(undefined);
      await released.promise;
    });
    await taken.promise;
    const second = waiting.transaction((own) => hold(own, [higher, lower]));
    const isWaiting = statement(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    await until(async () => (await passerBy.query(isWaiting)).length > 0);
    const free = await passerBy.query<{ id: string }>(
      statement('SELECT id FROM operations ORDER BY id FOR UPDATE SKIP LOCKED'),
    );
    released.resolve(undefined);
    await Promise.all([first, second]);
    expect(free).toEqual([{ id: higher }]);
  });
});
