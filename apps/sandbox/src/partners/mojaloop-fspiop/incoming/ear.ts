import { type Desk } from '../../../kit/simulator.js';

/** What the bank said on a path of ours. */
export interface Heard {
  readonly isError: boolean;
  readonly body: unknown;
}

/** Whoever waits for an answer of the bank's, by the path of their request. */
export class Ear {
  readonly #waiting = new Map<string, Set<(heard: Heard) => void>>();

  constructor(private readonly desk: Desk) {}

  forget(): void {
    this.#waiting.clear();
  }

  /** Tells all who wait for it. */
  hear(path: string, heard: Heard): void {
    const waiting = this.#waiting.get(path);
    this.#waiting.delete(path);
    for (const tell of waiting ?? []) tell(heard);
  }

  /** The answer; undefined when none comes in time. Called before the question leaves. */
  expect(path: string, waitMs: number): Promise<Heard | undefined> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(path) ?? new Set();
      this.#waiting.set(path, waiting);
      const tell = (heard: Heard | undefined) => {
        giveUp();
        waiting.delete(tell);
        resolve(heard);
      };
      const giveUp = this.desk.clock.after(waitMs, () => {
        tell(undefined);
      });
      waiting.add(tell);
    });
  }
}
