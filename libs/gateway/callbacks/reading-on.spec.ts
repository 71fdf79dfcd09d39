import { newId } from '#domain';
import { type Partner, type PartnerRegistry } from '#partner-kit';
import { type Database, DatabaseUnavailable, SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Discrepancies } from '../discrepancies/discrepancies.js';
import { operation } from '../operations/news/spec-support.js';
import { type Verdicts } from '../operations/verdicts.js';
import { type BalanceReadings } from '../partners/balance-readings.js';
import { Resubmissions } from '../work/resubmissions.js';
import { WorkSettings } from '../work/work-settings.js';
import { CallbackRows } from './callback-rows.js';
import { type Matching } from './matching.js';
import { OutcomeNotices } from './outcome-notices.js';
import { CallbackProcessor } from './processor.js';
import { type ReceiptNotices } from './receipt-notices.js';

const MORE_THAN_MOST = 12;

const keep = (database: Database, id: string, partner: string): Promise<number> => {
  const text = `INSERT INTO callbacks (id, partner, method, path, headers, body, source, digest, verdict, state, due_at)
    VALUES ($1, $2, 'POST', '', '{}', '', '127.0.0.1', '', 'authentic', 'stored', now())`;
  return database.execute({ name: '', text }, [id, partner]);
};

describe('a callback whose news cannot be written', () => {
  let postgres: OpenDatabase;
  let processor: CallbackProcessor;
  let trouble: Error | null;
  let callback: string;
  const clock = new SystemClock();

  const partner = {
    id: 'mpesa-ke',
    adapter: { callbacks: { read: () => [{ is: 'balance', question: 'q' }] } },
  } as unknown as Partner;
  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const kept = async () => {
    const text = 'SELECT state, failures, last_error FROM callbacks WHERE id = $1';
    return (await postgres.database.query<object>({ name: '', text }, [callback]))[0];
  };
  /** Whatever pause it was given: it is due again. */
  const readOften = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      await sql('UPDATE callbacks SET due_at = now() WHERE due_at IS NOT NULL');
      await processor.processDue(10, 30_000);
    }
  };

  beforeAll(async () => {
    postgres = await openDatabase();
    processor = new CallbackProcessor(
      new CallbackRows(postgres.database),
      { find: () => partner } as unknown as PartnerRegistry,
      { find: () => Promise.resolve(() => []) } as unknown as Matching,
      {} as OutcomeNotices,
      {} as ReceiptNotices,
      { answer: () => (trouble ? Promise.reject(trouble) : Promise.resolve()) } as unknown as BalanceReadings,
      new Discrepancies(postgres.database, clock),
    );
  });
  beforeEach(async () => {
    callback = newId(clock.now());
    await sql('TRUNCATE callbacks, discrepancies');
    await keep(postgres.database, callback, partner.id);
  });
  afterAll(() => postgres.close());

  it('waits for a database that is away or too slow, however often that is', async () => {
    trouble = new DatabaseUnavailable(new Error('canceling statement due to statement timeout'));
    await readOften(MORE_THAN_MOST);
    expect(await kept()).toEqual({ state: 'waiting', failures: 0, last_error: 'DatabaseUnavailable' });
    trouble = null;
    await readOften(1);
    expect(await kept()).toEqual({ state: 'done', failures: 0, last_error: null });
  });

  it('is put aside where it keeps failing for anything else, and is read again when it is asked for', async () => {
    trouble = new TypeError('nothing that anybody foresaw');
    await readOften(MORE_THAN_MOST);
    expect(await kept()).toMatchObject({ state: 'parked', failures: 8 });
    await sql("UPDATE callbacks SET state = 'waiting', tries = 0, failures = 0, due_at = now()");
    await readOften(1);
    expect(await kept()).toMatchObject({ state: 'waiting', failures: 1 });
  });
});

describe('a partner that is slow to take an order again', () => {
  it('keeps nobody’s callbacks waiting', async () => {
    const postgres = await openDatabase();
    const clock = new SystemClock();
    const { database } = postgres;
    const { promise: never } = Promise.withResolvers<never>();
    const seen = operation('unknown', { kind: 'transfer', partner: 'wave-sn' });
    const partner = {
      id: seen.partner,
      enabled: true,
      descriptor: { pace: { default: { perSecond: 1, burst: 1, concurrency: 1 } } },
      adapter: {
        callbacks: {
          read: () => [{ is: 'outcome', about: { operation: seen.id }, outcome: { is: 'notFound' } }],
        },
      },
    } as unknown as Partner;
    const judged = { effect: 'resend', why: 'the partner never received it', changes: {} };
    const unused = {} as never;
    const full = { transaction: () => never } as unknown as Database;
    const processor = new CallbackProcessor(
      new CallbackRows(database),
      { find: () => partner } as unknown as PartnerRegistry,
      { find: () => Promise.resolve(() => [{ operation: seen, fit: 'named' }]) } as unknown as Matching,
      new OutcomeNotices(
        database,
        unused,
        { take: () => Promise.resolve(judged) } as unknown as Verdicts,
        unused,
        new Resubmissions(full, unused, unused, new WorkSettings(100, 10, 30_000, 1_000, 1_000)),
      ),
      unused,
      unused,
      new Discrepancies(database, clock),
    );
    await keep(database, newId(clock.now()), seen.partner);
    expect(await processor.processDue(10, 30_000)).toBe(1);
    expect(await database.query({ name: '', text: 'SELECT state FROM callbacks' })).toEqual([
      { state: 'done' },
    ]);
    await postgres.close();
  });
});
