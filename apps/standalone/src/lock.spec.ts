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
    const lock = lockDirectory(dir);
    expect(readFileSync(file, 'utf8')).toBe(`${process.pid}\n`);
    expect(lock.takenOver).toBe(false);
    lock.release();
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
    ['of a process that ended', '999999999', true],
    ['whose number is an unrelated process by now', String(process.ppid), true],
    ['that holds nonsense', 'nonsense', false],
  ])('%s is taken over', (_, content, readable) => {
    writeFileSync(file, content);
    const lock = lockDirectory(dir);
    expect(lock.takenOver).toBe(readable);
    lock.release();
    expect(existsSync(file)).toBe(false);
  });
});
