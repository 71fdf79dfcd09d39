import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { HttpConnection } from './http-connection.js';
import { paymentRequests } from './http-load.js';
import { type EndToEndJob, type Latency, type Measured } from './job.js';
import { Stopwatch } from './stopwatch.js';

const LOOK_EVERY_MS = 20;
const DRAIN_PATIENCE_MS = 20_000;

/** What has not ended yet is what has a deadline. */
const OPEN = 'SELECT count(*)::int AS open FROM operations WHERE deadline_at IS NOT NULL';

/** What succeeded between two moments, by the database's own clock: from its commit as received to its end. */
const SUCCEEDED = `SELECT count(*)::int AS count,
    percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - created_at) * 1000)
      AS percentiles
  FROM operations WHERE state = 'succeeded' AND completed_at >= $1 AND completed_at < $2`;

/** Posts payments as fast as others end, and lets the last ones end before it reports. */
export async function pushThrough(job: EndToEndJob): Promise<Measured> {
  const looking = new pg.Client({ connectionString: job.databaseUrl });
  await looking.connect();
  const measuredFrom = new Date(Date.now() + job.warmUpMs);
  const stopwatch = new Stopwatch(job);
  const poster = new Poster(job, stopwatch);
  while (!stopwatch.isOver) {
    poster.fillUp(job.window - (await openNow(looking)));
    await sleep(LOOK_EVERY_MS);
  }
  await poster.close();
  const left = await untilAllEnded(looking);
  if (left > 0) stopwatch.fail(`${left} not ended`);
  const { perSecond, latency } = await readSucceeded(looking, measuredFrom, job.runMs);
  await looking.end();
  return { ...stopwatch.read(), perSecond, latency };
}

/** Posts on a few connections what there is room for. */
class Poster {
  private readonly free: HttpConnection[];
  private readonly all: readonly HttpConnection[];
  private readonly requestAt: ReturnType<typeof paymentRequests>;
  private count = 0;
  private room = 0;
  private underWay = 0;

  constructor(
    { apiUrl, token, connections }: EndToEndJob,
    private readonly stopwatch: Stopwatch,
  ) {
    this.all = Array.from({ length: connections }, () => new HttpConnection(apiUrl));
    this.free = [...this.all];
    this.requestAt = paymentRequests(token);
  }

  fillUp(room: number): void {
    this.room = Math.max(0, room - this.underWay);
    for (let next = this.free.pop(); next !== undefined; next = this.free.pop()) {
      if (!this.take(next)) return;
    }
  }

  async close(): Promise<void> {
    this.room = 0;
    await Promise.all(this.all.map((connection) => connection.close()));
  }

  private take(connection: HttpConnection): boolean {
    if (this.room <= 0) {
      this.free.push(connection);
      return false;
    }
    this.room -= 1;
    this.underWay += 1;
    connection.post(this.requestAt(this.count++), (status) => {
      this.underWay -= 1;
      if (status !== 202) this.stopwatch.fail(String(status));
      this.take(connection);
    });
    return true;
  }
}

async function openNow(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ open: number }>({ name: 'open', text: OPEN });
  return rows[0]?.open ?? 0;
}

/** @returns how many are still open when patience ends */
async function untilAllEnded(client: pg.Client): Promise<number> {
  const until = performance.now() + DRAIN_PATIENCE_MS;
  let open = await openNow(client);
  while (open > 0 && performance.now() < until) {
    await sleep(LOOK_EVERY_MS);
    open = await openNow(client);
  }
  return open;
}

async function readSucceeded(
  client: pg.Client,
  from: Date,
  runMs: number,
): Promise<{ perSecond: number; latency: Latency }> {
  const { rows } = await client.query<{ count: number; percentiles: number[] | null }>(SUCCEEDED, [
    from,
    new Date(from.getTime() + runMs),
  ]);
  const { count = 0, percentiles } = rows[0] ?? {};
  const [p50 = 0, p95 = 0, p99 = 0] = percentiles ?? [];
  return { perSecond: Math.round((count * 1000) / runMs), latency: { p50, p95, p99 } };
}
