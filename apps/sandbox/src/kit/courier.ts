import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type SandboxClock } from './clock.js';
import { type Faults, type Subject } from './faults.js';

/** One call from the partner to the gateway. */
export interface Callback {
  readonly url: string;
  /** Default `POST`. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Sent as these exact bytes; with `GET`, not at all. */
  readonly body: string;
  /** Beside `content-type: application/json`, which a header of the same (lower-case) name replaces. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that authenticate the exact bytes sent; called again for each attempt. */
  readonly sign?: (body: string) => Readonly<Record<string, string>>;
  /** What a stranger without the secret would send instead. Default: the signature of another body. */
  readonly forge?: (body: string) => Readonly<Record<string, string>>;
  /** What faults may be matched against; its path defaults to the URL's. */
  readonly about: Subject;
  /** Waits before each further attempt when there is no 2xx answer. Default: none. */
  readonly retryDelaysMs?: readonly number[];
  /**
   * An HTTP client that repeats by itself, as part of one attempt: so often and so soon after 408, 429, 5xx or a
   * broken connection. Default: it does not.
   */
  readonly reflex?: { readonly times: number; readonly afterMs: number };
  /** Default 10,000. */
  readonly timeoutMs?: number;
}

export type Delivery =
  | { readonly answered: true; readonly status: number; readonly body: string }
  | { readonly answered: false; readonly error: string };

/** Carries the partner's callbacks to the gateway. */
export interface Courier {
  /**
   * Lets the outcome of a request happen `delayMs` later (0: right after the answer). `act` moves the money and
   * returns the promise of its `deliver` calls. Under `callback-early` it acts now (`early` is true) and resolves
   * only once the callbacks are answered: so a handler awaits `schedule` before it answers.
   */
  schedule(about: Subject, delayMs: number, act: (early: boolean) => unknown): Promise<void>;
  /**
   * Delivers with the faults asked for applied once per callback (a lost, corrupted or forged one is not sent
   * again). Resolves with the first attempt's answer, or undefined when nothing was sent now. Never rejects.
   */
  deliver(callback: Callback): Promise<Delivery | undefined>;
  /** One attempt without faults, for a partner that waits for our yes or no. Never rejects. */
  ask(callback: Callback): Promise<Delivery>;
}

const answerTimeoutMs = 10_000;
const connectionsPerOrigin = 64;
const heldAtMostMs = 2_000;
const noReflex = { times: 0, afterMs: 0 };
const isWorthRepeating = (delivery: Delivery): boolean =>
  !delivery.answered || delivery.status >= 500 || delivery.status === 408 || delivery.status === 429;

export class PartnerCourier implements Courier {
  readonly #agent = new Agent({ connections: connectionsPerOrigin, connect: { timeout: answerTimeoutMs } });
  #held: (() => Promise<unknown>)[] = [];
  /** Grows whenever everything is forgotten: what was under way before is not tried again. */
  #life = 0;

  constructor(
    private readonly clock: SandboxClock,
    private readonly faults: Faults,
  ) {}

  async schedule(about: Subject, delayMs: number, act: (early: boolean) => unknown): Promise<void> {
    if (this.faults.take(['callback-early'], about)) await act(true);
    else this.clock.after(delayMs, () => act(false));
  }

  async deliver(callback: Callback): Promise<Delivery | undefined> {
    const about = { path: new URL(callback.url).pathname, ...callback.about };
    const late = this.faults.take(['callback-late'], about);
    if (late) {
      this.clock.after(late.delayMs ?? 0, () => this.#deliverNow(callback, about));
      return undefined;
    }
    const swapped = this.faults.take(['callback-out-of-order'], about);
    if (swapped) {
      this.#hold(() => this.#deliverNow(callback, about), swapped.delayMs ?? heldAtMostMs);
      return undefined;
    }
    return this.#deliverNow(callback, about);
  }

  ask(callback: Callback): Promise<Delivery> {
    return this.#attempt(callback, callback.body, callback.sign);
  }

  forget(): void {
    this.#life += 1;
    this.#held = [];
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** Keeps a callback back until a younger one was answered, at most `atMostMs`. */
  #hold(release: () => Promise<unknown>, atMostMs: number): void {
    const once = async () => {
      cancel();
      if (!this.#held.includes(once)) return;
      this.#held = this.#held.filter((other) => other !== once);
      await release();
    };
    const cancel = this.clock.after(atMostMs, once);
    this.#held.push(once);
  }

  async #deliverNow(callback: Callback, about: Subject): Promise<Delivery | undefined> {
    const held = this.#held;
    const delivery = await this.#deliverFaulty(callback, about);
    await Promise.all(held.map((release) => release()));
    return delivery;
  }

  async #deliverFaulty(callback: Callback, about: Subject): Promise<Delivery | undefined> {
    const { body, sign } = callback;
    const fault = this.faults.take(
      ['callback-lost', 'callback-corrupted', 'callback-forged', 'callback-duplicated'],
      about,
    );
    switch (fault?.fault) {
      case 'callback-lost':
        return undefined;
      case 'callback-corrupted':
        return this.#attempt(callback, body.slice(0, Math.floor(body.length / 2)), sign);
      case 'callback-forged':
        return this.#attempt(callback, body, callback.forge ?? (sign && (() => sign(`${body} `))));
      case 'callback-duplicated': {
        const copies = Array.from({ length: fault.copies ?? 2 }, () => this.#attempt(callback, body, sign));
        return (await Promise.all(copies))[0];
      }
      default:
        return this.#deliverWithRetries(callback, callback.retryDelaysMs ?? []);
    }
  }

  async #deliverWithRetries(callback: Callback, delaysMs: readonly number[]): Promise<Delivery> {
    const life = this.#life;
    const delivery = await this.#attempt(callback, callback.body, callback.sign);
    const taken = delivery.answered && delivery.status >= 200 && delivery.status < 300;
    const [delayMs, ...rest] = delaysMs;
    if (!taken && delayMs !== undefined && life === this.#life) {
      this.clock.after(delayMs, () => this.#deliverWithRetries(callback, rest));
    }
    return delivery;
  }

  async #attempt(callback: Callback, body: string, sign: Callback['sign']): Promise<Delivery> {
    const life = this.#life;
    const { times, afterMs } = callback.reflex ?? noReflex;
    let delivery = await this.#send(callback, body, sign);
    for (let left = times; left > 0 && isWorthRepeating(delivery); left -= 1) {
      await wait(afterMs);
      if (life !== this.#life) break;
      delivery = await this.#send(callback, body, sign);
    }
    return delivery;
  }

  async #send(callback: Callback, body: string, sign: Callback['sign']): Promise<Delivery> {
    const { method = 'POST' } = callback;
    const timeoutMs = callback.timeoutMs ?? answerTimeoutMs;
    try {
      const answer = await request(callback.url, {
        method,
        dispatcher: this.#agent,
        headers: { 'content-type': 'application/json', ...callback.headers, ...sign?.(body) },
        ...(method === 'GET' ? {} : { body }),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      return { answered: true, status: answer.statusCode, body: await answer.body.text() };
    } catch (error) {
      return { answered: false, error: error instanceof Error ? error.message : String(error) };
    }
  }
}
