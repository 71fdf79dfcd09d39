import { canMove, FIRST_STATES, OPERATION_STATES } from '#domain';
import type pg from 'pg';
import { fewOf, type Invariant } from './invariant.js';

const LEGAL = OPERATION_STATES.flatMap((from) =>
  OPERATION_STATES.filter((to) => canMove(from, to)).map((to) => `${from} ${to}`),
);

/** $1: first states, $2: legal moves as "from to". */
const WRONG = `
  WITH story AS (
    SELECT operation_id, sequence, from_state, to_state,
      row_number() OVER life AS expected, lag(to_state) OVER life AS previous, lead(sequence) OVER life AS next
    FROM transitions WINDOW life AS (PARTITION BY operation_id ORDER BY sequence)
  )
  SELECT format('operation %s: transition %s from %s to %s, after %s', operation_id, sequence,
    coalesce(from_state, 'nothing'), to_state, coalesce(previous, 'nothing')) AS what
  FROM story WHERE sequence <> expected OR from_state IS DISTINCT FROM previous
    OR (previous IS NULL AND to_state <> ALL ($1::text[]))
    OR (previous IS NOT NULL AND from_state || ' ' || to_state <> ALL ($2::text[]))
  UNION ALL
  SELECT format('operation %s is %s at version %s, its last transition is %s to %s', o.id, o.state, o.version,
    coalesce(s.sequence::text, 'none'), coalesce(s.to_state, 'nothing'))
  FROM operations o LEFT JOIN story s ON s.operation_id = o.id AND s.next IS NULL
  WHERE s.sequence IS NULL OR s.sequence <> o.version OR s.to_state <> o.state
  UNION ALL
  SELECT format('a transition %s of operation %s, which is not there', sequence, operation_id)
  FROM story WHERE NOT EXISTS (SELECT FROM operations o WHERE o.id = operation_id)`;

export async function findBrokenLives(database: Pick<pg.Pool, 'query'>): Promise<readonly string[]> {
  const { rows } = await database.query<{ what: string }>(WRONG, [FIRST_STATES, LEGAL]);
  return rows.map(({ what }) => what);
}

export const gaplessLife: Invariant = {
  id: 'I5',
  title: 'transitions are gapless, legal and in order',
  check: async ({ database }) => fewOf(await findBrokenLives(database)),
};
