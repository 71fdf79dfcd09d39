import { type GrownResult, type SideResult } from './bench.js';
import { type PhaseName } from './phases.js';
import { type PhaseResult } from './side.js';

/** What a phase comes to with many operations stored, as a share of what it comes to with none. */
export interface Growth {
  readonly name: PhaseName;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const rounded = (ratio: number): number => Math.round(ratio * 1000) / 1000;

function growthOf(empty: PhaseResult, grown: PhaseResult): Growth {
  const of = (pick: (result: PhaseResult) => number): number => rounded(pick(grown) / pick(empty));
  return {
    name: empty.phase.name,
    perSecond: of(({ perSecond }) => perSecond),
    p50: of(({ latency }) => latency.p50),
    p95: of(({ latency }) => latency.p95),
    p99: of(({ latency }) => latency.p99),
  };
}

export const growths = (empty: SideResult, grown: GrownResult): Growth[] =>
  empty.phases.flatMap((before) => {
    const after = grown.phases.find(({ phase }) => phase.name === before.phase.name);
    return after ? [growthOf(before, after)] : [];
  });
