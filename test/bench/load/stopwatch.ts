import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { type Latency, type Measured, type Timing } from './job.js';

const NS_PER_MS = 1e6;
const inMs = (ns: number): number => Math.round(ns / (NS_PER_MS / 1000)) / 1000;

/** Durations in milliseconds, and what most of them stay below. */
export class Durations {
  private readonly histogram: RecordableHistogram = createHistogram({ figures: 3 });

  add(ms: number): void {
    this.histogram.record(Math.max(1, Math.round(ms * NS_PER_MS)));
  }

  read(): Latency {
    const at = (percentile: number): number => inMs(this.histogram.percentile(percentile));
    return { p50: at(50), p95: at(95), p99: at(99) };
  }
}

/** Counts what is finished between the warm-up and the end, and how long each took. */
export class Stopwatch {
  private readonly durations = new Durations();
  private readonly failures: Record<string, number> = {};
  private readonly from: number;
  private readonly until: number;
  private readonly cpuBefore = process.cpuUsage();
  private readonly began = performance.now();
  private finished = 0;
  private total = 0;

  constructor(private readonly timing: Timing) {
    this.from = this.began + timing.warmUpMs;
    this.until = this.from + timing.runMs;
  }

  get isOver(): boolean {
    return performance.now() >= this.until;
  }

  /** One that began then has just come to its expected end. */
  record(beganAt: number): void {
    const now = performance.now();
    this.total += 1;
    if (!this.isWithin(now)) return;
    this.finished += 1;
    this.durations.add(now - beganAt);
  }

  /**
   * One that was due then has just come to its expected end. It tells how long it took however late that is, or the
   * slowest of all would be left out.
   */
  recordDue(dueAt: number): void {
    const now = performance.now();
    this.total += 1;
    if (this.isWithin(now)) this.finished += 1;
    if (this.isWithin(dueAt)) this.durations.add(now - dueAt);
  }

  fail(how: string): void {
    this.failures[how] = (this.failures[how] ?? 0) + 1;
  }

  read(): Measured {
    const { user, system } = process.cpuUsage(this.cpuBefore);
    return {
      perSecond: Math.round((this.finished * 1000) / this.timing.runMs),
      total: this.total,
      latency: this.durations.read(),
      failures: this.failures,
      generatorSeconds: (user + system) / 1e6,
    };
  }

  private isWithin(moment: number): boolean {
    return moment >= this.from && moment < this.until;
  }
}
