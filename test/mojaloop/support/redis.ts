import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../apps/standalone/src/ports.js';
import { needProgram } from './debian.js';
import { Peer } from './peer.js';

const PROGRAM = 'redis-server';

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });

/** Where a scheme adapter keeps its transfers. One for each: they talk through it, whatever the number of its database. */
export async function startRedis(
  directory: string,
): Promise<{ redis: Peer; url: string; forget: () => Promise<void> }> {
  await needProgram(PROGRAM);
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
  return { redis, url: `redis://127.0.0.1:${port}`, forget: () => forget(port) };
}

/** Everything that it holds is gone; who listens to it goes on listening. @throws where it does not say so */
async function forget(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('FLUSHALL\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().startsWith('+OK')) throw new Error(`redis says ${answer.toString()}`);
  } finally {
    socket.destroy();
  }
}
