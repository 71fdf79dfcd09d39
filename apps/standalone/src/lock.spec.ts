import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockDirectory } from './lock.js';

describe('the lock of a data directory', () => {
  let dir: string;
  let file: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'passerelle-lock-'));
    file = join(dir, 'passerelle.lock');
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  it('is ours until we give it back', () => {
    const unlock = lockDirectory(dir);
    expect(readFileSync(file, 'utf8')).toBe(`${process.pid}\n`);
    unlock();
    expect(existsSync(file)).toBe(false);
  });

  it('names the running process that holds it', () => {
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)', 'standalone/src/main.js']);
    try {
      writeFileSync(file, String(other.pid));
      expect(() => lockDirectory(dir)).toThrow(`(process ${String(other.pid)})`);
    } finally {
      other.kill();
    }
  });

  it.each([
    ['of a process that ended', '999999999'],
    ['whose number is an unrelated process by now', String(process.ppid)],
    ['that holds nonsense', 'nonsense'],
  ])('%s is taken over', (_, content) => {
    writeFileSync(file, content);
    lockDirectory(dir)();
    expect(existsSync(file)).toBe(false);
  });
});
