import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from './cannot-start.js';
import { commandLine, isAlive, readPid } from './processes.js';

/** What the command line of this program holds, compiled or not. */
const PROGRAM = 'standalone/src/main';

function isHeld(pid: number): boolean {
  return pid !== process.pid && isAlive(pid) && commandLine(pid).includes(PROGRAM);
}

export interface DirectoryLock {
  /** The run before ended abruptly: its children may still be stopping. */
  readonly takenOver: boolean;
  readonly release: () => void;
}

/**
 * One Passerelle per data directory. The lock of a run that ended abruptly is taken over.
 * @throws CannotStart naming the process that holds it
 */
export function lockDirectory(dataDir: string): DirectoryLock {
  const file = join(dataDir, 'passerelle.lock');
  const pid = readPid(file);
  if (pid !== undefined && isHeld(pid)) {
    throw new CannotStart(
      `Passerelle is running on ${dataDir} already (process ${pid}): stop it, or set standalone.dataDir to another directory.`,
    );
  }
  rmSync(file, { force: true });
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
  } catch {
    throw new CannotStart(
      `Another Passerelle is starting on ${dataDir} at this very moment, or ${file} cannot be written.`,
    );
  }
  return {
    takenOver: pid !== undefined,
    release: () => {
      if (readPid(file) === process.pid) rmSync(file, { force: true });
    },
  };
}
