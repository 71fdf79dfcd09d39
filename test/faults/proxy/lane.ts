import { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Direction } from './misbehaviour.js';
import { type Strike } from './strike.js';
import { type ConnectionTap } from './tap.js';

/** What a lane needs of its connection. */
export interface Surroundings {
  readonly strikes: readonly Strike[];
  readonly tap: ConnectionTap | undefined;
  /** What this direction waits for now. */
  readonly barrier: (direction: Direction) => Promise<void> | undefined;
  readonly passed: (direction: Direction, bytes: number) => void;
  /** Both ends at once, with an RST. */
  readonly reset: () => void;
}

/** One direction of a connection: what arrives at one socket leaves at the other, in order. */
export class Lane {
  private tail: Promise<void> = Promise.resolve();
  private waiting = 0;
  private isSilent = false;

  constructor(
    private readonly direction: Direction,
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly around: Surroundings,
  ) {
    from.on('data', (piece: Buffer) => {
      this.receive(piece);
    });
    from.on('end', () => {
      this.inOrder(() => {
        if (!this.isSilent) to.end();
      });
    });
    to.on('drain', () => from.resume());
  }

  /** Somebody waits for bytes that will not come, or not yet. */
  get isStuck(): boolean {
    return this.isSilent || this.waiting > 0;
  }

  private receive(piece: Buffer): void {
    const held = this.around.tap?.hear(this.direction, piece);
    const barrier = this.around.barrier(this.direction);
    const delayMs = this.around.strikes.reduce((sum, strike) => sum + strike.delayMs(this.direction), 0);
    if (held === undefined && barrier === undefined && delayMs === 0) {
      this.inOrder(() => {
        this.deliver(piece);
      });
      return;
    }
    const due = performance.now() + delayMs;
    this.waits(async () => {
      const verdict = await held;
      if (verdict === 'drop') {
        this.around.reset();
        return;
      }
      await barrier;
      await sleep(Math.max(0, due - performance.now()));
      this.deliver(piece);
    });
  }

  /** At once, where nothing is waiting. */
  private inOrder(work: () => void): void {
    if (this.waiting === 0) work();
    else this.waits(() => Promise.resolve().then(work));
  }

  private waits(work: () => Promise<void>): void {
    this.waiting += 1;
    this.tail = this.tail.then(work).finally(() => {
      this.waiting -= 1;
    });
  }

  private deliver(whole: Buffer): void {
    if (this.isSilent || this.to.destroyed) return;
    let piece = whole;
    for (const strike of this.around.strikes) {
      const passage = strike.apply(this.direction, piece);
      piece = passage.piece;
      if (passage.then !== 'nothing') {
        this.write(piece);
        this.finish(passage.then);
        return;
      }
    }
    this.write(piece);
  }

  private write(piece: Buffer): void {
    if (piece.length === 0) return;
    this.around.passed(this.direction, piece.length);
    if (!this.to.write(piece)) this.from.pause();
  }

  private finish(how: 'reset' | 'end' | 'silence'): void {
    this.isSilent = true;
    if (how === 'end') this.to.end();
    // What was written just now has to leave first.
    if (how === 'reset') this.to.write(Buffer.alloc(0), this.around.reset);
  }
}
