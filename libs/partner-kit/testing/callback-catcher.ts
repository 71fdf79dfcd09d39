import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type CallbackAnswer, type RawCallback } from '../port/callback.js';

/** The unguessable part of the address. */
export const CALLBACK_KEY = '7c1f0e5d94b24a6f8d3b60a1c2e4f587';
const PREFIX = `/callbacks/${CALLBACK_KEY}`;
const NOTHING: CallbackAnswer = { status: 200, contentType: 'text/plain', body: '' };

/** Our callback address as a partner sees it: keeps what arrives, in order. */
export class CallbackCatcher {
  readonly #caught: RawCallback[] = [];
  #answer: (callback: RawCallback) => CallbackAnswer = () => NOTHING;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CallbackCatcher> {
    const server = createServer();
    const catcher = new CallbackCatcher(server);
    server.on('request', (request, response) => void catcher.#take(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return catcher;
  }

  get caught(): readonly RawCallback[] {
    return this.#caught;
  }

  get publicUrl(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  urlOf(path: string): string {
    return `${this.publicUrl}${PREFIX}/${path}`;
  }

  answerWith(answer: (callback: RawCallback) => CallbackAnswer): void {
    this.#answer = answer;
  }

  forget(): void {
    this.#caught.length = 0;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const callback = toCallback(request, Buffer.concat(chunks));
    this.#caught.push(callback);
    const { status, contentType, body } = this.#safely(callback);
    response.writeHead(status, { 'content-type': contentType }).end(body);
  }

  /** What an adapter throws while it answers shows as a 500 to the partner, as it would in the gateway. */
  #safely(callback: RawCallback): CallbackAnswer {
    try {
      return this.#answer(callback);
    } catch {
      return { status: 500, contentType: 'text/plain', body: '' };
    }
  }
}

function toCallback({ method = 'POST', url = '', headers }: IncomingMessage, body: Buffer): RawCallback {
  return {
    method,
    path: url.slice(PREFIX.length).replace(/^\/|\/$/g, ''),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    body,
    source: '127.0.0.1',
    receivedAt: new Date(),
  };
}
