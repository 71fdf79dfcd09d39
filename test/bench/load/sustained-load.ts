import { setTimeout as sleep } from 'node:timers/promises';
import { type Measured, type QueueSample, type SustainedJob } from './job.js';
import { Progress } from './progress.js';
import { TimedSender } from './steady-load.js';
import { Stopwatch } from './stopwatch.js';
import { keepTo } from './timetable.js';

const SAMPLE_EVERY_MS = 1_000;
/** Payments may come in small bunches here: nobody looks at a single one. */
const LOOK_EVERY_MS = 4;
/** What was too much is worked off in about the time that it took to come. */
const PATIENCE_PER_RUN = 3;
const PATIENCE_MS = 20_000;

/** Posts payments by the clock, and tells every second how many operations, callbacks and events wait. */
export async function sustain(job: SustainedJob): Promise<Measured> {
  const progress = await Progress.of(job.databaseUrl);
  const measuredFrom = new Date(Date.now() + job.warmUpMs);
  const stopwatch = new Stopwatch(job);
  const sender = new TimedSender(job, stopwatch);
  const forMs = job.warmUpMs + job.runMs;
  const sending = keepTo({ perSecond: job.perSecond, forMs, lookEveryMs: LOOK_EVERY_MS }, sender.send);
  const [queue] = await Promise.all([sampleQueue(job, stopwatch, progress, sender), sending]);
  const sent = await sender.end();
  const left = await progress.untilAllEnded(PATIENCE_MS + job.runMs * PATIENCE_PER_RUN);
  if (left > 0) stopwatch.fail(`${left} not ended`);
  const { perSecond, latency } = await progress.succeeded(measuredFrom, job.runMs);
  await progress.end();
  return { ...stopwatch.read(), ...sent, perSecond, latency, queue };
}

async function sampleQueue(
  { warmUpMs }: SustainedJob,
  stopwatch: Stopwatch,
  progress: Progress,
  sender: TimedSender,
): Promise<QueueSample[]> {
  const samples: QueueSample[] = [];
  const began = performance.now() + warmUpMs;
  for (let second = 0; ; second += 1) {
    await sleep(Math.max(0, began + second * SAMPLE_EVERY_MS - performance.now()));
    if (stopwatch.isOver) return samples;
    const { operations, ...queue } = await progress.queue();
    samples.push({ second, ...queue, operations: operations + sender.unanswered });
  }
}
