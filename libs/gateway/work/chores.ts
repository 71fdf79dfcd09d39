import { isTerminal, OPERATION_STATES } from '#domain';
import { type Database } from '#platform';

/** Two months of slack for a job that fails. */
const MONTHS_AHEAD = 2;
const AT_ONCE = 5_000;

/** Outside of a transaction: it commits table by table. */
const MAKE = { name: 'month-partitions', text: 'CALL make_month_partitions(now(), $1, 0)' };

/** Both of what was asked and of what was answered late. */
const REMOVE_READINGS = {
  name: 'balance-readings-remove',
  text: `WITH removed AS (
    DELETE FROM balance_readings WHERE id IN (SELECT id FROM balance_readings
      WHERE greatest(asked_at, answered_at) < now() - make_interval(secs => $1::double precision / 1000) LIMIT $2)
    RETURNING 1
  ) SELECT count(*)::int AS count FROM removed`,
};

/** So long after its end a price may still be looked at by whoever asks why. */
const REMOVE_QUOTES = {
  name: 'inbound-quotes-remove',
  text: `WITH removed AS (
    DELETE FROM inbound_quotes WHERE (transfer, quote, partner) IN (SELECT transfer, quote, partner FROM inbound_quotes
      WHERE expires_at < now() - interval '30 days' LIMIT $1)
    RETURNING 1
  ) SELECT count(*)::int AS count FROM removed`,
};

/** What was told so long ago, and of what has ended: what is owed, also again just now, or open is kept. The oldest first, by their ids. */
const REMOVE_ANSWERS = {
  name: 'inbound-answers-remove',
  text: `WITH removed AS (
    DELETE FROM inbound_answers WHERE operation_id IN (SELECT a.operation_id FROM inbound_answers a
      WHERE a.due_at IS NULL AND greatest(a.owed_at, a.told_at) < now() - interval '30 days'
        AND NOT EXISTS (SELECT FROM operations o WHERE o.id = a.operation_id AND o.state = ANY ($1::text[]))
      ORDER BY a.operation_id LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING 1
  ) SELECT count(*)::int AS count FROM removed`,
};
const OPEN_STATES = OPERATION_STATES.filter((state) => !isTerminal(state));

/** Sees to it that every month has its partitions before it begins. */
export async function makePartitions(database: Database): Promise<string | null> {
  const [row] = await database.query<{ made: number }>(MAKE, [MONTHS_AHEAD]);
  return row && row.made > 0 ? `${String(row.made)} month partitions made` : null;
}

/** Removes the balances that are older than that. */
export const removeOldReadings = (database: Database, keptMs: number): Promise<string | null> =>
  removeAll(database, REMOVE_READINGS, [keptMs, AT_ONCE], 'old balance readings');

/** Removes prices that nobody can pay by any more. */
export const removeOldQuotes = (database: Database): Promise<string | null> =>
  removeAll(database, REMOVE_QUOTES, [AT_ONCE], 'old quotes');

/** Removes what partners were told of transfers that have ended. */
export const removeOldAnswers = (database: Database): Promise<string | null> =>
  removeAll(database, REMOVE_ANSWERS, [OPEN_STATES, AT_ONCE], 'old answers');

/** Some at a time. */
async function removeAll(
  database: Database,
  statement: typeof REMOVE_READINGS,
  values: readonly unknown[],
  what: string,
): Promise<string | null> {
  let removed = 0;
  for (;;) {
    const [row] = await database.query<{ count: number }>(statement, values);
    const count = row?.count ?? 0;
    removed += count;
    if (count < AT_ONCE) return removed > 0 ? `${String(removed)} ${what} removed` : null;
  }
}
