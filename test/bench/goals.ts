import { type SideResult } from './bench.js';
import { type PhaseName } from './phases.js';
import { type PhaseResult } from './side.js';
import { type Starts } from './start.js';
import { verdictOf } from './verdict.js';

/** Figures that a machine of two cores, generator included, is to reach in one run. */
const LEAST = { intake: 6_000, ofTheFloor: 0.5, callbacks: 8_000, sustained: 1_000 };
const MOST = { medianMs: 3, tailMs: 15, memoryMb: 300, startS: 5 };

export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly measured: number;
  readonly isReached: boolean;
}

const atLeast = (what: string, measured: number, least: number): Goal => ({
  ...{ what, measured, wanted: `at least ${least.toLocaleString('en')}` },
  isReached: measured >= least,
});
const atMost = (what: string, measured: number, most: number, unit: string): Goal => ({
  ...{ what, measured, wanted: `at most ${most} ${unit}` },
  isReached: measured <= most,
});

function sustainedGoal(result: PhaseResult): Goal {
  const grows = verdictOf(result)?.grows ?? true;
  const goal = atLeast('end to end, sustained, a second', result.perSecond, LEAST.sustained);
  return { ...goal, wanted: `${goal.wanted}, and nothing grows`, isReached: goal.isReached && !grows };
}

/** What was measured beside what is wanted. The gateway's own processes: the sandbox is none of them. */
export function goalsOf({ phases, memory }: SideResult, starts: Starts | undefined): readonly Goal[] {
  const of = (name: PhaseName, judge: (result: PhaseResult) => readonly Goal[]): readonly Goal[] => {
    const result = phases.find(({ phase }) => phase.name === name);
    return result ? judge(result) : [];
  };
  const { api, worker } = memory;
  return [
    ...of('intake128', ({ perSecond, ratio }) => [
      atLeast('intake with 128 connections, a second', perSecond, LEAST.intake),
      ...(ratio === undefined ? [] : [atLeast('the same, of the floor', ratio, LEAST.ofTheFloor)]),
    ]),
    ...of('callbacks', ({ perSecond }) => [atLeast('callbacks, a second', perSecond, LEAST.callbacks)]),
    ...of('sustained', (result) => [sustainedGoal(result)]),
    ...of('intake1', ({ latency }) => [
      atMost('intake with one connection, p50', latency.p50, MOST.medianMs, 'ms'),
    ]),
    ...of('steady', ({ latency }) => [
      atMost('intake, steady, p50', latency.p50, MOST.medianMs, 'ms'),
      atMost('intake, steady, p99', latency.p99, MOST.tailMs, 'ms'),
    ]),
    ...(api ? [atMost('memory of the API', api.nowMb, MOST.memoryMb, 'MB')] : []),
    ...(worker ? [atMost('memory of the worker', worker.nowMb, MOST.memoryMb, 'MB')] : []),
    ...(starts ? [atMost('start', starts.secondS, MOST.startS, 's')] : []),
  ];
}
