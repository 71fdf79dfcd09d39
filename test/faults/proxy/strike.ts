import { type Random } from '../random.js';
import { type Direction, type Misbehaviour } from './misbehaviour.js';

/** One misbehaviour of a proxy, over all its connections. */
export class Affliction {
  private met = 0;

  constructor(
    readonly what: Misbehaviour,
    private readonly random: Random,
    private readonly onStrike: () => void,
  ) {}

  /** Whether a connection that it would meet now is struck; counted when it is. */
  takes(): boolean {
    const { count = Infinity, probability = 1 } = this.what;
    if (this.met >= count || !this.random.chance(probability)) return false;
    this.met += 1;
    this.onStrike();
    return true;
  }

  delayMs(): number {
    const { latencyMs = 0, jitterMs = 0 } = this.what;
    return latencyMs + (jitterMs === 0 ? 0 : this.random.integer(0, jitterMs));
  }
}

/** What a strike leaves of a piece. `then`: what happens to the connection after it has passed. */
export interface Passage {
  readonly piece: Buffer;
  readonly then: 'nothing' | 'reset' | 'end' | 'silence';
}

/** A misbehaviour as one connection has it. It meets the connection with the first piece in its direction. */
export class Strike {
  private isActive: boolean | undefined;
  private readonly passed = { there: 0, back: 0 };

  constructor(readonly affliction: Affliction) {}

  delayMs(direction: Direction): number {
    return this.meets(direction) ? this.affliction.delayMs() : 0;
  }

  apply(direction: Direction, piece: Buffer): Passage {
    if (!this.meets(direction)) return { piece, then: 'nothing' };
    const { reset, halfClose, truncateAfterBytes, blackHoleAfterBytes } = this.affliction.what;
    if (reset) return { piece: piece.subarray(0, 0), then: 'reset' };
    if (halfClose) return { piece: piece.subarray(0, 0), then: 'end' };
    const room = Math.min(truncateAfterBytes ?? Infinity, blackHoleAfterBytes ?? Infinity);
    const left = room - this.passed[direction];
    this.passed[direction] += piece.length;
    if (piece.length < left) return { piece, then: 'nothing' };
    return { piece: piece.subarray(0, left), then: truncateAfterBytes === room ? 'reset' : 'silence' };
  }

  private meets(direction: Direction): boolean {
    const { direction: wanted = 'both', refuse } = this.affliction.what;
    if (refuse || (wanted !== 'both' && wanted !== direction)) return false;
    return (this.isActive ??= this.affliction.takes());
  }
}
