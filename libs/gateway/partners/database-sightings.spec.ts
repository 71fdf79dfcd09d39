import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotReached } from '#partner-kit';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { DatabaseSightings } from './database-sightings.js';

describe('what was seen of a partner', () => {
  let postgres: OpenDatabase;
  beforeAll(async () => {
    postgres = await openDatabase();
  });
  afterAll(() => postgres.close());

  const process = (partner = 'mojaloop-sn') => new DatabaseSightings(postgres.database, partner);

  it('is known to all processes from the first time to the last', async () => {
    await process().saw('it asks');
    const early = await process().spanOf('it asks');
    expect(early?.first).toEqual(early?.last);
    await process().saw('it asks');
    const late = await process().spanOf('it asks');
    expect(late?.first).toEqual(early?.first);
    expect(late?.last.getTime()).toBeGreaterThan(early?.first.getTime() ?? Infinity);
  });

  it('is that partner’s alone', async () => {
    await process().saw('it asks');
    expect(await process('mojaloop-ci').spanOf('it asks')).toBeNull();
    expect(await process().spanOf('it sings')).toBeNull();
  });

  it('is written once a second at most by one process, and at once after it was forgotten', async () => {
    const one = process('often');
    await one.saw('it asks');
    const early = await one.spanOf('it asks');
    await one.saw('it asks');
    expect(await one.spanOf('it asks')).toEqual(early);
    await one.forget('it asks');
    expect(await one.spanOf('it asks')).toBeNull();
    await one.saw('it asks');
    expect(await one.spanOf('it asks')).not.toBeNull();
  });

  it('is out of reach with the database', async () => {
    const away = await openDatabase();
    await away.close();
    const sightings = new DatabaseSightings(away.database, 'mojaloop-sn');
    await expect(sightings.saw('it asks')).rejects.toBeInstanceOf(NotReached);
    await expect(sightings.spanOf('it asks')).rejects.toBeInstanceOf(NotReached);
    await expect(sightings.forget('it asks')).rejects.toBeInstanceOf(NotReached);
  });
});
