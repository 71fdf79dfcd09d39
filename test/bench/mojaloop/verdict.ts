import { type Measured, type MojaloopBenchResult, type SideName } from './bench.js';

/** What the gateway may add to a transfer at the median, and what it has to carry of what goes straight. */
export const MOST_ADDED_MS = 20;
export const LEAST_RATIO = 0.8;

/** @param share 0.5: the median */
export function percentile(latencies: readonly number[], share: number): number {
  const sorted = latencies.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export interface Compared {
  readonly clients: number;
  /** Milliseconds more than straight. */
  readonly added: { readonly p50: number; readonly p95: number };
  /** The same at the median, round by round: how much it wavers. */
  readonly addedByRound: readonly number[];
  /** Of what goes straight in a second. */
  readonly ratio: number;
}

const sideOf = (measured: readonly Measured[], clients: number, name: SideName): Measured | undefined =>
  measured.find((one) => one.clients === clients && one.side === name);

/** Both sides beside each other, by the number of clients. */
export function compare({ measured }: Pick<MojaloopBenchResult, 'measured'>): Compared[] {
  return [...new Set(measured.map(({ clients }) => clients))].flatMap((clients) => {
    const [straight, gateway] = [sideOf(measured, clients, 'straight'), sideOf(measured, clients, 'gateway')];
    if (!straight || !gateway) return [];
    const added = (share: number): number =>
      percentile(gateway.rounds.flat(), share) - percentile(straight.rounds.flat(), share);
    return [
      {
        clients,
        added: { p50: added(0.5), p95: added(0.95) },
        addedByRound: gateway.rounds.map(
          (latencies, round) => percentile(latencies, 0.5) - percentile(straight.rounds[round] ?? [], 0.5),
        ),
        ratio: gateway.perSecond / straight.perSecond,
      },
    ];
  });
}
