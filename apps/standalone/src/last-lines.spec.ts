import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lastLines } from './last-lines.js';

describe('the end of a log', () => {
  let file: string;

  beforeAll(() => {
    file = join(mkdtempSync(join(tmpdir(), 'passerelle-log-')), 'api.log');
  });
  afterAll(() => {
    rmSync(join(file, '..'), { recursive: true });
  });

  const endOf = (lines: string[]): string => {
    writeFileSync(file, `${lines.join('\n')}\n`);
    return lastLines(file);
  };
  const info = '{"level":30,"msg":"ready"}';

  it('leaves everyday lines out where something else was said', () => {
    expect(endOf([info, 'Error: oh', '    at here', info, info])).toBe('Error: oh\n    at here');
    expect(endOf(['{"level":50,"msg":"oh"}', info])).toBe('{"level":50,"msg":"oh"}');
  });

  it('is what there is otherwise', () => {
    expect(endOf([info, info])).toBe(`${info}\n${info}`);
    expect(endOf([''])).toBe('(nothing was written)');
    expect(lastLines(`${file}.none`)).toBe('(nothing was written)');
  });
});
