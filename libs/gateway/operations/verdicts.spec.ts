import { newId } from '#domain';
import { type EnquiryOutcome, type Partner } from '#partner-kit';
import { type Database, SystemClock } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Sweeps } from '../work/sweeps.js';
import { Ledger } from './ledger.js';
import { type News } from './news/news.js';
import { news, paid, refused } from './news/spec-support.js';
import { OperationReader } from './reader.js';
import { Verdicts } from './verdicts.js';

const MINUTE = 60_000;
const partner = {
  id: 'mpesa-ke',
  adapter: {},
  descriptor: {
    enquiryTimetableMs: [1_000],
    visibilityDelayMs: 0,
    submitForMs: MINUTE,
    unresolvedAfterMs: 10 * MINUTE,
  },
} as unknown as Partner;

const hard: EnquiryOutcome = { ...refused, is: 'declined', moneyMoved: 'no' } as EnquiryOutcome;

interface Row {
  state: string;
  failure: { moneyMoved: string; retryable: boolean } | null;
  is_due: boolean;
  deadline_in_s: number | null;
  open: string[] | null;
}

describe('an order that did not leave us', () => {
  let postgres: OpenDatabase;
  beforeAll(async () => {
    postgres = await openDatabase();
  });
  afterAll(() => postgres.close());

  it.each([
    [
      'what is left of its time to be sent, however often',
      'submitting',
      'notSent',
      'submission',
      'received',
      60,
    ],
    [
      'as long as any other once the partner has it all the same',
      'received',
      'succeeded',
      'callback',
      'submitting',
      645,
    ],
  ] as const)('has %s', async (_, state, is, from, becomes, seconds) => {
    const { database } = postgres;
    const clock = new SystemClock();
    const reader = new OperationReader(database);
    const id = newId(clock.now());
    await database.execute(
      {
        name: '',
        text: `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, attempts, submitted_at,
            created_at, deadline_at)
          VALUES ($1, 'bank', 'payment', 'mpesa-ke', $2, 15000, 'KES', 1, now(),
            now() - interval '45 seconds', now() + interval '15 seconds')`,
      },
      [id, state],
    );
    const operation = await reader.find(id);
    if (!operation) throw new Error('it is not there');
    const outcome: EnquiryOutcome = is === 'notSent' ? { is, cause: new Error('refused') } : { is };
    await new Verdicts(new Ledger(database, clock), reader, clock).take(operation, {
      ...{ partner, news: news(outcome, from), actor: 'partner', evidence: {}, resubmissionIsSafe: false },
    });
    const rows = await database.query<{ state: string; seconds: number }>(
      {
        name: '',
        text: `SELECT state, extract(epoch FROM deadline_at - created_at)::double precision AS seconds
          FROM operations WHERE id = $1`,
      },
      [id],
    );
    expect(rows).toMatchObject([{ state: becomes }]);
    expect(Math.abs((rows[0]?.seconds ?? 0) - seconds)).toBeLessThan(10);
  });
});

describe('an operation that ended with a refusal that may turn', () => {
  let postgres: OpenDatabase;
  let verdicts: Verdicts;
  let reader: OperationReader;
  let sweeps: Sweeps;
  const clock = new SystemClock();

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const row = async (id: string): Promise<Row | undefined> => {
    const text = `SELECT state, failure, due_at IS NOT NULL AS is_due,
      extract(epoch FROM deadline_at - now())::double precision AS deadline_in_s,
      (SELECT array_agg(kind) FROM discrepancies WHERE operation_id = o.id AND settled_at IS NULL) AS open
      FROM operations o WHERE id = $1`;
    return (await postgres.database.query<Row>({ name: '', text }, [id]))[0];
  };
  const pending = async (deadline = "now() + interval '10 minutes'"): Promise<string> => {
    const id = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, attempts, submitted_at, deadline_at)
       VALUES ($1, 'bank', 'payment', 'mpesa-ke', 'pending', 15000, 'KES', 1, now(), ${deadline})`,
      [id],
    );
    return id;
  };
  const take = async (id: string, said: News) => {
    const operation = await reader.find(id);
    if (!operation) throw new Error('it is not there');
    return verdicts.take(operation, {
      partner,
      news: said,
      actor: 'partner',
      evidence: {},
      resubmissionIsSafe: false,
    });
  };
  const age = (id: string) =>
    sql("UPDATE operations SET submitted_at = now() - interval '1 day' WHERE id = $1", [id]);
  const passDeadline = async (id: string) => {
    await sql("UPDATE operations SET deadline_at = now() - interval '1 second' WHERE id = $1", [id]);
    expect(await sweeps.unresolved()).toBe(1);
    const lateness = `SELECT FROM discrepancies WHERE operation_id = $1
      AND opened_at - (details->>'deadline')::timestamptz BETWEEN interval '1 s' AND interval '1 min'`;
    expect(await sql(lateness, [id])).toBe(1);
  };

  /** For the lock of somebody else. */
  const somebodyWaits = async (): Promise<void> => {
    const text = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await sql(text)) === 0) await new Promise((look) => setTimeout(look, 5));
  };

  beforeAll(async () => {
    postgres = await openDatabase();
    reader = new OperationReader(postgres.database);
    verdicts = new Verdicts(new Ledger(postgres.database, clock), reader, clock);
    sweeps = new Sweeps(postgres.database, clock);
  });
  afterAll(() => postgres.close());

  it('is not ended by what was judged before a callback claimed that it is paid', async () => {
    const id = await pending();
    const before = await reader.find(id);
    if (!before) throw new Error('it is not there');
    await take(id, news(paid, 'callback', false));
    await verdicts.take(before, {
      partner,
      news: news(hard, 'callback', false),
      ...{ actor: 'partner', evidence: {}, resubmissionIsSafe: false },
    });
    expect(await row(id)).toMatchObject({ state: 'pending', is_due: true, open: ['contradictory_news'] });
  });

  it('is due and has a deadline, and ends certain by the enquiry after its time', async () => {
    const id = await pending();
    await take(id, news(refused));
    expect(await row(id)).toMatchObject({
      state: 'failed',
      is_due: true,
      failure: { moneyMoved: 'unknown', retryable: false },
      open: null,
    });
    expect((await row(id))?.deadline_in_s).toBeGreaterThan(10 * 60);
    await age(id);
    await take(id, news(refused, 'enquiry'));
    expect(await row(id)).toMatchObject({
      is_due: false,
      deadline_in_s: null,
      failure: { moneyMoved: 'no', retryable: true },
      open: null,
    });
  });

  it('is flagged when its time is over, until the partner can say', async () => {
    const id = await pending();
    await take(id, news(refused));
    await passDeadline(id);
    expect(await row(id)).toMatchObject({
      state: 'failed',
      is_due: true,
      open: ['unresolved_past_deadline'],
    });
    await age(id);
    await take(id, news(hard, 'enquiry'));
    expect(await row(id)).toMatchObject({ is_due: false, failure: { moneyMoved: 'no' }, open: null });
  });

  it('stays flagged where it was flagged before it ended', async () => {
    const id = await pending();
    await passDeadline(id);
    await take(id, news(refused));
    expect(await row(id)).toMatchObject({
      deadline_in_s: null,
      is_due: true,
      open: ['unresolved_past_deadline'],
    });
    await take(id, news(paid, 'enquiry'));
    expect(await row(id)).toMatchObject({
      state: 'succeeded',
      is_due: false,
      deadline_in_s: null,
      open: null,
    });
  });

  it('is flagged no more once it is certain, though a callback has given it a new deadline meanwhile', async () => {
    const id = await pending();
    await take(id, news(refused));
    await passDeadline(id);
    const late: EnquiryOutcome = { is: 'succeeded', receipt: 'UJC4K7W2QY' };
    await take(id, news(late, 'callback', false));
    expect((await row(id))?.deadline_in_s).toBeGreaterThan(0);
    await take(id, news(late, 'enquiry'));
    expect(await row(id)).toMatchObject({ state: 'succeeded', deadline_in_s: null, open: null });
  });

  it('is flagged no more where it ends in the moment in which it is flagged', async () => {
    const id = await pending("now() - interval '1 second'");
    const { ending } = await postgres.database.transaction(async (held) => {
      expect(await new Sweeps(held as Database, clock).unresolved()).toBe(1);
      const begun = take(id, news({ is: 'succeeded', receipt: 'UJC4K7W2QZ' }, 'enquiry'));
      await somebodyWaits();
      return { ending: begun };
    });
    await ending;
    expect(await row(id)).toMatchObject({ state: 'succeeded', open: null });
  });

  it('is over at once where the refusal is final', async () => {
    const id = await pending();
    await take(id, news(hard));
    expect(await row(id)).toMatchObject({ state: 'failed', is_due: false, deadline_in_s: null, open: null });
  });
});
