import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A JSON object, looked into by name. */
export type Json = Readonly<Record<string, unknown>>;

export interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Json;
  readonly at: number;
}

/** Plays the gateway: hears every callback and answers as told. */
export class Listener {
  readonly heard: Heard[] = [];
  answer: (heard: Heard) => { status: number; body: string } | undefined = () => ({
    status: 200,
    body: '{}',
  });
  readonly #server: Server;

  constructor() {
    this.#server = createServer((incoming, response) => {
      void readText(incoming).then((text) => {
        const { headers, url: path = '' } = incoming;
        const heard = { path, headers, text, json: parse(text), at: performance.now() };
        this.heard.push(heard);
        const answer = this.answer(heard);
        if (answer) response.writeHead(answer.status).end(answer.body);
      });
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  at(path: string): readonly Heard[] {
    return this.heard.filter((one) => one.path === path);
  }

  /** The first of `count` calls to `path`, once all are there. @throws after five seconds */
  async wait(path: string, count = 1): Promise<Heard> {
    for (let left = 500; left > 0; left -= 1) {
      const [first] = this.at(path);
      if (first && this.at(path).length >= count) return first;
      await pause(10);
    }
    throw new Error(`${this.at(path).length} of ${count} calls to ${path}`);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readText(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

export function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}
