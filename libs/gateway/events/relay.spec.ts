import { newId } from '#domain';
import { type Database } from '#platform';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { until } from '../inbound/passing-spec-support.js';
import { OPERATIONS_MOVED } from '../operations/operation-news.js';
import { EventRelay } from './relay.js';

const statement = (text: string) => ({ name: '', text });

describe('events that are told', () => {
  let postgres: OpenDatabase;
  let relay: EventRelay;
  let stopListening: () => void;
  const heard: string[] = [];

  beforeAll(async () => {
    postgres = await openDatabase();
    relay = new EventRelay(postgres.database);
    const listening = await postgres.database.pool.connect();
    listening.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listening.query(`LISTEN ${OPERATIONS_MOVED}`);
    stopListening = () => {
      listening.release(true);
    };
  });
  afterAll(() => {
    stopListening();
    return postgres.close();
  });
  afterEach(async () => {
    await postgres.database.execute(statement('TRUNCATE events'), []);
    heard.length = 0;
  });

  /** An operation that stands where the last of those transitions has brought it, the first one the oldest. */
  const operation = async (
    states: readonly string[],
    { asks = false, confirmed = null }: { asks?: boolean; confirmed?: string | null } = {},
  ): Promise<string> => {
    const id = newId(new Date());
    await postgres.database.execute(
      statement(`INSERT INTO operations (id, kind, partner, state, amount_minor, currency, next_action, confirmed_step, version)
        VALUES ($1, 'transfer', 'sahel', $2, 1500, 'XOF', $3, $4, $5)`),
      [id, states.at(-1), asks ? '{"type":"redirect"}' : null, confirmed, states.length],
    );
    await postgres.database.execute(
      statement(`INSERT INTO events (operation_id, sequence, type, body, due_at)
        SELECT $1, n, 'transfer.' || state, jsonb_build_object('state', state), now() - interval '1 minute' + n * interval '1 ms'
        FROM unnest($2::text[]) WITH ORDINALITY AS moved(state, n)`),
      [id, states],
    );
    return id;
  };
  const untold = async (id: string): Promise<readonly number[]> => {
    const rows = await postgres.database.query<{ sequence: number }>(
      statement(
        'SELECT sequence FROM events WHERE operation_id = $1 AND published_at IS NULL ORDER BY sequence',
      ),
      [id],
    );
    return rows.map(({ sequence }) => sequence);
  };

  /** What was said until now: notifications come in the order of their commits. */
  const words = async (): Promise<readonly string[]> => {
    await postgres.database.query(statement('SELECT pg_notify($1, $2)'), [OPERATIONS_MOVED, 'the end']);
    await until(() => Promise.resolve(heard.includes('the end')));
    return heard.filter((word) => word !== 'the end');
  };

  it('go together where they are of one operation, and those who wait hear of it once', async () => {
    const id = await operation(['received', 'submitting', 'pending', 'succeeded']);
    expect(await relay.tellDue()).toBe(4);
    expect(await untold(id)).toEqual([]);
    expect(await words()).toEqual([id]);
    expect(await relay.tellDue()).toBe(0);
  });

  it.each([
    ['is sent', ['received', 'submitting'], {}],
    ['waits for the partner alone', ['received', 'submitting', 'pending'], {}],
    ['is not known', ['received', 'submitting', 'unknown'], {}],
    ['has its yes', ['received', 'submitting', 'awaiting_confirmation'], { asks: true, confirmed: 'party' }],
  ])('wake nobody where an operation is only on its way: it %s', async (_, states, how) => {
    await operation(states, how);
    expect(await relay.tellDue()).toBe(states.length);
    expect(await words()).toEqual([]);
  });

  it.each([
    ['is asked for a yes', ['received', 'submitting', 'awaiting_confirmation']],
    ['has something to do', ['received', 'submitting', 'pending']],
    ['has to approve', ['received', 'awaiting_approval']],
  ])('wake those who wait where the caller %s', async (_, states) => {
    const id = await operation(states, { asks: true });
    expect(await relay.tellDue()).toBe(states.length);
    expect(await words()).toEqual([id]);
  });

  it('wake nobody for what has moved on meanwhile: its next event is still to come', async () => {
    const id = await operation(['received', 'submitting', 'awaiting_confirmation'], { asks: true });
    await postgres.database.execute(
      statement("UPDATE operations SET state = 'submitting', version = version + 1 WHERE id = $1"),
      [id],
    );
    expect(await relay.tellDue()).toBe(3);
    expect(await words()).toEqual([]);
  });

  it('are told by one process at a time, and what it has told is found told by who had looked before', async () => {
    const id = await operation(['received', 'submitting', 'failed']);
    const [told, commit] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const other = (await postgres.another()).transaction(async (own) => {
      const telling = new EventRelay({ query: own.query.bind(own) } as Database);
      expect(await telling.tellDue()).toBe(3);
      told.resolve(undefined);
      await commit.promise;
    });
    await told.promise;
    expect(await relay.tellDue()).toBe(0);
    commit.resolve(undefined);
    await other;
    expect(await untold(id)).toEqual([]);
    expect(await words()).toEqual([id]);
  });

  it('wait for the one before them that is to be told later', async () => {
    const id = await operation(['received', 'submitting', 'pending']);
    await postgres.database.execute(
      statement(
        "UPDATE events SET due_at = now() + interval '1 hour' WHERE operation_id = $1 AND sequence = 2",
      ),
      [id],
    );
    expect(await relay.tellDue()).toBe(1);
    expect(await untold(id)).toEqual([2, 3]);
    expect(await relay.tellDue()).toBe(0);
  });

  it('are told once, by however many', async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, () => operation(['received', 'submitting', 'pending', 'succeeded'])),
    );
    const relays = [
      relay,
      new EventRelay(await postgres.another()),
      new EventRelay(await postgres.another()),
    ];
    let told = 0;
    for (let round = 0; round < 20 && told < 160; round += 1)
      told += (await Promise.all(relays.map((one) => one.tellDue()))).reduce((sum, one) => sum + one, 0);
    expect(told).toBe(160);
    for (const id of ids) expect(await untold(id)).toEqual([]);
  });

  it('are told to the end where there are more of them than one notification holds', async () => {
    const ids = await Promise.all(Array.from({ length: 210 }, () => operation(['received', 'expired'])));
    expect(await relay.tellDue()).toBe(420);
    expect((await words()).flatMap((word) => word.split(' ')).sort()).toEqual(ids.sort());
  });
});
