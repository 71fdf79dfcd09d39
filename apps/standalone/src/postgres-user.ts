import { spawnSync } from 'node:child_process';
import { CannotStart } from './cannot-start.js';

/** A program as the user that PostgreSQL runs as. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

/** PostgreSQL refuses to run as root, so that root lends it to another user. */
export interface PostgresUser {
  /** Owner of the data; absent when it is whoever started us. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  command(file: string, args: readonly string[]): Command;
}

const USER = 'postgres';

const self: PostgresUser = { command: (file, args) => ({ file, args, ids: {} }) };

function idOf(flag: '-u' | '-g'): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, USER], { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : undefined;
}

function createUser(): void {
  spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    USER,
  ]);
}

const runs = ({ file, args, ids }: Command): boolean =>
  spawnSync(file, args, { ...ids, cwd: '/', stdio: 'ignore' }).status === 0;

/** Whether this user gets at the program and into the directory. */
const reaches = (user: PostgresUser, binary: string, dir: string): boolean =>
  runs(user.command(binary, ['--version'])) && runs(user.command('/bin/sh', ['-c', 'cd "$0"', dir]));

/**
 * Who PostgreSQL runs as. For root: the user `postgres`, made where there is none. Where that user may not pass the
 * directories above (a clone in /root), the server keeps the one capability that lets it pass.
 * @throws CannotStart with a sentence that names the way out
 */
export function choosePostgresUser(binary: string, dir: string): PostgresUser {
  if (process.getuid?.() !== 0) return self;
  if (idOf('-u') === undefined) createUser();
  const uid = idOf('-u');
  const gid = idOf('-g');
  if (uid === undefined || gid === undefined) {
    throw new CannotStart(
      `PostgreSQL does not run as root, and the user ${USER} could not be made: start as another user, create ${USER}, or give a DATABASE_URL.`,
    );
  }
  const owner = { uid, gid };
  const plain: PostgresUser = { owner, command: (file, args) => ({ file, args, ids: owner }) };
  if (reaches(plain, binary, dir)) return plain;
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  // The last one: access(2) leaves capabilities out of account otherwise.
  const passing = [
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  const capable: PostgresUser = {
    owner,
    command: (file, args) => ({ file: 'setpriv', args: [...ids, ...passing, file, ...args], ids: {} }),
  };
  if (reaches(capable, binary, dir)) return capable;
  throw new CannotStart(
    `PostgreSQL does not run as root, and the user ${USER} may not enter ${dir}: move Passerelle to a directory that others may enter, start it as another user, or give a DATABASE_URL.`,
  );
}
