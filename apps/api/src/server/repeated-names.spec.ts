import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { repeatedName } from './repeated-names.js';

const repeated = (text: string) => repeatedName(text, JSON.parse(text));

describe('a name that an object has twice', () => {
  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"a":{"b":1,"c":2,"b":3}}', ['a', 'b']],
    ['{"a":[0,{"b":1},{"b":1 , "b" : [1]}]}', ['a', 2, 'b']],
    ['{"a":[{"a":":"},[1,2]],"\\u0061":2}', ['a']],
    ['{"a":"\\\\","a":"\\"\\\\\\"a\\":"}', ['a']],
    ['[{"a":1},{"a":1,"b":{},"b":{}}]', [1, 'b']],
    ['{"":1,"":2}', ['']],
    ['{"a~/b":1,"a~/b":2}', ['a~/b']],
  ])('%s', (text, path) => {
    expect(repeated(text)).toEqual(path);
  });

  it.each(['1', '"a:b"', 'null', '[]', '{}', '{"a":{"a":{"a":":"}}}', '{"a":"\\":{,","b":"a"}'])(
    'is not in %s',
    (text) => {
      expect(repeated(text)).toBeNull();
    },
  );

  it('is in nothing that was written from a value, however nested and spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, spaces) => {
        const text = JSON.stringify(value, null, spaces);
        // JSON.parse makes a name of its own of this one.
        if (!text.includes('__proto__')) expect(repeated(text)).toBeNull();
      }),
    );
  });

  it('is found wherever it is put', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, name) => {
        const inner = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
        expect(repeated(`{"x":[{${inner},${inner}}]}`)).toEqual(['x', 0, name]);
      }),
    );
  });

  it('is looked for in the deepest nesting that a body can have', () => {
    const deep = 30_000;
    expect(repeated(`${'['.repeat(deep)}{"a":1,"a":2}${']'.repeat(deep)}`)).toHaveLength(deep + 1);
  });
});
