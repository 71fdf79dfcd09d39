import { Database } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { type GateName } from './gate.js';
import { GIVE_BACK, REPORT } from './gate-sql.js';

/** What the calls of one gate said since the last time it was written down. With neither, they said nothing of the partner. */
interface Tally {
  readonly partner: string;
  readonly gate: GateName;
  readonly succeeded: boolean;
  readonly failed: boolean;
  /** Since the last success. */
  readonly failuresInARow: number;
}

const FLUSH_AFTER_MS = 200;

/** How long to leave a database alone that could not be written to. */
const RETRY_AFTER_MS = 2_000;

const keyOf = ({ partner, gate }: Tally): string => `${partner}/${gate}`;

/** Two tallies of one gate as one; `later` is the newer of them. */
const join = (earlier: Tally, later: Tally): Tally => ({
  ...(later.succeeded ? later : earlier),
  failed: earlier.failed || later.failed,
  failuresInARow: later.failuresInARow + (later.succeeded ? 0 : earlier.failuresInARow),
});

/** Sums what calls say and writes it down five times a second at most: a call costs no statement of its own. */
@Injectable()
export class GateReports {
  private readonly logger = new Logger(GateReports.name);
  private readonly tallies = new Map<string, Tally>();
  private timer: NodeJS.Timeout | undefined;
  private isEnding = false;

  constructor(private readonly database: Database) {}

  /** @param ok null: it says nothing of the partner */
  add(partner: string, gate: GateName, ok: boolean | null): void {
    const failed = ok === false;
    const tally = { partner, gate, failed, succeeded: ok === true, failuresInARow: failed ? 1 : 0 };
    const earlier = this.tallies.get(keyOf(tally));
    this.tallies.set(keyOf(tally), earlier ? join(earlier, tally) : tally);
    this.schedule(FLUSH_AFTER_MS);
  }

  /** Writes down what there is. What cannot be written now waits for the next time. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const tallies = [...this.tallies.values()];
    this.tallies.clear();
    await Promise.all(tallies.map((tally) => this.write(tally)));
  }

  /** Writes down what there is. Calls that end later are written down while the database can still be reached. */
  async end(): Promise<void> {
    this.isEnding = true;
    await this.flush();
  }

  private schedule(afterMs: number): void {
    this.timer ??= setTimeout(() => void this.flush(), afterMs).unref();
  }

  /** One statement for each gate: a statement over several would lock them in an order that others do not share. */
  private async write(tally: Tally): Promise<void> {
    const { partner, gate, succeeded, failuresInARow, failed } = tally;
    try {
      if (succeeded || failed)
        await this.database.execute(REPORT, [partner, gate, succeeded, failuresInARow, failed]);
      else await this.database.execute(GIVE_BACK, [partner, gate]);
    } catch (error) {
      if (this.isEnding) return;
      this.logger.warn(
        { err: error, partner, gate },
        'what calls said of a partner could not be written down',
      );
      const later = this.tallies.get(keyOf(tally));
      this.tallies.set(keyOf(tally), later ? join(tally, later) : tally);
      this.schedule(RETRY_AFTER_MS);
    }
  }
}
