import { Logger } from '@nestjs/common';

/** One round of work; says how much it found, so that an empty hand can rest. */
export interface Round {
  readonly name: string;
  /** Rows that were due. */
  run(): Promise<number>;
}

export interface Rest {
  /** The longest pause after a round that found work: two milliseconds for each row, so that sets grow where much comes. */
  readonly busyMs: number;
  /** The longest pause when round after round finds nothing. */
  readonly idleMs: number;
}

const AFTER_FAILURE_MS = 1_000;
const REST_PER_ROW_MS = 2;
/** After the first round that finds nothing; half as long again after each further one. */
const FIRST_IDLE_MS = 3;

/** Runs rounds one after another until it is stopped; a failing round is logged and tried again, never the end. */
export class Loop {
  private readonly logger: Logger;
  private stopping = false;
  private wake: (() => void) | null = null;
  private ended: Promise<void> | null = null;

  constructor(
    private readonly round: Round,
    private readonly rest: Rest,
  ) {
    this.logger = new Logger(`Loop ${round.name}`);
  }

  start(): void {
    this.ended ??= this.go();
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.ended;
  }

  private async go(): Promise<void> {
    let restMs = this.rest.busyMs;
    while (!this.stopping) {
      try {
        const found = await this.round.run();
        restMs =
          found > 0
            ? Math.min(found * REST_PER_ROW_MS, this.rest.busyMs)
            : Math.min(Math.max(restMs, FIRST_IDLE_MS) * 1.5, this.rest.idleMs);
      } catch (error) {
        this.logger.error({ err: error }, `${this.round.name} failed and will be tried again`);
        restMs = AFTER_FAILURE_MS;
      }
      await this.pause(restMs);
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopping) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      resolve(undefined);
    }, ms);
    this.wake = () => {
      resolve(undefined);
    };
    await promise;
    clearTimeout(timer);
    this.wake = null;
  }
}
