import { type Partner } from '#partner-kit';
import { runInContext, startContext } from '#platform';
import { Logger } from '@nestjs/common';
import { type Operation } from '../operations/operation.js';
import { type Round } from './loop.js';

interface Claimed {
  readonly operation: Operation;
}

/** Rounds with hands of their own. */
export interface Drainable extends Round {
  /** Resolves when everything under way has ended. */
  drain(): Promise<void>;
}

/** What a lane does: claim due operations, and deal with each. */
export interface LaneWork<One extends Claimed> {
  readonly name: string;
  readonly partner: Partner;
  /** How many this process works on at once. */
  readonly atOnce: number;
  claim(limit: number): Promise<readonly One[]>;
  deal(claimed: One): Promise<void>;
}

/** A lane claims as many as it has hands free and goes on claiming while they work: a slow one holds up nobody. */
export class LaneRound<One extends Claimed> implements Drainable {
  private readonly logger: Logger;
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly work: LaneWork<One>) {
    this.logger = new Logger(`Lane ${work.name}`);
  }

  get name(): string {
    return this.work.name;
  }

  async run(): Promise<number> {
    const free = this.work.atOnce - this.underWay.size;
    if (free <= 0) {
      await Promise.race(this.underWay);
      return 1;
    }
    const claimed = await this.work.claim(free);
    for (const one of claimed) this.begin(one);
    return claimed.length;
  }

  async drain(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private begin(claimed: One): void {
    const { correlationId, traceparent } = claimed.operation.origin;
    const context = startContext({
      correlationId: correlationId ?? undefined,
      traceparent: traceparent ?? undefined,
    });
    const done: Promise<void> = runInContext(context, () => this.work.deal(claimed))
      .catch((error: unknown) => {
        // The lease gives it back: the operation is found abandoned, or due again.
        this.logger.error({ err: error, operation: claimed.operation.id }, 'left for its lease to end');
      })
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }
}
