import { newId } from '#domain';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Sweeps } from './sweeps.js';

const PARTNER = 'sahel';

describe('what time ends', () => {
  let postgres: OpenDatabase;
  let sweeps: Sweeps;
  const clock = new SystemClock();
  const sql = <Row extends object>(text: string, values: unknown[] = []) =>
    postgres.database.query<Row>({ name: '', text }, values);

  beforeAll(async () => {
    postgres = await openDatabase();
    sweeps = new Sweeps(postgres.database, clock);
  });
  afterAll(() => postgres.close());

  it.each([
    ['was not confirmed in time', 'awaiting_confirmation', () => sweeps.unconfirmed([PARTNER]), 'expired'],
    ['could not be sent in time', 'received', () => sweeps.unsent(), 'failed'],
  ])('is not flagged as late any more: what %s', async (_, state, sweep, end) => {
    const ids = [newId(clock.now()), newId(clock.now())];
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, attempts, due_at, deadline_at)
       SELECT id, 'bank', 'transfer', $2, $3, 100, 'XOF', 1, now(), now() FROM unnest($1::uuid[]) AS id`,
      [ids, PARTNER, state],
    );
    await sql(
      `INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details)
       SELECT gen_random_uuid(), kind, $2, id, id::text, '{}'
       FROM unnest($1::uuid[]) AS id, unnest('{unresolved_past_deadline,contradictory_news}'::text[]) AS kind`,
      [ids, PARTNER],
    );
    expect(await sweep()).toBe(2);
    const ended = await sql<{ state: string; open: string[] }>(
      `SELECT state, (SELECT array_agg(kind) FROM discrepancies WHERE operation_id = o.id AND settled_at IS NULL) AS open
       FROM operations o WHERE id = ANY ($1::uuid[])`,
      [ids],
    );
    expect(ended).toEqual(ids.map(() => ({ state: end, open: ['contradictory_news'] })));
  });
});
