import { type Clock } from '#domain';
import { type Sightings, type Span } from '../port/sightings.js';

/** What one process has seen. */
export class MemorySightings implements Sightings {
  readonly #spans = new Map<string, Span>();

  constructor(private readonly clock: Clock) {}

  saw(what: string): Promise<void> {
    const last = this.clock.now();
    this.#spans.set(what, { first: this.#spans.get(what)?.first ?? last, last });
    return Promise.resolve();
  }

  spanOf(what: string): Promise<Span | null> {
    return Promise.resolve(this.#spans.get(what) ?? null);
  }

  forget(what: string): Promise<void> {
    this.#spans.delete(what);
    return Promise.resolve();
  }
}
