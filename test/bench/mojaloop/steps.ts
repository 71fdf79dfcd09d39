import { type Stage } from './stage.js';

/** Milliseconds, at the median, from one commit to the next. */
export interface Step {
  readonly name: string;
  readonly p50: number;
}

/**
 * From each transition to the next one, by the database's clock; from the last to where its event is told. `submitting`
 * is the scheme adapter's own time, and that of writing down what it said.
 */
const STEPS = `
  WITH told AS (
    SELECT t.operation_id, t.sequence, t.to_state, t.at,
      lead(t.at) OVER story AS next_at, lead(t.to_state) OVER story AS next_state
    FROM transitions t JOIN operations o ON o.id = t.operation_id
    WHERE o.state = 'succeeded' AND o.created_at >= $1 AND o.completed_at < $2
    WINDOW story AS (PARTITION BY t.operation_id ORDER BY t.sequence)
  )
  SELECT sequence, to_state || ' → ' || coalesce(next_state, 'told') AS name,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM coalesce(next_at, e.published_at) - told.at) * 1000)
      AS p50
  FROM told JOIN events e USING (operation_id, sequence)
  GROUP BY 1, 2 ORDER BY 1`;

/** What operations of that time spent theirs on. */
export async function readSteps({ stack }: Stage, from: Date, until: Date): Promise<Step[]> {
  const { rows } = await stack.database.query<Step>(STEPS, [from, until]);
  return rows.map(({ name, p50 }) => ({ name, p50 }));
}
