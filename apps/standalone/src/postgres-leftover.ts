import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from './cannot-start.js';
import { commandLine, isAlive, readPid } from './processes.js';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

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
