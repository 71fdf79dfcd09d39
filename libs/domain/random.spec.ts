import { describe, expect, it } from '@jest/globals';
import { newId } from './ids.js';
import { randomBytes } from './random.js';

describe('random bytes', () => {
  it('are never the same, over many blocks', () => {
    const seen = new Set(Array.from({ length: 5_000 }, () => randomBytes(16).toString('hex')));
    expect(seen.size).toBe(5_000);
  });

  it('are as many as asked for, and not for more than ids', () => {
    expect([1, 8, 16, 4_096].map((count) => randomBytes(count).length)).toEqual([1, 8, 16, 4_096]);
    expect(() => randomBytes(4_097)).toThrow('not for an id');
  });

  it('do not change under the hands of who has them', () => {
    const first = randomBytes(16);
    const before = first.toString('hex');
    for (let n = 0; n < 1_000; n += 1) randomBytes(16);
    expect(first.toString('hex')).toBe(before);
  });
});

describe('ids of one millisecond', () => {
  it('are all different', () => {
    const now = new Date('2026-11-20T09:00:00Z');
    expect(new Set(Array.from({ length: 10_000 }, () => newId(now))).size).toBe(10_000);
  });
});
