import { setTimeout as sleep } from 'node:timers/promises';
import { type Pace } from '#partner-kit';
import { type Database } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { type GateState, isHealthy, type Paced } from './gate.js';
import { GateReports } from './gate-reports.js';
import { claimable, FAILURES_TO_OPEN, gateCtes, spendCte } from './gate-sql.js';
import { PartnerGates } from './partner-gates.js';
import { PartnerHealthProbe } from './partner-health-probe.js';

const LOOK_MS = 20;
const WORK_TABLE = {
  name: 'work-table',
  text: 'CREATE TABLE work (id serial, partner text, taken_at timestamptz)',
};

/** A claim as workers make it, over a table of the test's own. $5 concurrency, $6 limit. */
const CLAIM = {
  name: 'work-claim',
  text: `WITH ${gateCtes(
    {
      partner: '$1::text',
      gate: '$2::text',
      perSecond: '$3::double precision',
      burst: '$4::double precision',
    },
    '$5::integer',
    '(SELECT count(*) FROM work WHERE partner = $1 AND taken_at IS NOT NULL)',
  )},
  due AS (
    SELECT id FROM work WHERE partner = $1 AND taken_at IS NULL ORDER BY id
    LIMIT ${claimable('$6::integer')} FOR UPDATE SKIP LOCKED
  ),
  claimed AS (UPDATE work SET taken_at = now() FROM due WHERE work.id = due.id RETURNING work.id),
  ${spendCte('claimed')}
  SELECT id FROM claimed`,
};

describe('gates of a partner', () => {
  let postgres: OpenDatabase;
  let other: Database;
  let reports: GateReports;
  let gates: PartnerGates;
  let partners = 0;
  let id: string;

  const paced = (pace: Partial<Pace>): Paced => ({
    id,
    descriptor: { pace: { default: { perSecond: 1_000, burst: 1_000, concurrency: 1_000, ...pace } } },
  });
  const gatesOn = (database: Database) => new PartnerGates(database, new GateReports(database));
  const sql = (text: string, values: unknown[] = []) =>
    postgres.database.execute({ name: `test-${text}`.slice(0, 60), text }, values);
  const state = async (): Promise<GateState | undefined> => (await gates.states(id))[0];
  const tell = async (...answers: boolean[]) => {
    for (const ok of answers) gates.report(id, 'collections', ok);
    await reports.flush();
  };
  const failures = (count: number): boolean[] => Array.from({ length: count }, () => false);
  const endPause = () =>
    sql("UPDATE partner_gates SET open_until = now() - interval '1 second' WHERE partner = $1", [id]);
  const letPass = (ms: number) =>
    sql(
      "UPDATE partner_gates SET refilled_at = refilled_at - $2 * interval '1 millisecond' WHERE partner = $1",
      [id, ms],
    );
  /** Of a breaker whose pause a call has booked, by the one clock that set both ends. */
  const pauseS = async (): Promise<number | undefined> => {
    const text = `SELECT extract(epoch FROM open_until - refilled_at)::double precision AS seconds
      FROM partner_gates WHERE partner = $1`;
    const rows = await postgres.database.query<{ seconds: number }>({ name: 'test-pause', text }, [id]);
    return rows[0]?.seconds;
  };

  beforeAll(async () => {
    postgres = await openDatabase();
    other = await postgres.another();
    reports = new GateReports(postgres.database);
    gates = new PartnerGates(postgres.database, reports);
    await postgres.database.execute(WORK_TABLE);
  });
  afterAll(async () => {
    await gates.beforeApplicationShutdown();
    await postgres.close();
  });
  beforeEach(() => {
    id = `partner-${(partners += 1)}`;
  });

  it('let a burst through, then tell when the next call may come', async () => {
    const partner = paced({ perSecond: 0.25, burst: 3 });
    for (let n = 0; n < 3; n += 1) {
      expect(await gates.acquire(partner, 'parties')).toEqual({ granted: true });
    }
    const permit = await gates.acquire(partner, 'parties');
    if (permit.granted) throw new Error('the fourth call was let through');
    expect(permit.why).toBe('throttled');
    expect(permit.retryAfterMs).toBeGreaterThan(0);
    expect(permit.retryAfterMs).toBeLessThanOrEqual(4_000);
    await letPass(permit.retryAfterMs);
    expect(await gates.acquire(partner, 'parties')).toEqual({ granted: true });
  });

  it('hold for two processes together', async () => {
    const partner = paced({ perSecond: 0.1, burst: 10 });
    const second = gatesOn(other);
    const permits = await Promise.all(
      Array.from({ length: 60 }, (_, n) => (n % 2 ? gates : second).acquire(partner, 'parties')),
    );
    expect(permits.filter(({ granted }) => granted)).toHaveLength(10);
  });

  it('limit each capability by itself', async () => {
    const partner = paced({ perSecond: 0.1, burst: 1 });
    expect(await gates.acquire(partner, 'parties')).toEqual({ granted: true });
    expect(await gates.acquire(partner, 'parties')).toMatchObject({ granted: false });
    expect(await gates.acquire(partner, 'sessions')).toEqual({ granted: true });
  });

  describe('whose breaker', () => {
    beforeEach(() => gates.acquire(paced({}), 'collections'));

    it('opens after ten failures in a row, and tells how long', async () => {
      await tell(...failures(FAILURES_TO_OPEN - 1));
      expect(await state()).toMatchObject({ breaker: 'closed', failures: FAILURES_TO_OPEN - 1 });
      await tell(false);
      const opened = await state();
      expect(opened).toMatchObject({ breaker: 'open', lastSuccessAt: null });
      const pauseMs = (opened?.openUntil?.getTime() ?? 0) - (opened?.lastFailureAt?.getTime() ?? 0);
      expect(pauseMs).toBeGreaterThanOrEqual(3_999);
      const permit = await gates.acquire(paced({}), 'collections');
      expect(permit).toMatchObject({ granted: false, why: 'open' });
      if (permit.granted) return;
      expect(permit.retryAfterMs).toBeGreaterThan(0);
      expect(permit.retryAfterMs).toBeLessThanOrEqual(5_000);
    });

    it('stays closed while a success comes in between', async () => {
      for (let n = 0; n < 4; n += 1) await tell(...failures(FAILURES_TO_OPEN - 1), true);
      expect(await state()).toMatchObject({ breaker: 'closed', failures: 0 });
      await tell(...failures(6), true, ...failures(3));
      expect(await state()).toMatchObject({ breaker: 'closed', failures: 3 });
    });

    it('lets one call of all processes through after the pause, and closes when that goes well', async () => {
      await tell(...failures(FAILURES_TO_OPEN));
      await endPause();
      expect(await state()).toMatchObject({ breaker: 'half_open' });
      const second = gatesOn(other);
      const permits = await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 ? gates : second).acquire(paced({}), 'collections')),
      );
      expect(permits.filter(({ granted }) => granted)).toHaveLength(1);
      await tell(true);
      expect(await state()).toMatchObject({ breaker: 'closed', failures: 0, openUntil: null });
      expect(await gates.acquire(paced({}), 'collections')).toEqual({ granted: true });
    });

    it('pauses longer after each probe that went badly or never came back, five minutes at most', async () => {
      await tell(...failures(FAILURES_TO_OPEN));
      const pauses: (number | undefined)[] = [];
      for (let n = 0; n < 8; n += 1) {
        await endPause();
        expect(await gates.acquire(paced({}), 'collections')).toEqual({ granted: true });
        if (n % 2) await tell(false);
        pauses.push(await pauseS());
      }
      [10, 20, 40, 80, 160, 300, 300, 300].forEach((seconds, n) => {
        expect(pauses[n]).toBeGreaterThanOrEqual(seconds * 0.8);
        expect(pauses[n]).toBeLessThanOrEqual(seconds);
      });
    });

    it('lets another call through where the first one said nothing of the partner', async () => {
      const hear = async (...results: readonly string[]): Promise<void> => {
        for (const result of results)
          gates.observe({ partner: id, capability: 'collections', method: 'collect', result });
        await reports.flush();
      };
      await tell(...failures(FAILURES_TO_OPEN));
      await endPause();
      for (const result of ['not-asked', 'not-there-yet', 'error']) {
        expect(await gates.acquire(paced({}), 'collections')).toEqual({ granted: true });
        expect(await gates.acquire(paced({}), 'collections')).toMatchObject({ why: 'open' });
        await hear(result);
        expect(await state()).toMatchObject({ breaker: 'half_open', failures: FAILURES_TO_OPEN });
      }
      expect(await gates.acquire(paced({}), 'collections')).toEqual({ granted: true });
      expect(await pauseS()).toBeLessThanOrEqual(10);
      await hear('unknown', 'not-asked');
      expect(await state()).toMatchObject({ breaker: 'open' });
      await endPause();
      await gates.acquire(paced({}), 'collections');
      await hear('not-asked', 'succeeded');
      expect(await state()).toMatchObject({ breaker: 'closed', failures: 0 });
    });

    it('does not stay open for longer because of calls that had begun before', async () => {
      await tell(...failures(FAILURES_TO_OPEN));
      const before = await state();
      await tell(...failures(50));
      expect((await state())?.openUntil).toEqual(before?.openUntil);
    });

    it('shows in the metrics as 0, 1 or 2', async () => {
      const value = async () => {
        const samples = await new PartnerHealthProbe(gates).collect();
        return samples.find(({ labels }) => labels.partner === id)?.value;
      };
      expect(await value()).toBe(0);
      await tell(...failures(FAILURES_TO_OPEN));
      expect(await value()).toBe(2);
      await endPause();
      expect(await value()).toBe(1);
    });
  });

  it('sum what calls say into few statements', async () => {
    await gates.acquire(paced({}), 'collections');
    for (let n = 0; n < 500; n += 1) gates.report(id, 'collections', n % 5 !== 0);
    expect(await state()).toMatchObject({ lastSuccessAt: null });
    while (!(await state())?.lastFailureAt) await sleep(LOOK_MS);
    expect(await state()).toMatchObject({ breaker: 'closed', failures: 0, lastSuccessAt: expect.any(Date) });
  });

  it.each([
    ['succeeded', true],
    ['declined', true],
    ['answered', true],
    ['notFound', true],
    ['not-there-yet', null],
    ['notSent', false],
    ['unknown', false],
    ['no-answer', false],
    ['not-asked', null],
    ['error', null],
  ])('take the result %s for %p', (result, healthy) => {
    expect(isHealthy(result)).toBe(healthy);
  });

  it('stay open to a partner that does not know something yet, however often it says so', async () => {
    const partner = paced({});
    const hear = async (result: string): Promise<void> => {
      for (let n = 0; n < 20; n += 1)
        gates.observe({ partner: id, capability: 'collections', method: 'enquire', result });
      await reports.flush();
    };
    await gates.acquire(partner, 'enquiries');
    await hear('not-there-yet');
    expect(await state()).toMatchObject({ breaker: 'closed', failures: 0 });
    await hear('unknown');
    expect(await state()).toMatchObject({ breaker: 'open' });
  });

  describe('that claims pass', () => {
    const addWork = (count: number) =>
      sql('INSERT INTO work (partner) SELECT $1 FROM generate_series(1, $2)', [id, count]);
    const open = (burst: number) =>
      sql("INSERT INTO partner_gates (partner, capability, tokens) VALUES ($1, 'collections', $2)", [
        id,
        burst,
      ]);
    const claim = (
      database: Database,
      { perSecond = 0.01, burst = 1_000, concurrency = 1_000, limit = 50 },
    ) => database.query(CLAIM, [id, 'collections', perSecond, burst, concurrency, limit]);
    /** Both processes, again and again. */
    const storm = async (limits: Parameters<typeof claim>[1], rounds = 60): Promise<number> => {
      const claims = Array.from({ length: rounds }, (_, n) =>
        claim(n % 2 ? other : postgres.database, limits),
      );
      return (await Promise.all(claims)).reduce((sum, rows) => sum + rows.length, 0);
    };

    it('take permits and rows in one statement, never more than the burst', async () => {
      await addWork(500);
      await open(120);
      const first = await claim(postgres.database, { burst: 120 });
      expect(first).toHaveLength(50);
      // A claim that finds the gate in use comes back empty-handed and looks again: so do we.
      let taken = first.length;
      for (let round = 0; taken < 120 && round < 20; round += 1) taken += await storm({ burst: 120 });
      expect(taken).toBe(120);
    });

    it('never exceed the concurrency, however many workers claim at once', async () => {
      for (let round = 0; round < 10; round += 1) {
        id = `${id}-${round}`;
        await addWork(100);
        await open(1_000);
        expect(await storm({ concurrency: 7, limit: 5 })).toBeLessThanOrEqual(7);
        while ((await claim(postgres.database, { concurrency: 7 })).length > 0);
        const [row] = await postgres.database.query<{ taken: bigint }>(
          { name: 'taken', text: 'SELECT count(taken_at) AS taken FROM work WHERE partner = $1' },
          [id],
        );
        expect(row?.taken).toBe(7n);
      }
    });

    it('find nothing behind an open breaker, and one row behind a half open one', async () => {
      await addWork(20);
      await open(100);
      await tell(...failures(FAILURES_TO_OPEN));
      expect(await storm({}, 10)).toBe(0);
      await endPause();
      expect(await storm({}, 10)).toBe(1);
      expect(await state()).toMatchObject({ breaker: 'open' });
    });

    it('spend nothing, and no probe, where nothing is due', async () => {
      await open(100);
      await tell(...failures(FAILURES_TO_OPEN));
      await endPause();
      expect(await storm({}, 4)).toBe(0);
      expect(await state()).toMatchObject({ breaker: 'half_open' });
    });

    it('find nothing where there is no gate', async () => {
      await addWork(5);
      expect(await storm({}, 2)).toBe(0);
    });
  });
});
