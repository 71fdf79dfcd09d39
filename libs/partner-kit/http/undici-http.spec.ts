import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server as SocketServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NoAnswer, NotReached, TooSlow } from '../port/errors.js';
import { type PartnerRequest } from './partner-http.js';
import {
  type ClosablePartnerHttp,
  createPartnerHttp,
  type PartnerExchange,
  type PartnerHttpOptions,
} from './undici-http.js';

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const listen = async (server: Server | SocketServer): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const partner = (listener: RequestListener): Promise<string> => listen(createServer(listener));

function httpTo(baseUrl: string, options: Omit<PartnerHttpOptions, 'baseUrl'> = {}): ClosablePartnerHttp {
  const http = createPartnerHttp({ baseUrl, ...options });
  open.push(() => http.close());
  return http;
}

const order: PartnerRequest = {
  method: 'POST',
  path: '/pay?secret=query-secret',
  route: '/pay',
  headers: { authorization: 'Bearer header-secret', 'content-type': 'application/json' },
  body: '{"to":"body-secret"}',
};

async function failure(http: ClosablePartnerHttp, request = order): Promise<Error> {
  const error: unknown = await http.send(request).then(
    () => new Error('answered'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('not an error');
  expect(`${error.message}${error.stack ?? ''}`).not.toMatch(/secret/);
  expect(error.cause).toBeUndefined();
  return error;
}

describe('the wire to a partner', () => {
  it('sends exactly what it is given, under the base path, with the trace of the moment', async () => {
    const seen: unknown[] = [];
    const url = await partner((request, response) => {
      request.setEncoding('utf8').on('data', (body) => {
        seen.push(
          request.method,
          request.url,
          request.headers['traceparent'],
          request.headers.authorization,
          body,
        );
      });
      request.on('end', () =>
        response.writeHead(201, { 'X-Request-Id': 'r1', 'set-cookie': ['a', 'b'] }).end('é'),
      );
    });
    const reply = await httpTo(`${url}/base/`, { headers: () => ({ traceparent: '00-1' }) }).send(order);
    expect(seen).toEqual([
      'POST',
      '/base/pay?secret=query-secret',
      '00-1',
      'Bearer header-secret',
      order.body,
    ]);
    expect(reply).toMatchObject({
      status: 201,
      text: 'é',
      headers: { 'x-request-id': 'r1', 'set-cookie': 'a, b' },
    });
  });

  it('answers with every status, and follows no redirect', async () => {
    let hits = 0;
    const url = await partner((_request, response) => {
      hits += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await httpTo(url).send(order)).toMatchObject({ status: 302, text: '' });
    expect(hits).toBe(1);
  });

  it('reuses its connections', async () => {
    const server = createServer((_request, response) => response.end('{}'));
    let sockets = 0;
    server.on('connection', () => (sockets += 1));
    const http = httpTo(await listen(server));
    for (let i = 0; i < 20; i += 1) await http.send(order);
    // The next request may be asked for in the very moment in which the last one ends.
    expect(sockets).toBeLessThanOrEqual(2);
  });

  it('reports each exchange without its content', async () => {
    const told: PartnerExchange[] = [];
    const url = await partner((_request, response) => response.writeHead(503).end());
    await httpTo(url, { onReply: (exchange) => told.push(exchange) }).send(order);
    await failure(httpTo('http://127.0.0.1:1', { onReply: (exchange) => told.push(exchange) }));
    expect(told).toMatchObject([
      { method: 'POST', route: '/pay', result: 'answered', status: 503 },
      { method: 'POST', route: '/pay', result: 'not-reached', status: null },
    ]);
  });
});

describe('a partner that was not reached', () => {
  it('refuses the connection', async () => {
    expect(await failure(httpTo('http://127.0.0.1:1'))).toBeInstanceOf(NotReached);
  });

  it('has no known name', async () => {
    expect(await failure(httpTo('http://partner.invalid'))).toBeInstanceOf(NotReached);
  });

  it('does not speak TLS', async () => {
    const url = await partner((_request, response) => response.end());
    expect(await failure(httpTo(url.replace('http:', 'https:')))).toBeInstanceOf(NotReached);
  });

  it('never had a connection free in time, and is not sent the order later', async () => {
    let orders = 0;
    const url = await partner((_request, response) => {
      orders += 1;
      setTimeout(() => response.end('{}'), 300);
    });
    const http = httpTo(url, { connections: 1 });
    const first = http.send(order);
    expect(await failure(http, { ...order, timeoutMs: 100 })).toBeInstanceOf(NotReached);
    expect(await first).toMatchObject({ status: 200 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(orders).toBe(1);
  });

  it('was already told good-bye', async () => {
    const http = createPartnerHttp({ baseUrl: 'http://127.0.0.1:1' });
    await http.close();
    expect(await failure(http)).toBeInstanceOf(NotReached);
  });
});

describe('a partner that may have read the order', () => {
  const rawPartner = async (
    onData: (write: (text: string) => void, reset: () => void, count: number) => void,
  ): Promise<string> => {
    let count = 0;
    const server = createSocketServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        count += 1;
        onData(
          (text) => socket.write(text),
          () => socket.resetAndDestroy(),
          count,
        );
      });
    });
    return listen(server);
  };

  it('hangs up without an answer', async () => {
    const http = httpTo(
      await rawPartner((_write, reset) => {
        reset();
      }),
    );
    expect(await failure(http)).toBeInstanceOf(NoAnswer);
  });

  it('hangs up in the middle of the answer', async () => {
    const http = httpTo(
      await rawPartner((write, reset) => {
        write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half":');
        setTimeout(reset, 20);
      }),
    );
    expect(await failure(http)).toBeInstanceOf(NoAnswer);
  });

  it('hangs up on a connection that was used before, and is not asked again', async () => {
    const counts: number[] = [];
    const http = httpTo(
      await rawPartner((write, reset, count) => {
        counts.push(count);
        if (count === 1) write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        else reset();
      }),
    );
    await http.send(order);
    expect(await failure(http)).toBeInstanceOf(NoAnswer);
    expect(counts).toEqual([1, 2]);
  });

  it('answers something that is not HTTP', async () => {
    const http = httpTo(
      await rawPartner((write) => {
        write('query-secret is not HTTP\r\n\r\n');
      }),
    );
    expect(await failure(http)).toBeInstanceOf(NoAnswer);
  });

  it('does not send the headers in time', async () => {
    const http = httpTo(await partner(() => undefined), { timeoutMs: 1_000 });
    const error = await failure(http);
    expect(error).toBeInstanceOf(TooSlow);
    expect(error.message).toBe('POST /pay: no answer (no headers within 1000 ms)');
  });

  it('does not end the body in time, though it keeps sending', async () => {
    const url = await partner((_request, response) => {
      response.flushHeaders();
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    const error = await failure(httpTo(url), { ...order, timeoutMs: 1_000 });
    expect(error).toBeInstanceOf(TooSlow);
    expect(error.message).toMatch('no end of the body');
  });

  it('answers more than is read', async () => {
    const url = await partner((_request, response) => response.end('x'.repeat(2_000)));
    expect(await failure(httpTo(url, { maxBytes: 1_000 }))).toBeInstanceOf(NoAnswer);
    expect(await httpTo(url, { maxBytes: 2_000 }).send(order)).toMatchObject({ status: 200 });
  });
});

describe('a request that cannot be written', () => {
  it('is a fault of ours, not of the partner', async () => {
    const error = await failure(httpTo('http://127.0.0.1:1'), {
      ...order,
      headers: { authorization: 'header-secret\n' },
    });
    expect(error).toBeInstanceOf(TypeError);
  });
});
