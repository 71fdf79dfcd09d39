import { fewOf, type Invariant } from './invariant.js';
import { type LogLine } from './log-watch.js';

/** How the suite ends PostgreSQL: `immediate` is SIGQUIT, and what does not go by itself then is killed. */
const PLAYED_SIGNALS = '3|9';

/** In what PostgreSQL writes itself, after time and process: statements and messages of clients may hold any word. */
const TROUBLE = new RegExp(
  [
    String.raw`\] PANIC: `,
    String.raw`\] ERROR: +deadlock detected`,
    String.raw`\] LOG: .* was terminated by signal (?!(?:${PLAYED_SIGNALS})\b)\d+`,
  ].join('|'),
);

const PROCESS = / \[(\d+)\] /;
/** What it was about: that of an error, or of the process that crashed. */
const STATEMENT = /(?<=\] )(?:STATEMENT|DETAIL): .*/;
const LONGEST = 600;

/** One message with all of its lines. */
interface Entry {
  readonly file: string;
  text: string;
}

/** Further lines of a message begin with a tab. */
function entriesOf(lines: readonly LogLine[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { file, text } of lines) {
    const last = entries.at(-1);
    if (text.startsWith('\t') && last) last.text += ` ${text.trim()}`;
    else entries.push({ file, text });
  }
  return entries;
}

const processOf = ({ text }: Entry): string | undefined => PROCESS.exec(text)?.[1];

/** @returns a sentence for each trouble that nobody has played, with the statement that was in it */
export function findTrouble(lines: readonly LogLine[]): readonly string[] {
  const entries = entriesOf(lines);
  return entries.flatMap((entry, at) => {
    if (!TROUBLE.test(entry.text)) return [];
    const next = entries[at + 1];
    const isItsOwn = next && processOf(next) === processOf(entry);
    const statement = isItsOwn ? (STATEMENT.exec(next.text)?.[0] ?? '') : '';
    return [`${entry.file}: ${entry.text} ${statement}`.slice(0, LONGEST).trim()];
  });
}

export const soundPostgres: Invariant = {
  id: 'I8',
  title: 'PostgreSQL dies of nothing but what is played, and sees no deadlock',
  check: ({ postgresLog }) => Promise.resolve(fewOf(findTrouble(postgresLog.newLines()))),
};
