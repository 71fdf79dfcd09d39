import { type Partner } from '#partner-kit';
import { runInContext, startContext } from '#platform';
import { Logger } from '@nestjs/common';
import { type Operation } from '../operations/operation.js';
import { type Round } from './loop.js';

interface Claimed {
  readonly operation: Operation;
  readonly lease: string;
}

/** What a lane does: claim due operations, and deal with each. */
export interface LaneWork {
  readonly name: string;
  readonly partner: Partner;
  /** How many this process works on at once. */
  readonly atOnce: number;
  claim(limit: number): Promise<readonly Claimed[]>;
  deal(claimed: Claimed): Promise<void>;
}

/** A lane claims as many as it has hands free and goes on claiming while they work: a slow one holds up nobody. */
export class LaneRound implements Round {
  private readonly logger: Logger;
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly work: LaneWork) {
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

  /** Resolves when everything under way has ended. */
  async drain(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private begin(claimed: Claimed): void {
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
