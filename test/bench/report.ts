import { type BenchResult, type PhaseResult } from './bench.js';

const HEADINGS = ['what', 'connections', 'per second', 'p50 ms', 'p95 ms', 'p99 ms', 'of the floor'];

const inMs = (ms: number): string => (ms < 10 ? ms.toFixed(2) : ms.toFixed(1));

function cellsOf({ phase, perSecond, latency, ratio }: PhaseResult): string[] {
  return [
    phase.title,
    String(phase.connections),
    perSecond.toLocaleString('en'),
    ...[latency.p50, latency.p95, latency.p99].map(inMs),
    phase.name === phase.floor ? '' : ratio.toFixed(2),
  ];
}

/** Text to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** The figures for a person. */
export function describe({ circumstances, phases, objections }: BenchResult, logLevel: string): string {
  const { machine, node, postgres } = circumstances;
  const { server_version: version = '', ...settings } = postgres;
  const generator = phases.map(({ generatorCores }) => generatorCores.toFixed(2));
  return [
    table([HEADINGS, ...phases.map(cellsOf)]),
    '',
    `machine    ${machine}; load generator, database and gateway share it`,
    `others     ${circumstances.busyBefore.toFixed(2)} cores were busy before the start`,
    `versions   Node ${node}, PostgreSQL ${version}`,
    `database   ${Object.entries(settings)
      .map(([name, setting]) => `${name} ${setting}`)
      .join(', ')}`,
    `log level  ${logLevel}, in every process`,
    `processes  one API, one worker (stopped until end to end), one sandbox; wave-sn is the partner`,
    `generator  cores used by it, phase by phase: ${generator.join(' ')}`,
    'of the floor: compared with the floor at as many connections; callbacks and end to end with that at 128',
    objections.length === 0
      ? "every answer was the expected one, and the partner's books agree with the operations"
      : `NOT AS EXPECTED:\n  ${objections.join('\n  ')}`,
  ].join('\n');
}

/** The figures for a machine: each per second, and latencies in milliseconds. */
export function toJson({ circumstances, phases, objections }: BenchResult, logLevel: string): string {
  const by = <T>(pick: (result: PhaseResult) => T): Record<string, T> =>
    Object.fromEntries(phases.map((result) => [result.phase.name, pick(result)]));
  return JSON.stringify({
    ...by(({ perSecond }) => perSecond),
    latency: by(({ latency }) => latency),
    ratio: by(({ ratio }) => Number(ratio.toFixed(3))),
    circumstances: { ...circumstances, logLevel },
    objections,
  });
}
