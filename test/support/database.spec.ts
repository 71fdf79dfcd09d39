import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase } from './database.js';

describe('a fresh database', () => {
  it('is migrated, and shared with nobody', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    expect(one.url).not.toBe(other.url);
    const client = new pg.Client({ connectionString: one.url });
    await client.connect();
    const { rows } = await client.query("SELECT to_regclass('operations')::text AS found");
    expect(rows).toEqual([{ found: 'operations' }]);
    await client.end();
    await Promise.all([one.drop(), other.drop()]);
  });
});
