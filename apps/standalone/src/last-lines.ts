import { existsSync, readFileSync } from 'node:fs';

const COUNT = 15;

/** pino's `info` and below, as our programs write it. */
const EVERYDAY = /^\{"level":[123]0,/;

/**
 * The end of a log, for a person who has to know why a program died. What it wrote on the error stream may stand
 * before everyday lines that were written later, so that those are left out where there is anything else.
 */
export function lastLines(file: string): string {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const telling = lines.filter((line) => line !== '' && !EVERYDAY.test(line));
  const end = (telling.length > 0 ? telling : lines).slice(-COUNT).join('\n');
  return end === '' ? '(nothing was written)' : end;
}
