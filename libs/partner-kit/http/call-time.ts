import { AsyncLocalStorage } from 'node:async_hooks';
import { NotReached, TooSlow } from '../port/errors.js';

/** Of a call's time: how late no request is begun any more, and how long the adapter has to say how the last one ended. */
const SHARE = 0.1;

const calls = new AsyncLocalStorage<CallTime | undefined>();

/**
 * The time that one call of an adapter has, whatever it does inside. Its requests end with it; in its last tenth none is
 * begun, since an order that is sent without the time to be answered is one more that nobody knows the end of.
 */
export class CallTime {
  /** Has any request of the call been written? */
  hasWritten = false;
  readonly #endsAt: number;

  constructor(private readonly lengthMs: number) {
    this.#endsAt = performance.now() + lengthMs;
  }

  /** That of the call under way; nothing outside of one. */
  static current(): CallTime | undefined {
    return calls.getStore();
  }

  /** Does what is not for the call under way alone, in a time of its own. */
  static outside<T>(work: () => T): T {
    return calls.run(undefined, work);
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  get hasRoom(): boolean {
    return this.leftMs > this.lengthMs * SHARE;
  }

  /**
   * Runs the call, and gives it up where it has not ended a little after its time. It cannot send anything afterwards.
   * @throws NotReached when nothing was written by then
   * @throws TooSlow when something was
   */
  async hold<T>(call: () => T | Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => {
        reject(
          this.hasWritten
            ? new TooSlow(`no end of the call within ${this.lengthMs} ms`)
            : new NotReached(`nothing was sent within ${this.lengthMs} ms`),
        );
      },
      this.lengthMs * (1 + SHARE),
    );
    try {
      return await Promise.race([calls.run(this, call), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
