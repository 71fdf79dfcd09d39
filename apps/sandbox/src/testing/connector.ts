import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a program of the bank's says: an object goes as JSON, a text as it is. */
export interface Said {
  readonly status: number;
  readonly body?: object | string;
  readonly afterMs?: number;
}

/** `hangUp` breaks the connection, `silence` never answers. */
export type Saying = (asked: Asked) => Said | 'hangUp' | 'silence';

/** Stands where the bank's program is that a partner calls, and remembers what it was asked. */
export interface TestConnector {
  readonly url: string;
  /** In the order in which they came. */
  readonly asked: readonly Asked[];
  /** From now on. */
  answer(saying: Saying): void;
  /** Waits until `count` calls of that kind have come. @throws after fifteen seconds */
  until(method: string, path: string, count: number): Promise<readonly Asked[]>;
  empty(): void;
  close(): Promise<void>;
}

export async function openConnector(): Promise<TestConnector> {
  const asked: Asked[] = [];
  let saying: Saying = () => ({ status: 404 });
  const server = createServer((request, response) => {
    void (async () => {
      const call = { method: request.method ?? '', path: request.url ?? '', body: await bodyOf(request) };
      asked.push(call);
      const said = saying(call);
      if (said === 'silence') return;
      if (said === 'hangUp') {
        request.socket.destroy();
        return;
      }
      const { status, body = '', afterMs = 0 } = said;
      if (afterMs > 0) await wait(afterMs);
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (next) => {
      saying = next;
    },
    until: async (method, path, count) => {
      const deadline = Date.now() + 15_000;
      for (;;) {
        const fitting = asked.filter((one) => one.method === method && one.path.startsWith(path));
        if (fitting.length >= count) return fitting;
        if (Date.now() > deadline) throw new Error(`${fitting.length} of ${count} ${method} ${path}`);
        await wait(2);
      }
    },
    empty: () => {
      asked.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Asked['body']> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Asked['body']);
}
