import { type Direction } from './misbehaviour.js';

/** Whether what was held goes on; `drop`: the connection is reset instead. */
export type Verdict = 'pass' | 'drop';

/** Listens to one connection. Every piece is heard at once and in order, even while an earlier one is held. */
export interface ConnectionTap {
  /** @returns a promise to hold this piece, and what comes after it in this direction, until it resolves */
  hear(direction: Direction, piece: Buffer): Promise<Verdict> | undefined;
}

/** Listens to all connections of a proxy. */
export interface Tap {
  connected(): ConnectionTap;
}
