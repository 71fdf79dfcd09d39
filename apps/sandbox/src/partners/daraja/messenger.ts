import { type SandboxClock } from '../../kit/clock.js';
import { type Callback, type Courier, type Delivery } from '../../kit/courier.js';
import { type Subject } from '../../kit/faults.js';
import { type News } from './magic.js';
import { type DarajaSettings } from './settings.js';

/** Posts to the gateway as the partner does. Nothing it sends is signed. */
export class Messenger {
  readonly #retryDelaysMs: readonly number[];

  constructor(
    private readonly settings: DarajaSettings,
    private readonly clock: SandboxClock,
    private readonly courier: Courier,
  ) {
    this.#retryDelaysMs = Array<number>(settings.deliveryAttempts - 1).fill(settings.deliveryRetryMs);
  }

  send(url: string, shortCode: string, message: unknown, about: Subject): Promise<Delivery | undefined> {
    return this.courier.deliver({
      ...this.#callback(url, shortCode, message, about),
      retryDelaysMs: this.#retryDelaysMs,
    });
  }

  /** Waits for a yes or no, no longer than the partner does. */
  ask(url: string, shortCode: string, message: unknown, about: Subject): Promise<Delivery> {
    return this.courier.ask({
      ...this.#callback(url, shortCode, message, about),
      timeoutMs: this.settings.validationTimeoutMs,
    });
  }

  /** Sends the news as often and as late as the script of the other party wants. */
  announce(news: News | undefined, send: () => Promise<unknown>): unknown {
    switch (news) {
      case 'never':
        return undefined;
      case 'twice':
        return Promise.all([send(), send()]);
      case 'late':
        return this.clock.after(this.settings.lateMs, send);
      default:
        return send();
    }
  }

  #callback(url: string, shortCode: string, message: unknown, about: Subject): Callback {
    return {
      url,
      body: JSON.stringify(message),
      headers: { 'content-type': 'application/json;charset=UTF-8', Businessshortcode: shortCode },
      about,
    };
  }
}
