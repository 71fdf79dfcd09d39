import { fewOf, type Invariant } from './invariant.js';
import { type LogLine } from './log-watch.js';

/** Shorter values are words, and stand in any log. */
const SHORTEST_SECRET = 8;

/** A whole number of a customer in one of the countries whose partners there are, however it is written, also as at home. */
const MSISDN = /(?<![0-9A-Za-z._-])(?:(?:\+|%2B|00)?(?:221|254)|0)?7\d{8}(?![0-9A-Za-z_-])/;

/** What lets somebody in, whoever issued it: two halves of a header, or a signed token. */
const CREDENTIALS = /\b(?:Basic|Bearer)\s+[\w+/.~=-]{20,}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}/i;

const EXCERPT = { before: 60, after: 20 };

/** A secret of several lines (a PEM key) is looked for line by line, without its frame. */
export const secretValues = (values: readonly string[]): readonly string[] => [
  ...new Set(
    values
      .flatMap((value) => value.split(/\r?\n/))
      .map((line) => line.trim())
      .filter((line) => line.length >= SHORTEST_SECRET && !line.startsWith('-----')),
  ),
];

/** What of the base64 of a text depends on this value alone, wherever it stands in that text: in three ways. */
const inBase64 = (value: string): readonly string[] =>
  [0, 1, 2].map((before) => {
    const bytes = Buffer.from('\0'.repeat(before) + value);
    const whole = bytes.toString('base64');
    return whole.slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });

const anyOf = (values: readonly string[]): RegExp | undefined =>
  values.length === 0
    ? undefined
    : new RegExp(values.map((value) => value.replaceAll(/[^\w]/g, String.raw`\$&`)).join('|'));

const told = ({ file, text }: LogLine, what: string, at: number): string =>
  `${file} shows ${what} after "…${text.slice(Math.max(0, at - EXCERPT.before), at)}"`;

/** @returns a sentence for each line that shows a secret, credentials or somebody's whole number */
export function findLeaks(lines: readonly LogLine[], secrets: readonly string[]): readonly string[] {
  const anySecret = anyOf(secretValues(secrets).flatMap((value) => [value, ...inBase64(value)]));
  return lines.flatMap((line) => {
    const secretAt = anySecret ? line.text.search(anySecret) : -1;
    const numberAt = line.text.search(MSISDN);
    const credentialsAt = line.text.search(CREDENTIALS);
    return [
      ...(secretAt === -1 ? [] : [told(line, 'a secret', secretAt)]),
      ...(numberAt === -1 ? [] : [told(line, 'a whole MSISDN', numberAt)]),
      ...(credentialsAt === -1 ? [] : [told(line, 'credentials', credentialsAt)]),
    ];
  });
}

export const silentLogs: Invariant = {
  id: 'I7',
  title: 'no log shows a secret, credentials or a whole MSISDN',
  check: ({ logs, secrets }) => Promise.resolve(fewOf(findLeaks(logs.newLines(), secrets))),
};
