import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/** Linux counts processor time in hundredths of a second, whatever its own clock. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

/** Of a running process, in MiB: what it holds now, and the most that it ever held. Undefined where there is no /proc. */
export interface Resident {
  readonly nowMb: number;
  readonly mostMb: number;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

export function residentMemory(pid: number | undefined): Resident | undefined {
  const status = read(`/proc/${String(pid)}/status`);
  const inMb = (field: string): number =>
    Math.round(Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(status ?? '')?.[1]) / KIB_PER_MIB);
  return status === undefined ? undefined : { nowMb: inMb('VmRSS'), mostMb: inMb('VmHWM') };
}

/** From the third on, after the name in parentheses, which may hold anything. */
const statOf = (pid: string): readonly string[] =>
  (read(`/proc/${pid}/stat`) ?? '').replace(/^.*\) /s, '').split(' ');

/** Numbers of the fields in proc(5), less three. */
const PARENT = 1;
const OWN_TIMES = [11, 12];
const REAPED_TIMES = [13, 14];

const secondsOf = (stat: readonly string[], fields: readonly number[]): number =>
  fields.reduce((sum, field) => sum + Number(stat[field] ?? 0), 0) / TICKS_PER_SECOND;

/** Processor time of a process, in seconds. */
export const processorSeconds = (pid: number | undefined): number =>
  pid === undefined ? 0 : secondsOf(statOf(String(pid)), OWN_TIMES);

/** Processor time of a process and of all that it has started, running or not, in seconds. */
function familySeconds(parent: string): number {
  const children = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && statOf(name)[PARENT] === parent,
  );
  const own = secondsOf(statOf(parent), [...OWN_TIMES, ...REAPED_TIMES]);
  return children.reduce((sum, child) => sum + secondsOf(statOf(child), OWN_TIMES), own);
}

/** Processor time of the whole server, in seconds; 0 where it cannot be seen. */
export async function serverSeconds(database: pg.Pool): Promise<number> {
  const { rows } = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const parent = statOf(String(rows[0]?.pid))[PARENT];
  return parent === undefined ? 0 : familySeconds(parent);
}
