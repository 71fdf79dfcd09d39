import { createHistogram } from 'node:perf_hooks';
import { type Measured, type Timing } from './job.js';

const NS_PER_MS = 1e6;
const inMs = (ns: number): number => Math.round(ns / (NS_PER_MS / 1000)) / 1000;

/** Counts what is finished between the warm-up and the end, and how long each took. */
export class Stopwatch {
  private readonly durations = createHistogram({ figures: 3 });
  private readonly failures: Record<string, number> = {};
  private readonly from: number;
  private readonly until: number;
  private readonly cpuBefore = process.cpuUsage();
  private readonly began = performance.now();
  private finished = 0;

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
    if (now < this.from || now >= this.until) return;
    this.finished += 1;
    this.durations.record(Math.max(1, Math.round((now - beganAt) * NS_PER_MS)));
  }

  fail(how: string): void {
    this.failures[how] = (this.failures[how] ?? 0) + 1;
  }

  read(): Measured {
    const { user, system } = process.cpuUsage(this.cpuBefore);
    const { durations } = this;
    return {
      perSecond: Math.round((this.finished * 1000) / this.timing.runMs),
      latency: {
        p50: inMs(durations.percentile(50)),
        p95: inMs(durations.percentile(95)),
        p99: inMs(durations.percentile(99)),
      },
      failures: this.failures,
      generatorCores: (user + system) / 1000 / (performance.now() - this.began),
    };
  }
}
