import { v4 as randomId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenDatabase, openDatabase } from '../../../test/support/open-database.js';
import { makePartitions, removeOldReadings } from './chores.js';

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
});
