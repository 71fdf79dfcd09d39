import { type Clock } from '#domain';
import { NoAnswer, type Reply, type StatementPage, UnreadableAnswer } from '#partner-kit';
import { type WaveClient } from './wave.client.js';
import { noAnswerOf } from './wave.errors.js';
import { toStatementLine } from './wave.listings.js';
import { isSuccess, read, type WaveRow, WaveStatement } from './wave.wire.js';

const DAY_MS = 86_400_000;

/** A day with more pages than this is not searched for one row. */
const MOST_PAGES = 200;

interface RawPage {
  readonly rows: readonly WaveRow[];
  readonly next: string | null;
}

/** @throws NoAnswer, UnreadableAnswer (also where the pages would never end), ZodError */
function toPage(reply: Reply, cursor: string | null): RawPage {
  if (!isSuccess(reply)) throw noAnswerOf(reply);
  const { page_info: page, items: rows } = read(WaveStatement, reply);
  if (!page.has_next_page) return { rows, next: null };
  if (page.end_cursor === null || page.end_cursor === cursor) {
    throw new UnreadableAnswer('page_info.end_cursor: does not lead on');
  }
  return { rows, next: page.end_cursor };
}

export function toStatementPage(reply: Reply, cursor: string | null): StatementPage {
  const { rows, next } = toPage(reply, cursor);
  return { lines: rows.map(toStatementLine), next };
}

/** The first row of that UTC day that fits; null where there is none. */
export async function findRow(
  client: WaveClient,
  day: string,
  fits: (row: WaveRow) => boolean,
): Promise<WaveRow | null> {
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page: RawPage = toPage(await client.listTransactions(day, cursor), cursor);
    const row = page.rows.find(fits);
    if (row) return row;
    if (page.next === null) return null;
    cursor = page.next;
  }
  throw new NoAnswer('the statement of one day has too many pages');
}

/** "2026-11-20", the UTC day of that moment. */
const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** The UTC days from one moment to another, newest first, at most so many. */
export function daysBetween(from: Date, to: Date, most: number): string[] {
  const first = dayOf(from);
  const days: string[] = [];
  for (let at = to; days.length < most; at = new Date(at.getTime() - DAY_MS)) {
    days.push(dayOf(at));
    if (dayOf(at) <= first) break;
  }
  return days;
}

/**
 * The days on which something that was made at that moment can have been booked, newest first: the first four, however
 * long ago. Of days that are never looked at, "not found" would say nothing.
 */
export const daysFrom = (moment: Date, clock: Clock): string[] => {
  const last = Math.min(clock.now().getTime(), moment.getTime() + 3 * DAY_MS);
  return daysBetween(moment, new Date(last), 4);
};

/** Webhooks are repeated for three days: what one tells of was booked on the day of its arrival or up to three before. */
export const daysBefore = (moment: Date): string[] =>
  daysBetween(new Date(moment.getTime() - 3 * DAY_MS), moment, 4);
