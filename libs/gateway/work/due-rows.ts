/**
 * The one way to take work: due rows are claimed in sets, passing over those that another worker holds. The claim moves
 * `due_at` past the lease and stamps who has it, so that a worker that dies gives its rows back by itself.
 */
interface DueRows {
  readonly table: 'operations' | 'callbacks' | 'events';
  /** The columns of its primary key. */
  readonly key: readonly string[];
  /** Which rows, besides being due; may use parameters after the first three. */
  readonly where: string;
  /** SQL for how many at most; by default parameter $3. */
  readonly limit?: string;
}

/**
 * Parameters of every claim: $1 the lease (uuid), $2 how long it holds (ms), $3 how many at most. The order is also what makes
 * the planner take the index of what is due, whatever it knows of the table: another one would have to be sorted. A plan is
 * made once, perhaps over empty tables, where all indexes look the same.
 */
export const dueRows = ({ table, key, where, limit = '$3::int' }: DueRows): string => `
  SELECT ${key.join(', ')} FROM ${table}
  WHERE due_at <= now() AND ${where}
  ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`;

/** What a claim writes into the rows it takes. */
export const LEASE = 'lease = $1::uuid, due_at = now() + make_interval(secs => $2::double precision / 1000)';

/** Claims due rows of a table that counts its tries; returns them whole, with the time, and whether their last owner left them. */
export function claimStatement(rows: DueRows & { readonly name: string }) {
  const { table, key } = rows;
  const sameKey = key.map((column) => `t.${column} = due.${column}`).join(' AND ');
  return {
    name: rows.name,
    text: `WITH due AS MATERIALIZED (${dueRows(rows)})
      UPDATE ${table} t SET ${LEASE}, tries = t.tries + 1 FROM due WHERE ${sameKey}
      RETURNING t.*, old.lease IS NOT NULL AS was_left, now() AS claimed_at`,
  };
}
