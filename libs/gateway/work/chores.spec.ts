import { newId } from '#domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { v4 as randomId } from 'uuid';
import { type OpenDatabase, openDatabase } from '../../../test/support/open-database.js';
import { makePartitions, removeOldAnswers, removeOldQuotes, removeOldReadings } from './chores.js';

const DAY_MS = 86_400_000;

describe('the nightly chores', () => {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  const statement = (text: string) => ({ name: text.slice(0, 40), text });

  const dropMonth = async (): Promise<void> => {
    const months =
      statement(`SELECT 'DROP TABLE ' || string_agg(oid::regclass::text, ', ') AS drop FROM pg_class
      WHERE relispartition AND relkind = 'r' AND relname LIKE to_char(now() AT TIME ZONE 'UTC' + interval '2 months', '"%_"YYYY_MM')`);
    const [made] = await opened.database.query<{ drop: string }>(months);
    if (made) await opened.database.execute({ name: '', text: made.drop });
  };

  it('make the partitions of the months ahead once', async () => {
    await dropMonth();
    expect(await makePartitions(opened.database)).toBe('8 month partitions made');
    expect(await makePartitions(opened.database)).toBeNull();
  });

  it('make a month table by table, and keep nobody waiting for one of them with another', async () => {
    await dropMonth();
    const reader = await opened.another();
    const released = Promise.withResolvers<undefined>();
    const read = Promise.withResolvers<undefined>();
    const isRead = reader.transaction(async (own) => {
      await own.query(statement('SELECT FROM messages LIMIT 1'));
      read.resolve(undefined);
      await released.promise;
      // Whoever made the months would wait for this reader, and this reader for them.
      return own.query(statement('SELECT FROM operations LIMIT 1'));
    });
    await read.promise;
    const made = makePartitions(opened.database);
    const waits = statement("SELECT FROM pg_locks WHERE relation = 'messages'::regclass AND NOT granted");
    while ((await reader.query(waits)).length === 0) await sleep(10);
    released.resolve(undefined);
    await isRead;
    expect(await made).toBe('8 month partitions made');
  });

  it('wait for no table for long, and keep what was made before', async () => {
    await dropMonth();
    const reader = await opened.another();
    const refused = await reader.transaction(async (own) => {
      await own.query(statement('SELECT FROM messages LIMIT 1'));
      return makePartitions(opened.database).catch((error: unknown) => error);
    });
    expect(refused).toMatchObject({ code: '55P03' });
    expect(await makePartitions(opened.database)).toBe('1 month partitions made');
  });

  it('remove balances that are older than they are kept, and no others', async () => {
    const { database } = opened;
    const asked = async (days: number, answeredDays: number | null): Promise<string> => {
      const id = randomId();
      await database.query(
        statement(`INSERT INTO balance_readings (id, partner, asked_at, answered_at)
          VALUES ($1, 'sahel', now() - $2 * interval '1 day', now() - $3 * interval '1 day')`),
        [id, days, answeredDays],
      );
      return id;
    };
    await asked(31, 31);
    await asked(40, null);
    const kept = [await asked(29, 29), await asked(31, 1), await asked(0, null)];
    expect(await removeOldReadings(database, 30 * DAY_MS)).toBe('2 old balance readings removed');
    const left = await database.query<{ id: string }>(statement('SELECT id FROM balance_readings'));
    expect(left.map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
    expect(await removeOldReadings(database, 30 * DAY_MS)).toBeNull();
  });

  it('remove prices that ended long ago, and no others', async () => {
    const { database } = opened;
    const named =
      statement(`INSERT INTO inbound_quotes (partner, transfer, quote, payee, currency, amount_minor, sends_minor,
        receives_minor, expires_at)
      VALUES ('sahel', $1, $1, '{}', 'XOF', 1, 1, 1, now() - $2 * interval '1 day')`);
    await database.query(named, ['old', 31]);
    await database.query(named, ['young', 29]);
    expect(await removeOldQuotes(database)).toBe('1 old quotes removed');
    const left = await database.query<{ transfer: string }>(statement('SELECT transfer FROM inbound_quotes'));
    expect(left).toEqual([{ transfer: 'young' }]);
    expect(await removeOldQuotes(database)).toBeNull();
  });

  it('remove what was told long ago of what has ended, and nothing that is owed or open', async () => {
    const { database } = opened;
    const told = async (
      transfer: string,
      { days = 31, toldDays = 31, state = 'succeeded', isOwed = false },
    ): Promise<void> => {
      const id = newId(new Date());
      await database.query(
        statement(`INSERT INTO operations (id, kind, partner, state, amount_minor, currency)
          VALUES ($1, 'receipt', 'sahel', $2, 1500, 'XOF')`),
        [id, state],
      );
      await database.query(
        statement(`INSERT INTO inbound_answers (operation_id, partner, transfer, digest, owed_at, told_at, due_at)
          VALUES ($1, 'sahel', $2, '', now() - $3 * interval '1 day', now() - $4 * interval '1 day',
            CASE WHEN $5 THEN now() END)`),
        [id, transfer, days, toldDays, isOwed],
      );
    };
    await told('committed', {});
    await told('refused', { state: 'failed' });
    const kept = {
      young: { days: 29, toldDays: 29 },
      'told late': { toldDays: 29 },
      owed: { isOwed: true },
      'not decided': { state: 'pending' },
      'not known': { state: 'unknown' },
    };
    for (const [transfer, facts] of Object.entries(kept)) await told(transfer, facts);
    expect(await removeOldAnswers(database)).toBe('2 old answers removed');
    const left = await database.query<{ transfer: string }>(
      statement('SELECT transfer FROM inbound_answers'),
    );
    expect(left.map(({ transfer }) => transfer).toSorted()).toEqual(Object.keys(kept).toSorted());
    expect(await removeOldAnswers(database)).toBeNull();
  });
});
