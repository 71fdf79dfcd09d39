import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from './cannot-start.js';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function commandLine(pid: number): string {
  if (platform() !== 'linux')
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes way for a new server over the same data. One that outlived its parent is stopped; a `postmaster.pid` whose
 * number belongs to an unrelated program by now is removed. @returns whether a server was stopped
 */
export async function clearLeftover(clusterDir: string): Promise<boolean> {
  const file = join(clusterDir, 'postmaster.pid');
  const pid = readPid(file);
  if (pid === undefined) return false;
  if (!isAlive(pid) || !commandLine(pid).includes(clusterDir)) {
    rmSync(file, { force: true });
    return false;
  }
  process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; isAlive(pid); waitedMs += PAUSE_MS) {
    if (waitedMs > PATIENCE_MS) {
      throw new CannotStart(
        `The PostgreSQL of an earlier run (process ${pid}) does not stop: stop it by hand.`,
      );
    }
    await sleep(PAUSE_MS);
  }
  return true;
}
