import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Latency, type QueueSample } from './job.js';

const LOOK_EVERY_MS = 100;

/** What has not ended yet is what has a deadline. */
const OPEN = {
  name: 'open',
  text: 'SELECT count(*)::int AS open FROM operations WHERE deadline_at IS NOT NULL',
};

const QUEUE = {
  name: 'queue',
  text: `SELECT (SELECT count(*)::int FROM operations WHERE deadline_at IS NOT NULL) AS operations,
    (SELECT count(*)::int FROM callbacks WHERE due_at IS NOT NULL) AS callbacks,
    (SELECT count(*)::int FROM events WHERE due_at IS NOT NULL) AS events`,
};

/**
 * What succeeded between two moments, by the database's own clock: from its commit as received to its end. An id is
 * made a little before its operation is committed.
 */
const SUCCEEDED = `SELECT count(*)::int AS count,
    percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - created_at) * 1000)
      AS percentiles
  FROM operations WHERE state = 'succeeded' AND completed_at >= $1 AND completed_at < $2
    AND id >= lowest_id_at($1::timestamptz - interval '5 minutes')`;

/** Planned once, while the tables are empty: read whole every second, they would cost more the longer the run lasts. */
const BY_INDEX = '-c enable_seqscan=off';

/** What becomes of operations, as the database knows it. */
export class Progress {
  private constructor(private readonly client: pg.Client) {}

  static async of(databaseUrl: string): Promise<Progress> {
    const client = new pg.Client({ connectionString: databaseUrl, options: BY_INDEX });
    await client.connect();
    return new Progress(client);
  }

  async open(): Promise<number> {
    const { rows } = await this.client.query<{ open: number }>(OPEN);
    return rows[0]?.open ?? 0;
  }

  async queue(): Promise<Omit<QueueSample, 'second'>> {
    const { rows } = await this.client.query<Omit<QueueSample, 'second'>>(QUEUE);
    return rows[0] ?? { operations: 0, callbacks: 0, events: 0 };
  }

  /** @returns how many are still open when patience ends */
  async untilAllEnded(patienceMs: number): Promise<number> {
    const until = performance.now() + patienceMs;
    let open = await this.open();
    while (open > 0 && performance.now() < until) {
      await sleep(LOOK_EVERY_MS);
      open = await this.open();
    }
    return open;
  }

  async succeeded(from: Date, runMs: number): Promise<{ perSecond: number; latency: Latency }> {
    const { rows } = await this.client.query<{ count: number; percentiles: number[] | null }>(SUCCEEDED, [
      from,
      new Date(from.getTime() + runMs),
    ]);
    const { count = 0, percentiles } = rows[0] ?? {};
    const [p50 = 0, p95 = 0, p99 = 0] = (percentiles ?? []).map((ms) => Math.round(ms * 10) / 10);
    return { perSecond: Math.round((count * 1000) / runMs), latency: { p50, p95, p99 } };
  }

  end(): Promise<void> {
    return this.client.end();
  }
}
