/**
 * Compiles unless what is compiled, and what it is compiled by, is as it was at the last time. So where nothing has changed
 * `npm start` comes up in seconds, and one suite begins directly after the other.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MARK = 'dist/.built';
const SOURCES = ['apps', 'libs', 'test', 'scripts'];
const TOOLS = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];

/** When the file was last written, in milliseconds; 0 where there is none. */
const writtenAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Of every file and folder below, so that what was taken away counts too. */
function youngest(folder: string): number {
  const within = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(writtenAt(folder), ...within.map((name) => writtenAt(join(folder, name))));
}

const changedAt = String(Math.max(...SOURCES.map(youngest), ...TOOLS.map(writtenAt)));
if (!existsSync(MARK) || readFileSync(MARK, 'utf8') !== changedAt) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  // What changed meanwhile is seen the next time.
  if (status === 0) writeFileSync(MARK, changedAt);
  process.exitCode = status ?? 1;
}
