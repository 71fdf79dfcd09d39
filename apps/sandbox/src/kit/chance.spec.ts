import { describe, expect, it } from '@jest/globals';
import { chanceOf } from './chance.js';
import { PartnerFaults } from './faults.js';

const draw = (seed: string, count: number) => {
  const chance = chanceOf(seed);
  return Array.from({ length: count }, () => chance());
};

describe('chance', () => {
  it('repeats itself with the same seed, and with no other', () => {
    expect(draw('2/wave-sn', 20)).toEqual(draw('2/wave-sn', 20));
    expect(draw('2/wave-sn', 20)).not.toEqual(draw('2/mpesa-ke', 20));
  });

  it('is spread evenly from 0 to below 1', () => {
    const drawn = draw('2', 10_000);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    for (const tenth of Array.from({ length: 10 }, (_, n) => n / 10)) {
      const within = drawn.filter((one) => one >= tenth && one < tenth + 0.1);
      expect(Math.abs(within.length - 1_000)).toBeLessThan(150);
    }
  });

  it('decides which of the faults that strike by chance does, the same again with the same seed', () => {
    const struckBy = (seed: string) => {
      const faults = new PartnerFaults(chanceOf(seed));
      faults.replace([{ fault: 'slow', probability: 0.3 }]);
      return Array.from({ length: 50 }, () => faults.take(['slow'], {}) !== undefined);
    };
    expect(struckBy('31')).toEqual(struckBy('31'));
    expect(new Set(struckBy('31'))).toEqual(new Set([true, false]));
  });
});
