import { describe, expect, it } from '@jest/globals';
import { type SideResult } from './bench.js';
import { goalsOf } from './goals.js';
import { type PhaseName } from './phases.js';
import { type PhaseResult } from './side.js';

const phase = (name: PhaseName, perSecond: number, more: object = {}): PhaseResult =>
  ({
    ...{ phase: { name, job: { kind: 'paced' } }, perSecond, ratio: undefined },
    ...{ latency: { p50: 2, p95: 5, p99: 9 }, ...more },
  }) as unknown as PhaseResult;

const sustained = (perSecond: number, operationsAt: (second: number) => number): PhaseResult =>
  phase('sustained', perSecond, {
    phase: { name: 'sustained', job: { kind: 'sustained', perSecond: 1_020 } },
    queue: Array.from({ length: 60 }, (_, second) => ({
      ...{ second, callbacks: 0, events: 10, operations: operationsAt(second) },
    })),
  });

const reachedBy = (...phases: PhaseResult[]) =>
  goalsOf({ phases, memory: {} }, undefined).map(({ isReached }) => isReached);

describe('what is wanted of a run', () => {
  it('is told of what was measured only, and of the gateway’s own processes', () => {
    const memory = Object.fromEntries(
      [
        ['api', 290],
        ['worker', 301],
        ['sandbox', 380],
      ].map(([name, nowMb]) => [name, { nowMb, mostMb: nowMb }]),
    ) as SideResult['memory'];
    expect(goalsOf({ phases: [phase('floor', 3_000)], memory }, { firstS: 9, secondS: 5 })).toEqual([
      { what: 'memory of the API', wanted: 'at most 300 MB', measured: 290, isReached: true },
      { what: 'memory of the worker', wanted: 'at most 300 MB', measured: 301, isReached: false },
      { what: 'start', wanted: 'at most 5 s', measured: 5, isReached: true },
    ]);
  });

  it('is reached up to the figure itself', () => {
    expect(reachedBy(phase('intake128', 6_000, { ratio: 0.49 }))).toEqual([true, false]);
    expect(reachedBy(phase('callbacks', 7_999))).toEqual([false]);
    expect(reachedBy(phase('intake1', 700, { latency: { p50: 3.1 } }))).toEqual([false]);
    expect(reachedBy(phase('steady', 500, { latency: { p50: 3.1, p99: 15 } }))).toEqual([false, true]);
  });

  it('is not reached by what grows, however much is carried', () => {
    expect(reachedBy(sustained(1_010, () => 150))).toEqual([true]);
    expect(reachedBy(sustained(1_010, (second) => 150 + 40 * second))).toEqual([false]);
    expect(reachedBy(sustained(999, () => 150))).toEqual([false]);
  });
});
