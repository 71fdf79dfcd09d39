import { inMs, table, whole } from '../report.js';
import { type Measured, type MojaloopBenchResult, type SideName } from './bench.js';
import { PROCESSES } from './stage.js';
import { compare, type Compared, LEAST_RATIO, MOST_ADDED_MS, percentile } from './verdict.js';

const TITLES: Readonly<Record<SideName, string>> = {
  straight: 'straight into the scheme adapter',
  gateway: 'through the gateway: POST /v1/transfers',
};

function figureCells({ side, clients, perSecond, rounds }: Measured): string[] {
  const latencies = rounds.flat();
  return [
    TITLES[side],
    String(clients),
    whole(latencies.length),
    perSecond.toFixed(1),
    ...[0.5, 0.95, 0.99].map((share) => inMs(percentile(latencies, share))),
  ];
}

function usageCells({ side, clients, eachMs }: Measured): string[] {
  const all = PROCESSES.reduce((sum, process) => sum + eachMs[process], 0);
  return [`${side}, ${clients}`, ...PROCESSES.map((process) => eachMs[process].toFixed(2)), all.toFixed(2)];
}

const stepLines = ({ clients, steps }: Measured): string[] =>
  steps.length === 0
    ? []
    : [
        '',
        table([
          [`with ${clients} clients, at the median`, 'ms'],
          ...steps.map(({ name, p50 }) => [name, inMs(p50)]),
        ]),
      ];

const said = (isReached: boolean): string => (isReached ? 'reached' : 'NOT REACHED');

function goalLines(compared: readonly Compared[]): string[] {
  const [fewest, most] = [compared[0], compared.at(-1)];
  if (!fewest || !most) return [];
  return [
    `added      ${fewest.added.p50.toFixed(1)} ms at p50 with ${fewest.clients} clients, of ${MOST_ADDED_MS} at most: ${said(fewest.added.p50 <= MOST_ADDED_MS)} (p95 ${fewest.added.p95.toFixed(1)} ms)`,
    `           round by round: ${fewest.addedByRound.map((ms) => ms.toFixed(1)).join(', ')}`,
    `throughput ${most.ratio.toFixed(2)} of straight with ${most.clients} clients, of ${LEAST_RATIO} at least: ${said(most.ratio >= LEAST_RATIO)}`,
  ];
}

/** The figures for a person. */
export function describe(result: MojaloopBenchResult, logLevel: string): string {
  const { circumstances, measured, objections } = result;
  const { machine, node, postgres, busyBefore } = circumstances;
  return [
    table([
      ['what', 'clients', 'transfers', 'per second', 'p50 ms', 'p95 ms', 'p99 ms'],
      ...measured.map(figureCells),
    ]),
    '',
    table([['processor ms for one', ...PROCESSES, 'all'], ...measured.map(usageCells)]),
    ...measured.flatMap(stepLines),
    '',
    ...goalLines(compare(result)),
    `machine    ${machine}; load generator, database, gateway, scheme adapter and switch share it`,
    `others     ${busyBefore.toFixed(2)} cores were busy before the start`,
    `versions   Node ${node}, PostgreSQL ${postgres['server_version'] ?? ''}, scheme adapter 18.0.2`,
    `log level  ${logLevel}, in the gateway's processes`,
    objections.length === 0
      ? "every transfer ended as expected, and the switch's books agree with the operations"
      : `NOT AS EXPECTED:\n  ${objections.join('\n  ')}`,
  ].join('\n');
}

/** The figures for a machine, on one line. */
export function toJson(result: MojaloopBenchResult, logLevel: string): string {
  const { circumstances, measured, objections } = result;
  return JSON.stringify({
    measured: measured.map(({ rounds, ...rest }) => {
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(rounds.flat(), share));
      return { ...rest, latency: { p50, p95, p99 } };
    }),
    compared: compare(result),
    circumstances: { ...circumstances, logLevel },
    objections,
  });
}
