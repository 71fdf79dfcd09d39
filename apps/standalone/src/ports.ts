import { once } from 'node:events';
import { createServer } from 'node:net';
import { CannotStart } from './cannot-start.js';

/** A port somebody needs, and where it is configured. */
export interface WantedPort {
  readonly host: string;
  readonly port: number;
  /** Who wants it, and the setting to change. */
  readonly owner: string;
  readonly setting: string;
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
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
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
