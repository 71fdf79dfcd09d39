import { existsSync, readFileSync } from 'node:fs';

/** The end of a log, for a person who has to know why a program died. */
export function lastLines(file: string, count = 15): string {
  if (!existsSync(file)) return '(nothing was written)';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}
