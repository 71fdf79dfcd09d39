import { describe, expect, it } from '@jest/globals';
import { type Config } from '../config.js';
import { waitSecondsOf } from './prefer.js';

const config = { api: { waitMaxMs: 60_000 } } as Config;

describe('a preference to wait', () => {
  it.each([
    ['wait=20', 20],
    ['respond-async, wait=10', 10],
    ['respond-async; wait = "7"', 7],
    ['WAIT=3', 3],
    ['wait=0', 0],
    ['wait=9999', 60],
  ])('"%s" is %d seconds', (header, seconds) => {
    expect(waitSecondsOf(header, config)).toBe(seconds);
  });

  it.each(['respond-async', 'wait', 'wait=soon', 'await=5', 'wait=-1'])('"%s" asks for none', (header) => {
    expect(waitSecondsOf(header, config)).toBeNull();
  });

  it('may come in several headers, or not at all', () => {
    expect(waitSecondsOf(['return=minimal', 'wait=4'], config)).toBe(4);
    expect(waitSecondsOf(undefined, config)).toBeNull();
  });
});
