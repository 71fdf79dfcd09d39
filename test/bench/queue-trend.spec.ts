import { describe, expect, it } from '@jest/globals';
import { judgeQueue } from './queue-trend.js';

const samplesOf = (operationsAt: (second: number) => number, seconds = 60) =>
  Array.from({ length: seconds }, (_, second) => ({
    ...{ second, callbacks: 3, events: 40 },
    operations: Math.round(operationsAt(second)),
  }));

/** The same on every run, and not in step with anything. */
const noise = (second: number): number => ((second * 7_919) % 101) - 50;

describe('what waits', () => {
  it('does not grow while it only goes up and down', () => {
    const { grows, trends } = judgeQueue(
      samplesOf((second) => 200 + 2 * noise(second)),
      1_000,
    );
    expect(grows).toBe(false);
    expect(trends.operations.median).toBeGreaterThan(150);
  });

  it('grows when a fiftieth of what comes is left over', () => {
    const { grows, trends } = judgeQueue(
      samplesOf((second) => 200 + 20 * second + noise(second)),
      1_000,
    );
    expect(grows).toBe(true);
    expect(Math.round(trends.operations.slope / 2)).toBe(10);
    expect(trends.callbacks.grows).toBe(false);
  });

  it('is not called growing for a hiccup, also at the end, nor for how it began', () => {
    const hiccup = (second: number): number => (second > 54 ? 4_000 : 200) + noise(second);
    expect(judgeQueue(samplesOf(hiccup), 1_000).grows).toBe(false);
    const beginning = (second: number): number => Math.min(second * 60, 1_100) + noise(second);
    expect(judgeQueue(samplesOf(beginning), 1_000).grows).toBe(false);
  });

  it('is not judged by a few samples that chance explains', () => {
    const few = [200, 180, 260, 210, 290, 220].map((operations, second) => ({
      ...{ second, operations, callbacks: 0, events: 0 },
    }));
    expect(judgeQueue(few, 1_000).grows).toBe(false);
  });

  it('does not grow from next to nothing to next to nothing', () => {
    const events = [1, 1, 2, 1, 2, 2, 2, 3, 2, 3, 3, 4, 3, 4, 5];
    const samples = events.map((waiting, second) => ({
      second,
      operations: 2,
      callbacks: 1,
      events: waiting,
    }));
    expect(judgeQueue(samples, 20).grows).toBe(false);
  });

  it('grows when only events are left behind', () => {
    const samples = samplesOf(() => 200).map((sample) => ({ ...sample, events: sample.second * 100 }));
    expect(judgeQueue(samples, 1_000).grows).toBe(true);
  });
});
