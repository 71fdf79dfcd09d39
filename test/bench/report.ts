import { type BenchResult, type GrownResult, type SideResult } from './bench.js';
import { goalsOf } from './goals.js';
import { growths } from './growth.js';
import { type Memory, type PhaseResult, PROCESSES } from './side.js';
import { verdictOf } from './verdict.js';

export const inMs = (ms: number): string => (ms < 10 ? ms.toFixed(2) : ms.toFixed(1));
export const whole = (number: number): string => Math.round(number).toLocaleString('en');

/** Text to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

const FIGURES = ['what', 'connections', 'per second', 'p50 ms', 'p95 ms', 'p99 ms', 'of the floor'];

function figureCells({ phase, perSecond, latency, ratio, connectionsUsed }: PhaseResult): string[] {
  return [
    phase.title,
    String(connectionsUsed ?? phase.connections),
    perSecond.toLocaleString('en'),
    ...[latency.p50, latency.p95, latency.p99].map(inMs),
    ratio === undefined || phase.name === phase.floor ? '' : ratio.toFixed(2),
  ];
}

/** Of the cores that were used, and of the processor time for one. */
function usageCells({ phase, cores, eachUs }: PhaseResult): string[] {
  const all = PROCESSES.reduce((sum, process) => sum + eachUs[process], 0);
  const shares = PROCESSES.map((process) => `${cores[process].toFixed(2)} / ${whole(eachUs[process])}`);
  return [phase.name, ...shares, whole(all)];
}

function sustainedLines(result: PhaseResult): string[] {
  const verdict = verdictOf(result);
  if (!verdict) return [];
  const { asked, keepsUp, grows, trends } = verdict;
  const became = grows ? 'GROWS' : 'does not grow';
  const trend = (name: keyof typeof trends): string => {
    const { slope, median, most } = trends[name];
    const rise = `${slope < 0 ? '−' : '+'}${Math.abs(slope).toFixed(1)}/s`;
    return `${name} ${whole(median)} (at most ${whole(most)}, ${rise})`;
  };
  return [
    `sustained  ${whole(result.perSecond)} of ${whole(asked)} a second succeed: ${keepsUp ? 'keeps up' : 'DOES NOT KEEP UP'}; the queue ${became}`,
    `           waiting, in the last two thirds: ${(['operations', 'callbacks', 'events'] as const).map(trend).join(', ')}`,
    `           queue second by second: ${(result.queue ?? []).map(({ operations }) => operations).join(' ')}`,
  ];
}

const goalLines = (empty: SideResult, starts: BenchResult['starts']): string[] => {
  const rows = goalsOf(empty, starts).map(({ what, measured, wanted, isReached }) => [
    what,
    measured.toLocaleString('en', { maximumFractionDigits: 2 }),
    wanted,
    isReached ? 'reached' : 'NOT REACHED',
  ]);
  return rows.length === 0 ? [] : ['', table([['wanted of two cores', 'measured', '', ''], ...rows])];
};

const memoryLine = (memory: Memory): string =>
  Object.entries(memory)
    .map(([process, { nowMb, mostMb }]) => `${process} ${nowMb} MB (at most ${mostMb})`)
    .join(', ');

function describeSide({ phases, memory }: SideResult): string[] {
  return [
    table([FIGURES, ...phases.map(figureCells)]),
    '',
    table([['cores / µs for one', ...PROCESSES, 'all'], ...phases.map(usageCells)]),
    '',
    ...phases.flatMap(sustainedLines),
    `memory     resident after the run: ${memoryLine(memory)}`,
  ];
}

function describeGrown(empty: SideResult, grown: GrownResult): string[] {
  const { operations, megabytes, fillS } = grown.database;
  const ratios = growths(empty, grown).map((growth) => [
    growth.name,
    ...[growth.perSecond, growth.p50, growth.p95, growth.p99].map((ratio) => ratio.toFixed(2)),
  ]);
  const searches = grown.searches.map(({ name, count, latency }) => [
    name === 'timeline' ? name : `search: ${name}`,
    String(count),
    ...[latency.p50, latency.p95, latency.p99].map(inMs),
  ]);
  return [
    '',
    `WITH ${whole(operations)} OPERATIONS STORED (${whole(megabytes)} MB, filled in ${fillS} s)`,
    ...describeSide(grown),
    '',
    table([['grown / empty', 'per second', 'p50', 'p95', 'p99'], ...ratios]),
    '',
    table([['read', 'requests', 'p50 ms', 'p95 ms', 'p99 ms'], ...searches]),
  ];
}

/** The figures for a person. */
export function describe(result: BenchResult, logLevel: string): string {
  const { circumstances, empty, grown, starts, objections } = result;
  const { machine, node, postgres } = circumstances;
  const { server_version: version = '', ...settings } = postgres;
  return [
    ...describeSide(empty),
    ...goalLines(empty, starts),
    ...(grown ? describeGrown(empty, grown) : []),
    '',
    ...(starts
      ? [`start      ready ${starts.secondS} s after a start on an initialised data directory`]
      : []),
    `machine    ${machine}; load generator, database and gateway share it`,
    `others     ${circumstances.busyBefore.toFixed(2)} cores were busy before the start`,
    `versions   Node ${node}, PostgreSQL ${version}`,
    `database   ${Object.entries(settings)
      .map(([name, setting]) => `${name} ${setting}`)
      .join(', ')}`,
    `log level  ${logLevel}, in every process`,
    `processes  one API (two where it says so), one worker (stopped until end to end), one sandbox; wave-sn is the partner`,
    'of the floor: compared with the floor at as many connections; callbacks and end to end with that at 128',
    objections.length === 0
      ? "every answer was the expected one, and the partner's books agree with the operations"
      : `NOT AS EXPECTED:\n  ${objections.join('\n  ')}`,
  ].join('\n');
}
