import { createHash } from 'node:crypto';

/** Chance that repeats itself: the same seed, the same draws. SplitMix64. */
export class Random {
  private state: bigint;

  constructor(readonly seed: string) {
    this.state = createHash('sha256').update(seed).digest().readBigUInt64LE();
  }

  /** Chance of its own for a part of the run, whatever the other parts have drawn. */
  fork(name: string): Random {
    return new Random(`${this.seed}/${name}`);
  }

  /** Both ends included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    if (list.length === 0) throw new Error('there is nothing to pick from');
    return list[this.integer(0, list.length - 1)] as T;
  }

  /** @param probability 0 to 1 */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.integer(0, 255)));
  }

  /** The same things in another order. */
  shuffle<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, rank: this.fraction() }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ item }) => item);
  }

  /** From 0, below 1. */
  private fraction(): number {
    this.state = BigInt.asUintN(64, this.state + 0x9e3779b97f4a7c15n);
    let mixed = this.state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return Number((mixed ^ (mixed >> 31n)) >> 11n) / 2 ** 53;
  }
}
