import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyWish } from './traffic.js';

const SAMPLE = { numRuns: 2_000, seed: 1 };

describe('wishes', () => {
  it('are of every sort, and whoever is asked says each thing that can be said', () => {
    const wishes = fc.sample(anyWish, SAMPLE);
    expect(new Set(wishes.map(({ is }) => is))).toEqual(
      new Set(['pay', 'transfer', 'bring', 'repeat', 'cancel', 'giveBack']),
    );
    const orders = wishes.filter((wish) => 'copies' in wish);
    expect(new Set(orders.map(({ says }) => says))).toEqual(
      new Set(['yes', 'no to party', 'no to quote', 'nothing', undefined]),
    );
    expect(new Set(orders.map(({ copies }) => copies))).toEqual(new Set([1, 4]));
  });

  it('are also of numbers by which the sandbox misbehaves', () => {
    const orders = fc.sample(anyWish, SAMPLE).filter((wish) => 'copies' in wish);
    const odd = orders.filter(({ msisdn }) => msisdn !== undefined);
    expect(odd.length).toBeGreaterThan(orders.length / 10);
    expect(odd.length).toBeLessThan(orders.length * 0.9);
  });
});
