import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Arrival {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Stands where the gateway's callback routes are, and remembers what arrived. */
export interface Inbox {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** From now on: this status, 200 at first. */
  answerWith(status: number): void;
  /** Waits until `count` calls have arrived in all. @throws after fifteen seconds. */
  until(count: number): Promise<readonly Arrival[]>;
  empty(): void;
  close(): Promise<void>;
}

export async function openInbox(): Promise<Inbox> {
  const arrivals: Arrival[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      arrivals.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks/key/webhook`,
    arrivals,
    answerWith: (next) => {
      status = next;
    },
    until: async (count) => {
      const deadline = Date.now() + 15_000;
      while (arrivals.length < count) {
        if (Date.now() > deadline) throw new Error(`${arrivals.length} of ${count} calls arrived`);
        await wait(2);
      }
      return arrivals;
    },
    empty: () => {
      arrivals.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
