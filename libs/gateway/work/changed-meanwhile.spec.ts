import { newId } from '#domain';
import { type Partner } from '#partner-kit';
import { type Database, type Queryable, SystemClock } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v4 as randomId } from 'uuid';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { CallbackRows } from '../callbacks/callback-rows.js';
import { EventRelay } from '../events/relay.js';
import { OwedAnswers } from '../inbound/owed-answers.js';
import { CLAIM_ENQUIRIES } from './enquiry-claim.js';
import { CLAIM_CONFIRMATIONS, CLAIM_SUBMISSIONS } from './submission-claim.js';
import { Sweeps } from './sweeps.js';

const PARTNER = 'sahel';
const COUNT = 60;
const MONTH_MS = 30 * 24 * 3_600_000;
/** Any number that nothing else locks. */
const DOOR = 4_711;
const LIMITS = [1_000_000, 1_000_000, 1_000];
const clock = new SystemClock();

/** One statement that takes due rows in sets, and what it takes. */
interface Taking {
  readonly name: string;
  /** Of the operations. */
  readonly state: string;
  /** What else there is of the operations $1. */
  readonly more?: string;
  /** Where the rows are that are taken, by which column they are of an operation; default: the operations themselves. */
  readonly of?: readonly [table: string, operation: string];
  take(database: Database): Promise<number>;
  /** For each operation; default 1. */
  readonly rows?: number;
}

const TOUCHED = 10;
/** Primary keys, and what holds no more than what is open: due, late, asked about at this moment, to be settled. */
const OF_WHAT_IS_DUE = /_(?:pkey|due|due_at_idx|deadline_at_idx|partner_idx|open)$/;
const lane = { id: PARTNER } as Partner;
const claimed = async (rows: Promise<readonly unknown[]>): Promise<number> => (await rows).length;

const TAKINGS: readonly Taking[] = [
  {
    ...{ name: 'what is to be sent', state: 'received' },
    more: `UPDATE operations SET deadline_at = now() + interval '1 hour' WHERE id = ANY ($1::uuid[])`,
    take: (database) =>
      claimed(
        database.query(CLAIM_SUBMISSIONS, [
          ...[randomId(), 60_000, 1_000, PARTNER, 'transfer', 'disbursements', ...LIMITS, 60_000],
        ]),
      ),
  },
  {
    ...{ name: 'what has its yes', state: 'awaiting_confirmation' },
    more: `UPDATE operations SET confirmed_step = 'party', expires_at = now() + interval '1 hour' WHERE id = ANY ($1::uuid[])`,
    take: (database) =>
      claimed(
        database.query(CLAIM_CONFIRMATIONS, [
          ...[randomId(), 60_000, 1_000, PARTNER, 'transfer', 'disbursements', ...LIMITS, 60_000, null],
        ]),
      ),
  },
  {
    ...{ name: 'what is to be asked about', state: 'pending' },
    take: (database) =>
      claimed(
        database.query(CLAIM_ENQUIRIES, [randomId(), 60_000, 1_000, PARTNER, 'enquiries', ...LIMITS, 0]),
      ),
  },
  {
    ...{ name: 'what its worker has left', state: 'submitting' },
    take: (database) => new Sweeps(database, clock).abandoned([PARTNER]),
  },
  {
    ...{ name: 'what nobody has confirmed', state: 'awaiting_confirmation' },
    take: (database) => new Sweeps(database, clock).unconfirmed([PARTNER]),
  },
  {
    ...{ name: 'what could not be sent', state: 'received' },
    take: (database) => new Sweeps(database, clock).unsent(),
  },
  {
    ...{ name: 'what is past its deadline', state: 'unknown' },
    take: (database) => new Sweeps(database, clock).unresolved(),
  },
  {
    ...{ name: 'callbacks', state: 'succeeded' },
    more: `INSERT INTO callbacks (id, partner, method, path, headers, body, source, digest, verdict, state, due_at)
      SELECT id, '${PARTNER}', 'POST', 'path', '{}', 'body', '127.0.0.1', 'digest', 'authentic', 'stored', now()
      FROM unnest($1::uuid[]) AS id`,
    of: ['callbacks', 'id'],
    take: (database) => claimed(new CallbackRows(database, clock).claimDue(1_000, 60_000)),
  },
  {
    ...{ name: 'answers that are owed', state: 'succeeded' },
    more: `INSERT INTO inbound_answers (operation_id, partner, transfer, memo, digest, due_at)
      SELECT id, '${PARTNER}', 'transfer', '{}', 'digest', now() FROM unnest($1::uuid[]) AS id`,
    of: ['inbound_answers', 'operation_id'],
    take: (database) => claimed(new OwedAnswers(database).claimDue(lane, 1_000, 60_000)),
  },
  {
    ...{ name: 'events', state: 'succeeded' },
    more: `INSERT INTO events (operation_id, sequence, type, body, due_at)
      SELECT id, n, 'transfer.pending', '{"state":"pending"}', now() FROM unnest($1::uuid[]) AS id, generate_series(1, 3) AS n`,
    of: ['events', 'operation_id'],
    take: (database) => new EventRelay(database).tellDue(),
    rows: 3,
  },
];

/**
 * PostgreSQL 18 ends with a segmentation fault where a statement locks rows of which one was changed since its snapshot, and
 * prunes partitions once there is nothing more to lock.
 */
describe('rows of which some were changed since the snapshot', () => {
  let postgres: OpenDatabase;
  const sql = <Row extends object>(text: string, values: unknown[] = []) =>
    postgres.database.query<Row>({ name: '', text }, values);

  beforeAll(async () => {
    postgres = await openDatabase();
    await sql(
      `INSERT INTO partner_gates (partner, capability, tokens)
       VALUES ($1, 'disbursements', 1000), ($1, 'enquiries', 1000)`,
      [PARTNER],
    );
  });
  afterAll(() => postgres.close());

  /** The same database, whose statements wait at a door of the test's after their snapshot was taken and before they lock. */
  function behindTheDoor(): Database {
    const waiting = (text: string): string =>
      text.replace(
        /\b(due_at|deadline_at) <= now\(\)/,
        `pg_advisory_xact_lock_shared(${DOOR}) IS NOT NULL AND $1 <= now()`,
      );
    const query: Queryable['query'] = ({ text }, values) => {
      expect(waiting(text)).not.toBe(text);
      return postgres.database.query({ name: '', text: waiting(text) }, values);
    };
    return { query } as Database;
  }

  async function fill({ state, more }: Taking): Promise<readonly string[]> {
    // Of this month and the next in turn: of two partitions.
    const ids = Array.from({ length: COUNT }, (_, n) =>
      newId(new Date(clock.now().getTime() + (n % 2) * MONTH_MS)),
    );
    await sql('TRUNCATE operations, callbacks, events, inbound_answers');
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, due_at, deadline_at)
       SELECT id, 'bank', 'transfer', $2, $3, 100, 'XOF', now(), now() FROM unnest($1::uuid[]) AS id`,
      [ids, PARTNER, state],
    );
    if (more !== undefined) await sql(more, [ids]);
    await sql('ANALYZE operations, callbacks, events, inbound_answers');
    return ids;
  }

  /** Takes them, while of some operations something changes. */
  async function takeWhile(taking: Taking, change: string): Promise<number> {
    const ids = await fill(taking);
    const [table, operation] = taking.of ?? ['operations', 'id'];
    const { underWay } = await postgres.database.transaction(async (door) => {
      await door.query({ name: '', text: `SELECT pg_advisory_xact_lock(${DOOR})` });
      const underWay = taking.take(behindTheDoor());
      const waits = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${DOOR} AND NOT granted`;
      while ((await sql(waits)).length === 0) await new Promise((look) => setTimeout(look, 5));
      await sql(`UPDATE ${table} SET ${change} WHERE ${operation} = ANY ($1::uuid[])`, [
        ids.slice(0, TOUCHED),
      ]);
      return { underWay };
    });
    return underWay;
  }

  it.each(TAKINGS)('are taken with the others where they are due still: $name', async (taking) => {
    expect(await takeWhile(taking, 'due_at = due_at')).toBe((taking.rows ?? 1) * COUNT);
  });

  it.each(TAKINGS)(
    'are found by an index of what is due, planned over empty tables: $name',
    async (taking) => {
      await sql('TRUNCATE operations, callbacks, events, inbound_answers');
      const statements: string[] = [];
      const query = ({ text }: { readonly text: string }): Promise<[]> => {
        statements.push(text);
        return Promise.resolve([]);
      };
      await taking.take({ query } as unknown as Database);
      const [text = ''] = statements;
      const plan = await sql<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${text}`);
      const lines = plan.map(({ 'QUERY PLAN': line }) => line);
      expect(lines.filter((line) => /Seq Scan|Bitmap/.test(line))).toEqual([]);
      const scanned = lines.flatMap((line) => / using (\w+) /.exec(line)?.[1] ?? []);
      expect(scanned.some((index) => /_(?:due|due_at_idx|deadline_at_idx)$/.test(index))).toBe(true);
      expect(scanned.filter((index) => !OF_WHAT_IS_DUE.test(index))).toEqual([]);
    },
  );

  it.each(TAKINGS)('are left where they are not any more: $name', async (taking) => {
    const change = taking.of ? 'due_at = NULL' : 'due_at = NULL, deadline_at = NULL';
    expect(await takeWhile(taking, change)).toBe((taking.rows ?? 1) * (COUNT - TOUCHED));
  });
});
