import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Disturb } from './steps.js';
import { anyWalk, MOST_STEPS } from './walk.js';

const SAMPLE = { numRuns: 300, seed: 1 };

describe('a walk', () => {
  it('in bad weather is disturbed early, and has something to be disturbed', () => {
    for (const walk of fc.sample(anyWalk(true, MOST_STEPS), SAMPLE)) {
      const half = walk.slice(0, Math.floor(walk.length / 2));
      expect(half.filter((step) => step instanceof Disturb).length).toBeGreaterThanOrEqual(3);
      expect(walk[0]).not.toBeInstanceOf(Disturb);
      expect(walk.length).toBeLessThanOrEqual(MOST_STEPS);
    }
  });

  it('in fair weather is not disturbed', () => {
    for (const walk of fc.sample(anyWalk(false, MOST_STEPS), SAMPLE)) {
      expect(walk.filter((step) => step instanceof Disturb)).toEqual([]);
    }
  });
});
