import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What is made and not kept; for a tree that came without git. */
const MADE = new Set(['.git', 'node_modules', 'dist', '.passerelle', '.cache', 'coverage']);

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (MADE.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

function listTracked(): string[] {
  try {
    const git = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
    // A file that is deleted and not yet committed so is not there to be read.
    return git.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
  } catch {
    return filesUnder('');
  }
}

/** Every file that git keeps, relative to the root. */
export const tracked: readonly string[] = listTracked();

export const withExtension = (...extensions: readonly string[]): readonly string[] =>
  tracked.filter((path) => extensions.includes(extname(path)));

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export const exists = (path: string): boolean => existsSync(join(ROOT, path));

/** The lines of a text that hold something, each with where it is: "docs/api.md:12: …". */
export const linesWith = (path: string, pattern: RegExp): string[] =>
  read(path)
    .split('\n')
    .flatMap((line, n) => (pattern.test(line) ? [`${path}:${String(n + 1)}: ${line.trim()}`] : []));
