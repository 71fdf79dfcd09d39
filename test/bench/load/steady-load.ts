import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from './http-connection.js';
import { type Measured, type SteadyJob } from './job.js';
import { paymentRequests, type RequestAt } from './requests.js';
import { Durations, Stopwatch } from './stopwatch.js';
import { keepTo } from './timetable.js';

const PATIENCE_MS = 15_000;
const PAUSE_MS = 10;

interface TimedJob {
  readonly apiUrl: string;
  readonly token: string;
  readonly connections: number;
}

/** Sends payments when they are due, over one connection as long as that is free, over more when it is not. */
export class TimedSender {
  private readonly free: HttpConnection[] = [];
  private readonly all: HttpConnection[] = [];
  private readonly waiting: number[] = [];
  private readonly requestAt: RequestAt;
  private readonly late = new Durations();
  private count = 0;
  private underWay = 0;

  constructor(
    private readonly job: TimedJob,
    private readonly stopwatch: Stopwatch,
  ) {
    this.requestAt = paymentRequests(job.apiUrl, job.token);
  }

  /** Due and not answered yet. */
  get unanswered(): number {
    return this.waiting.length + this.underWay;
  }

  readonly send = (dueAt: number): void => {
    const connection = this.free.pop() ?? this.another();
    if (connection) this.sendOver(connection, dueAt);
    else this.waiting.push(dueAt);
  };

  /** Lets the last ones be answered. */
  async end(): Promise<Pick<Measured, 'lateness' | 'connectionsUsed'>> {
    const until = performance.now() + PATIENCE_MS;
    while (this.unanswered > 0 && performance.now() < until) await sleep(PAUSE_MS);
    for (let left = this.unanswered; left > 0; left -= 1) this.stopwatch.fail('not answered');
    for (const connection of this.all) connection.close();
    return { lateness: this.late.read(), connectionsUsed: this.all.length };
  }

  private another(): HttpConnection | undefined {
    if (this.all.length >= this.job.connections) return undefined;
    const connection = new HttpConnection(this.job.apiUrl);
    this.all.push(connection);
    return connection;
  }

  private sendOver(connection: HttpConnection, dueAt: number): void {
    this.underWay += 1;
    this.late.add(performance.now() - dueAt);
    connection.send(this.requestAt(this.count++), (status) => {
      this.underWay -= 1;
      if (status === 202) this.stopwatch.recordDue(dueAt);
      else this.stopwatch.fail(String(status));
      const next = this.waiting.shift();
      if (next === undefined) this.free.push(connection);
      else this.sendOver(connection, next);
    });
  }
}

/** Every request counts from the moment at which it was due: one that had to wait for others is not told as quick. */
export async function pushByTheClock(job: SteadyJob): Promise<Measured> {
  const stopwatch = new Stopwatch(job);
  const sender = new TimedSender(job, stopwatch);
  const forMs = job.warmUpMs + job.runMs;
  await keepTo({ perSecond: job.perSecond, forMs, lookEveryMs: 1 }, sender.send);
  const sent = await sender.end();
  return { ...stopwatch.read(), ...sent };
}
