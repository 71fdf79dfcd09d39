import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Something between the scheme adapter and the switch. */
export interface Way {
  readonly port: number;
  close(): Promise<void>;
}

interface TransactionRequest {
  readonly transactionType?: { readonly scenario?: unknown };
}

/**
 * Release 18.0.2 writes the scenario of a request to pay as an object, which no switch that looks at it takes, the Testing
 * Toolkit among them. On this way it becomes the text that it holds; all else goes through as it is.
 */
export async function openMendedWay(switchPort: number): Promise<Way> {
  const server = createServer((request, response) => {
    void passOn(request, switchPort).then(async (answer) => {
      const type = answer.headers.get('content-type');
      response.writeHead(answer.status, type === null ? {} : { 'content-type': type });
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function passOn(request: IncomingMessage, switchPort: number): Promise<Response> {
  const { method = 'GET', url = '/', headers } = request;
  const body = await buffer(request);
  const isAsked = method === 'POST' && url === '/transactionRequests';
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && !HOP_BY_HOP.includes(name) ? [[name, value] as [string, string]] : [],
  );
  return fetch(`http://127.0.0.1:${switchPort}${url}`, {
    method,
    headers: kept,
    ...(body.length === 0 ? {} : { body: isAsked ? mended(body) : body.toString('utf8') }),
  });
}

const HOP_BY_HOP: readonly string[] = ['host', 'connection', 'content-length', 'transfer-encoding'];

function mended(body: Buffer): string {
  const request = JSON.parse(body.toString('utf8')) as TransactionRequest;
  const held = request.transactionType?.scenario;
  const scenario = typeof held === 'object' && held !== null && 'scenario' in held ? held.scenario : held;
  return JSON.stringify({ ...request, transactionType: { ...request.transactionType, scenario } });
}
