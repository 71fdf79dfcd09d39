import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from './http-connection.js';
import { type EndToEndJob, type Measured } from './job.js';
import { Progress } from './progress.js';
import { paymentRequests, type RequestAt } from './requests.js';
import { Stopwatch } from './stopwatch.js';

/** A window of a few hundred lasts longer than this. */
const LOOK_EVERY_MS = 40;
const PATIENCE_MS = 20_000;

/** Posts payments as fast as others end, and lets the last ones end before it reports. */
export async function pushThrough(job: EndToEndJob): Promise<Measured> {
  const progress = await Progress.of(job.databaseUrl);
  const measuredFrom = new Date(Date.now() + job.warmUpMs);
  const stopwatch = new Stopwatch(job);
  const poster = new Poster(job, stopwatch);
  while (!stopwatch.isOver) {
    poster.fillUp(job.window - (await progress.open()));
    await sleep(LOOK_EVERY_MS);
  }
  await poster.end();
  const left = await progress.untilAllEnded(PATIENCE_MS);
  if (left > 0) stopwatch.fail(`${left} not ended`);
  const { perSecond, latency } = await progress.succeeded(measuredFrom, job.runMs);
  await progress.end();
  return { ...stopwatch.read(), perSecond, latency };
}

/** Posts on a few connections what there is room for. */
class Poster {
  private readonly free: HttpConnection[];
  private readonly all: readonly HttpConnection[];
  private readonly requestAt: RequestAt;
  private count = 0;
  private room = 0;
  private underWay = 0;

  constructor(
    { apiUrl, token, connections }: EndToEndJob,
    private readonly stopwatch: Stopwatch,
  ) {
    this.all = Array.from({ length: connections }, () => new HttpConnection(apiUrl));
    this.free = [...this.all];
    this.requestAt = paymentRequests(apiUrl, token);
  }

  fillUp(room: number): void {
    this.room = Math.max(0, room - this.underWay);
    for (let next = this.free.pop(); next !== undefined; next = this.free.pop()) {
      if (!this.take(next)) return;
    }
  }

  async end(): Promise<void> {
    this.room = 0;
    while (this.underWay > 0) await sleep(LOOK_EVERY_MS);
    for (const connection of this.all) connection.close();
  }

  private take(connection: HttpConnection): boolean {
    if (this.room <= 0) {
      this.free.push(connection);
      return false;
    }
    this.room -= 1;
    this.underWay += 1;
    connection.send(this.requestAt(this.count++), (status) => {
      this.underWay -= 1;
      if (status === 202) this.stopwatch.record(performance.now());
      else this.stopwatch.fail(String(status));
      this.take(connection);
    });
    return true;
  }
}
