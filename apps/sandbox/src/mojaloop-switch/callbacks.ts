import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

export type Resource = 'parties' | 'quotes' | 'transfers';

/** What the switch says later about what it was asked. */
export interface Callback {
  readonly resource: Resource;
  /** Below the endpoint of whoever asked: `/quotes/{id}`. */
  readonly path: string;
  readonly source: string;
  readonly destination: string;
  readonly body: object;
}

const CONNECTIONS = 64;

/** Carries answers to the one institution that is connected to this switch. */
export class Callbacks {
  readonly #agent = new Agent({ connections: CONNECTIONS });
  #failed = 0;

  constructor(
    private readonly endpoint: string,
    private readonly delayMs: number,
  ) {}

  /** Of those that were not taken: whoever waits for one hears nothing. */
  get failed(): number {
    return this.#failed;
  }

  /** Never rejects. */
  async tell(callback: Callback): Promise<void> {
    await sleep(this.delayMs);
    try {
      await this.#put(callback);
    } catch {
      this.#failed += 1;
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #put({ resource, path, source, destination, body }: Callback): Promise<void> {
    const answer = await request(`${this.endpoint}${path}`, {
      method: 'PUT',
      dispatcher: this.#agent,
      headers: {
        'content-type': `application/vnd.interoperability.${resource}+json;version=1.0`,
        date: new Date().toUTCString(),
        'fspiop-source': source,
        'fspiop-destination': destination,
      },
      body: JSON.stringify(body),
    });
    await answer.body.dump();
    if (answer.statusCode >= 300) this.#failed += 1;
  }
}
