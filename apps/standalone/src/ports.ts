import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from './cannot-start.js';
import { errorCode } from './error-code.js';

const PAUSE_MS = 100;

/** A port that somebody needs. */
export interface WantedPort {
  readonly host: string;
  readonly port: number;
  readonly owner: string;
  /** What to change. */
  readonly setting: string;
}

/** Where a server on this machine is reached from this machine. */
export function urlOf({ host, port }: { readonly host: string; readonly port: number }): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function listenOnce(host: string, port: number): Promise<number> {
  const server = createServer().listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** A port of 127.0.0.1 that nobody listens on just now. */
export const freePort = (): Promise<number> => listenOnce('127.0.0.1', 0);

/** @throws CannotStart with a sentence that names the port and its setting */
export async function assertPortFree({ host, port, owner, setting }: WantedPort): Promise<void> {
  try {
    await listenOnce(host, port);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EADDRINUSE') {
      throw new CannotStart(
        `Port ${port}, which ${owner} needs, is in use, perhaps by another Passerelle: stop it, or set ${setting} to a free port.`,
      );
    }
    throw new CannotStart(
      `${owner} cannot listen on ${host}:${port} (${code}): set ${setting} to another port.`,
    );
  }
}

/** Like `assertPortFree`, for a port that is about to be given up. @throws CannotStart when it was not in time */
export async function waitForPort(wanted: WantedPort, patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      await assertPortFree(wanted);
      return;
    } catch (error) {
      if (performance.now() >= until) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
