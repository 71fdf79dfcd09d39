import { describe, expect, it } from '@jest/globals';
import { STATEMENTS } from '../faults/simulation/weather.js';
import { read, tracked } from './tree.js';

const inFiles = (under: string, pattern: RegExp): readonly string[] =>
  tracked
    .filter((path) => path.startsWith(under) && path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .flatMap((path) => [...read(path).matchAll(pattern)].map(([, name = '']) => name));

/** A fail point at a statement that nobody sends would never strike, and nobody would hear of it. */
describe('the statements that the fault suite strikes at', () => {
  const sent = new Set(inFiles('libs/', /\bname: '([a-z-]+)'/g));
  const struck = new Set([
    ...Object.values(STATEMENTS).flat(),
    ...inFiles('test/faults/scenarios/', /\bstatement: '([a-z-]+)'/g),
  ]);

  it.each([...struck])('%s is sent', (name) => {
    expect([...sent]).toContain(name);
  });
});
