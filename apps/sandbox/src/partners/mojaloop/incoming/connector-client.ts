import { z } from 'zod';
import { type Callback, type Delivery } from '../../../kit/courier.js';
import { type Subject } from '../../../kit/faults.js';
import { type Connector, type Desk } from '../../../kit/simulator.js';
import { connectorUrl, type MojaloopSettings } from '../settings.js';

const Move = z.strictObject({ url: connectorUrl });

/** So long the scheme adapter waits for one answer; the payer has long given up by then. */
const answerTimeoutMs = 65_000;
/** The newer release's HTTP client, and its waits between the attempts at a final notification. */
const reflex = { times: 3, afterMs: 10 };
const notificationDelaysMs = [1_000, 2_000, 4_000, 8_000, 10_000];

/** Calls the bank's core connector as the scheme adapter does: plain JSON, no key. */
export class ConnectorClient implements Connector {
  #url: string;

  constructor(
    private readonly desk: Desk,
    private readonly settings: MojaloopSettings,
  ) {
    this.#url = settings.connectorUrl;
  }

  address(): unknown {
    return { url: this.#url };
  }

  moveTo(body: unknown): void {
    this.#url = Move.parse(body).url;
  }

  get(path: string): Promise<Delivery> {
    return this.desk.courier.ask({ ...this.#call(path, ''), method: 'GET' });
  }

  post(path: string, body: object): Promise<Delivery> {
    return this.desk.courier.ask(this.#call(path, JSON.stringify(body)));
  }

  /** With the faults for callbacks, and over again until it is answered 2xx. Never rejects. */
  notify(path: string, body: object, about: Subject): Promise<Delivery | undefined> {
    return this.desk.courier.deliver({
      ...this.#call(path, JSON.stringify(body)),
      method: 'PUT',
      about,
      ...(this.#repeats ? { retryDelaysMs: notificationDelaysMs } : {}),
    });
  }

  get #repeats(): boolean {
    return this.settings.imitates !== '18.0.2';
  }

  #call(path: string, body: string): Callback {
    return {
      url: `${this.#url}${path}`,
      body,
      headers: { accept: 'application/json', date: this.desk.clock.now().toUTCString() },
      about: {},
      timeoutMs: answerTimeoutMs,
      ...(this.#repeats ? { reflex } : {}),
    };
  }
}

/** Of a path: the scheme adapter leaves `+` and `@` as they are. */
export const inPath = (text: string): string =>
  encodeURIComponent(text).replaceAll('%2B', '+').replaceAll('%40', '@');
