import { type Direction } from './misbehaviour.js';
import { type Message, MessageReader, statementOf } from './postgres-messages.js';
import { type ConnectionTap, type Tap, type Verdict } from './tap.js';

/** What happens when a statement crosses the wire. */
export interface Ambush {
  readonly statement: string;
  /** `before`: the server has not seen it. `after`: it was carried out without an error, the client has not heard. */
  readonly when: 'before' | 'after';
  /** Only with this text among the first of what is bound to it. */
  readonly holding?: string | undefined;
  /** So many crossings pass first. */
  readonly skip?: number;
  /** The statement, or its answer, is held until this is done. */
  readonly act: () => Promise<Verdict>;
}

export interface ArmedAmbush {
  /** Resolves when `act` is done. @throws when it is disarmed before, or when `act` throws */
  readonly struck: Promise<void>;
  disarm(): void;
}

/** A statement on its way, with the beginning of what is bound to it. */
interface Crossing {
  readonly statement: string;
  readonly head: Buffer;
}

class Trap implements ArmedAmbush {
  readonly struck: Promise<void>;
  private readonly outcome = Promise.withResolvers<undefined>();
  private toPass: number;
  private isArmed = true;

  constructor(readonly ambush: Ambush) {
    this.toPass = ambush.skip ?? 0;
    this.struck = this.outcome.promise;
    // Whoever waits hears of it; where nobody does it is not an error of ours.
    this.struck.catch(() => undefined);
  }

  fits({ statement, head }: Crossing, when: Ambush['when']): boolean {
    const { holding = '' } = this.ambush;
    const isIt = this.ambush.statement === statement && this.ambush.when === when;
    return this.isArmed && isIt && head.includes(holding);
  }

  /** Whether it springs at this crossing. */
  springs(): boolean {
    if (!this.isArmed) return false;
    this.toPass -= 1;
    if (this.toPass >= 0) return false;
    this.isArmed = false;
    return true;
  }

  async spring(): Promise<Verdict> {
    try {
      const verdict = await this.ambush.act();
      this.outcome.resolve(undefined);
      return verdict;
    } catch (error) {
      this.outcome.reject(error);
      return 'drop';
    }
  }

  disarm(): void {
    this.isArmed = false;
    this.outcome.reject(new Error(`nobody sent ${this.ambush.statement} before the fail point was disarmed`));
  }
}

/** An answer that is held until it is whole: of several at once, each has to meet a trap of its own. */
interface HeldAnswer {
  readonly to: Crossing;
  readonly whole: PromiseWithResolvers<Verdict>;
}

/** One connection: a client waits for the end of an answer before it sends the next statement, as `pg` does. */
class Conversation implements ConnectionTap {
  private hasFailed = false;
  private held: Promise<Verdict> | undefined;
  private answer: HeldAnswer | undefined;
  private readonly there: MessageReader;
  private readonly back: MessageReader;

  constructor(
    private readonly find: (crossing: Crossing, when: Ambush['when']) => Trap | undefined,
    private readonly count: (statement: string) => void,
  ) {
    this.there = new MessageReader((message) => {
      this.hearClient(message);
    }, true);
    this.back = new MessageReader((message) => {
      this.hearServer(message);
    }, false);
  }

  hear(direction: Direction, piece: Buffer): Promise<Verdict> | undefined {
    if (direction === 'there') {
      this.held = undefined;
      this.there.read(piece);
      return this.held;
    }
    const answer = this.answer?.whole.promise;
    this.back.read(piece);
    return answer;
  }

  private hearClient(message: Message): void {
    const statement = statementOf(message);
    if (statement === undefined || statement === '') return;
    this.hasFailed = false;
    this.count(statement);
    const crossing = { statement, head: message.head };
    const before = this.find(crossing, 'before');
    if (before?.springs()) this.held = before.spring();
    if (this.find(crossing, 'after')) {
      this.answer = { to: crossing, whole: Promise.withResolvers<Verdict>() };
    }
  }

  private hearServer({ type }: Message): void {
    if (type === 'E') this.hasFailed = true;
    if (type !== 'Z') return;
    const { answer } = this;
    this.answer = undefined;
    if (!answer) return;
    const trap = this.hasFailed ? undefined : this.find(answer.to, 'after');
    answer.whole.resolve(trap?.springs() ? trap.spring() : 'pass');
  }
}

/** Watches the statements that cross a proxy to PostgreSQL, and springs fail points at them. */
export class StatementWatcher implements Tap {
  private readonly traps = new Set<Trap>();
  private readonly counts = new Map<string, number>();

  connected(): ConnectionTap {
    return new Conversation(
      (crossing, when) => [...this.traps].find((trap) => trap.fits(crossing, when)),
      (statement) => this.counts.set(statement, this.crossings(statement) + 1),
    );
  }

  /** How often the statement has been sent. */
  crossings(statement: string): number {
    return this.counts.get(statement) ?? 0;
  }

  arm(ambush: Ambush): ArmedAmbush {
    const trap = new Trap(ambush);
    this.traps.add(trap);
    return trap;
  }

  disarmAll(): void {
    for (const trap of this.traps) trap.disarm();
    this.traps.clear();
  }
}
