import { describe, expect, it, jest } from '@jest/globals';
import { MemoryTokens } from './memory-tokens.js';
import { addUnknownField } from './wire.js';

describe('the suite’s wire', () => {
  it.each(['{"a":1}', '{}', ' { "a" : { } } '])('adds a field to %s and stays JSON', (json) => {
    expect(JSON.parse(addUnknownField(json))).toEqual({
      ...(JSON.parse(json) as object),
      aFieldOfTomorrow: { x: [1] },
    });
  });

  it.each(['', '[1]', '<html></html>'])('leaves %j as it is', (text) => {
    expect(addUnknownField(text)).toBe(text);
  });
});

describe('the suite’s tokens', () => {
  const fresh = (value: string) => jest.fn(() => Promise.resolve({ value, expiresAt: new Date() }));

  it('are fetched once for all who ask at the same time', async () => {
    const tokens = new MemoryTokens();
    const fetch = fresh('t1');
    expect(await Promise.all([tokens.get('a', fetch), tokens.get('a', fetch)])).toEqual(['t1', 't1']);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('are fetched again once refused, and only then', async () => {
    const tokens = new MemoryTokens();
    await tokens.get('a', fresh('t1'));
    await tokens.reject('a', 'another');
    expect(await tokens.get('a', fresh('t2'))).toBe('t1');
    await tokens.reject('a', 't1');
    expect(await tokens.get('a', fresh('t2'))).toBe('t2');
  });

  it('are not kept where fetching failed', async () => {
    const tokens = new MemoryTokens();
    await expect(tokens.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await tokens.get('a', fresh('t1'))).toBe('t1');
  });
});
