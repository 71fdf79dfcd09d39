import { type BenchResult, type SideResult } from './bench.js';
import { goalsOf } from './goals.js';
import { growths } from './growth.js';
import { type PhaseResult } from './side.js';
import { verdictOf } from './verdict.js';

/** Each per second, and latencies in milliseconds. */
function sideFigures({ phases, memory }: SideResult) {
  const by = <T>(pick: (result: PhaseResult) => T | undefined): Record<string, T> =>
    Object.fromEntries(
      phases.flatMap((result) => {
        const picked = pick(result);
        return picked === undefined ? [] : [[result.phase.name, picked]];
      }),
    );
  return {
    ...by(({ perSecond }) => perSecond),
    latency: by(({ latency }) => latency),
    ratio: by(({ ratio }) => (ratio === undefined ? undefined : Number(ratio.toFixed(3)))),
    cores: by(({ cores }) => cores),
    eachUs: by(({ eachUs }) => eachUs),
    lateness: by(({ lateness }) => lateness),
    connectionsUsed: by(({ connectionsUsed }) => connectionsUsed),
    queue: by((result) => verdictOf(result) && { ...verdictOf(result), samples: result.queue }),
    memory,
  };
}

const byName = <T extends { readonly name: string }, U>(all: readonly T[], pick: (one: T) => U) =>
  Object.fromEntries(all.map((one) => [one.name, pick(one)]));

function grownFigures({ empty, grown }: BenchResult) {
  if (!grown) return {};
  const { database, searches } = grown;
  const ratios = growths(empty, grown);
  return {
    grown: { ...sideFigures(grown), database },
    growth: byName(ratios, ({ perSecond }) => perSecond),
    growthOfLatency: byName(ratios, ({ p50, p95, p99 }) => ({ p50, p95, p99 })),
    search: byName(
      searches.filter(({ name }) => name !== 'timeline'),
      ({ latency, count }) => ({ ...latency, count }),
    ),
    ...byName(
      searches.filter(({ name }) => name === 'timeline'),
      ({ latency, count }) => ({ ...latency, count }),
    ),
  };
}

/** The figures for a machine, on one line. Those of the empty database are not nested. */
export function toJson(result: BenchResult, logLevel: string): string {
  const { circumstances, empty, starts, objections } = result;
  return JSON.stringify({
    ...sideFigures(empty),
    ...(starts ? { start: starts } : {}),
    ...grownFigures(result),
    goals: goalsOf(empty, starts),
    circumstances: { ...circumstances, logLevel },
    objections,
  });
}
