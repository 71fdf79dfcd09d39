import { describe, expect, it } from '@jest/globals';
import { type FastifyRequest } from 'fastify';
import { headersOf, pathAfterKey } from './callback-body.js';

describe('a callback as it came', () => {
  it.each([
    ['/callbacks/key/stk/1', 'stk/1'],
    ['/callbacks/key/stk/1/?a=b', 'stk/1'],
    ['/callbacks/key//stk//1', 'stk//1'],
    ['/callbacks/key', ''],
    ['/callbacks/key/', ''],
    ['/callbacks/key?x=/y', ''],
    ['/callbacks/key/a%00b', 'a%00b'],
  ])('at %s is about "%s"', (url, path) => {
    expect(pathAfterKey(url)).toBe(path);
  });

  it('has the headers that were sent, repeated ones together', () => {
    const rawHeaders = ['Content-Type', 'text/xml', 'X-A', '1', 'x-a', '2'];
    expect(headersOf({ raw: { rawHeaders } } as unknown as FastifyRequest)).toEqual({
      'content-type': 'text/xml',
      'x-a': '1, 2',
    });
  });
});
