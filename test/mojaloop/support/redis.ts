import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../apps/standalone/src/ports.js';
import { run } from './install.js';
import { Peer } from './peer.js';

const PROGRAM = 'redis-server';
const isThere = (): boolean => spawnSync(PROGRAM, ['--version']).status === 0;

/** The scheme adapter keeps its transfers in Redis, which no registry of npm has: Debian's package where it is missing. */
async function installRedis(): Promise<void> {
  if (isThere()) return;
  const isDebian = existsSync('/usr/bin/apt-get');
  if (!isDebian || process.getuid?.() !== 0)
    throw new Error(
      `${PROGRAM} is not there: install it first (Debian, as root: apt-get install ${PROGRAM})`,
    );
  await run('apt-get', ['update', '-q'], '/');
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', PROGRAM], '/');
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });

/** One for each scheme adapter: they talk through it, whatever the number of its database. */
export async function startRedis(directory: string): Promise<{ redis: Peer; url: string }> {
  await installRedis();
  const port = await freePort();
  const redis = new Peer({
    name: 'redis',
    command: PROGRAM,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    cwd: directory,
    logFile: join(directory, 'redis.log'),
    isReady: () => accepts(port),
  });
  await redis.start();
  return { redis, url: `redis://127.0.0.1:${port}` };
}
