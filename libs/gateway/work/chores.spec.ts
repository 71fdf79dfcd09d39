import { v4 as randomId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenDatabase, openDatabase } from '../../../test/support/open-database.js';
import { makePartitions, removeOldQuotes, removeOldReadings } from './chores.js';

const DAY_MS = 86_400_000;

describe('the nightly chores', () => {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  const statement = (text: string) => ({ name: text.slice(0, 40), text });

  it('make the partitions of the months ahead once', async () => {
    await makePartitions(opened.database);
    expect(await makePartitions(opened.database)).toBeNull();
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
});
