import { newId } from '#domain';
import { type Partner, type PartnerRegistry } from '#partner-kit';
import { type Database, DatabaseUnavailable, SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { operation } from '../operations/news/spec-support.js';
import { type Verdicts } from '../operations/verdicts.js';
import { type BalanceReadings } from '../partners/balance-readings.js';
import { Resubmissions } from '../work/resubmissions.js';
import { WorkSettings } from '../work/work-settings.js';
import { CallbackRows } from './callback-rows.js';
import { type FromPartner, type Matching } from './matching.js';
import { OutcomeNotices } from './outcome-notices.js';
import { CallbackProcessor } from './processor.js';
import { type ReceiptNotices } from './receipt-notices.js';

const MORE_THAN_MOST = 12;

const keep = (database: Database, id: string, partner: string, path = ''): Promise<number> => {
  const text = `INSERT INTO callbacks (id, partner, method, path, headers, body, source, digest, verdict, state, due_at)
    VALUES ($1, $2, 'POST', $3, '{}', '', '127.0.0.1', '', 'authentic', 'stored', now())`;
  return database.execute({ name: '', text }, [id, partner, path]);
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
      new CallbackRows(postgres.database, clock),
      { find: () => partner } as unknown as PartnerRegistry,
      { find: () => Promise.resolve(() => []) } as unknown as Matching,
      {} as OutcomeNotices,
      {} as ReceiptNotices,
      { answer: () => (trouble ? Promise.reject(trouble) : Promise.resolve()) } as unknown as BalanceReadings,
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

describe('a callback that the database takes too long over', () => {
  let postgres: OpenDatabase;
  let processor: CallbackProcessor;
  let trouble: () => Promise<unknown>;
  /** How many were matched together with it, each time. */
  let company: number[];
  let slow: string;
  const clock = new SystemClock();

  const partner = {
    id: 'mpesa-ke',
    adapter: { callbacks: { read: ({ path }: { path: string }) => [{ is: 'balance', question: path }] } },
  } as unknown as Partner;
  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const rows = (text: string, values: unknown[] = []) =>
    postgres.database.query<object>({ name: '', text }, values);
  const kept = async (id: string) =>
    (await rows('SELECT state, failures, last_error FROM callbacks WHERE id = $1', [id]))[0];
  const flags = () => rows('SELECT kind, subject, settled_by FROM discrepancies');
  /** As the database itself says it. */
  const timeOut = () =>
    postgres.database.transaction(async (inside) => {
      await inside.execute({ name: '', text: 'SET LOCAL statement_timeout = 20' });
      await inside.query({ name: '', text: 'SELECT pg_sleep(60)' });
    });
  const away = () => Promise.reject(new DatabaseUnavailable(new Error('ECONNREFUSED')));
  const readAgain = async (ageMinutes: number, tries: number): Promise<void> => {
    await sql(
      `UPDATE callbacks SET due_at = now(), lease = NULL, tries = $2, received_at = now() - make_interval(mins => $1)
       WHERE due_at IS NOT NULL`,
      [ageMinutes, tries],
    );
    await processor.processDue(10, 30_000);
  };
  const waits = { state: 'waiting', failures: 0, last_error: 'the database takes too long over it' };

  beforeAll(async () => {
    postgres = await openDatabase();
    const matching = {
      find: async (notices: readonly FromPartner[]) => {
        if (notices.some(({ notice }) => notice.is === 'balance' && notice.question === 'slow')) {
          company.push(notices.length - 1);
          await trouble();
        }
        return () => [];
      },
    };
    processor = new CallbackProcessor(
      new CallbackRows(postgres.database, clock),
      { find: () => partner } as unknown as PartnerRegistry,
      matching as unknown as Matching,
      {} as OutcomeNotices,
      {} as ReceiptNotices,
      { answer: () => Promise.resolve() } as unknown as BalanceReadings,
    );
  });
  beforeEach(async () => {
    slow = newId(clock.now());
    trouble = timeOut;
    company = [];
    await sql('TRUNCATE callbacks, discrepancies');
    await keep(postgres.database, slow, partner.id, 'slow');
  });
  afterAll(() => postgres.close());

  it('holds up none of those that are read with it, and has no company the next time', async () => {
    for (const round of [1, 2]) {
      const others = [newId(clock.now()), newId(clock.now())];
      for (const other of others) await keep(postgres.database, other, partner.id);
      await readAgain(0, round);
      for (const other of others) expect(await kept(other)).toMatchObject({ state: 'done' });
      expect(await kept(slow)).toEqual(waits);
    }
    expect(company).toEqual([2, 0, 0]);
  });

  it('is told to a person after an hour, is read on, and is settled once it could be read', async () => {
    const flag = { kind: 'unreadable_callback', subject: slow };
    await readAgain(59, MORE_THAN_MOST);
    expect(await flags()).toEqual([]);
    for (const minutes of [61, 62]) {
      await readAgain(minutes, MORE_THAN_MOST);
      expect(await kept(slow)).toEqual(waits);
      expect(await flags()).toEqual([{ ...flag, settled_by: null }]);
    }
    trouble = () => Promise.resolve();
    await readAgain(63, MORE_THAN_MOST);
    expect(await kept(slow)).toMatchObject({ state: 'done' });
    expect(await flags()).toEqual([{ ...flag, settled_by: 'rule' }]);
  });

  it('is told to nobody where it is old only because nobody was there to read it, or the database is away', async () => {
    await readAgain(61, 0);
    trouble = away;
    await readAgain(61, MORE_THAN_MOST);
    expect(await kept(slow)).toMatchObject({ state: 'waiting', last_error: 'DatabaseUnavailable' });
    expect(await flags()).toEqual([]);
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
      new CallbackRows(database, clock),
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
    );
    await keep(database, newId(clock.now()), seen.partner);
    expect(await processor.processDue(10, 30_000)).toBe(1);
    expect(await database.query({ name: '', text: 'SELECT state FROM callbacks' })).toEqual([
      { state: 'done' },
    ]);
    await postgres.close();
  });
});
