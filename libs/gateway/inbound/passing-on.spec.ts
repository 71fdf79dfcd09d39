import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freshDatabase } from '../../../test/support/database.js';
import { OperationReader } from '../operations/reader.js';
import { Passing, until } from './passing-spec-support.js';
import { type Process, setStage, type Stage } from './spec-support.js';

/** Most are told that nobody was credited in time. */
const BRIEFLY_MS = 2_500;

describe('a credit that is refused, and paid after all', () => {
  let fresh: Awaited<ReturnType<typeof freshDatabase>>;
  let stage: Stage;
  let worker: Process;
  let passing: Passing;

  beforeAll(async () => {
    fresh = await freshDatabase();
    stage = await setStage(fresh.url, BRIEFLY_MS);
    worker = await stage.start('worker');
    passing = new Passing(stage, await stage.start('api'));
  }, 60_000);
  afterAll(async () => {
    await stage.close();
    await fresh.drop();
  });

  it('is taken back: its money never came', async () => {
    await passing.bringInVain();
    expect(await passing.now(passing.passage.receipt)).toMatchObject({ state: 'failed' });
    await passing.keeperSays({ is: 'succeeded' });
    await until(() => passing.isGivenBack());
    await until(() => passing.isLeft());
    expect(await passing.givenBack()).toHaveLength(1);
  });

  it('is taken back, too, where it is paid while a worker settles what it has just seen refused', async () => {
    await passing.bringInVain();
    const { receipt, credit } = passing.passage;
    const reader = worker.get(OperationReader);
    const findMany = reader.findMany.bind(reader);
    const isPaidMeanwhile = jest.spyOn(reader, 'findMany').mockImplementation(async (ids) => {
      const seen = await findMany(ids);
      if (ids.includes(credit.id) && seen.get(credit.id)?.state === 'failed')
        await passing.keeperSays({ is: 'succeeded' });
      return seen;
    });
    try {
      await passing.rows(
        'INSERT INTO passing_on (receipt_id, credit_id) VALUES ($1, $2)',
        receipt.id,
        credit.id,
      );
      await until(() => passing.isGivenBack());
    } finally {
      isPaidMeanwhile.mockRestore();
    }
  });

  it('stays where the money came all the same', async () => {
    await passing.bringUncredited();
    await until(() => passing.isLeft());
    await passing.keeperSays({ is: 'succeeded' });
    await until(() => passing.isLeft());
    expect(await passing.now(passing.passage.credit)).toMatchObject({ state: 'succeeded' });
    expect(await passing.givenBack()).toEqual([]);
  });
});
