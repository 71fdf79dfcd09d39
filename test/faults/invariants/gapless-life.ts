import type pg from 'pg';
import { BEGINS, STEPS } from '../simulation/model.js';
import { fewOf, type Invariant } from './invariant.js';

/** By the model, not by the engine's own table: a step that is wrong in both of the engine's places is one here still. */
const LEGAL = Object.entries(STEPS).flatMap(([from, next]) => next.map((to) => `${from} ${to}`));

/** $1: how a receipt begins, $2: how everything else does, $3: legal moves as "from to". */
const WRONG = `
  WITH story AS (
    SELECT operation_id, sequence, from_state, to_state,
      CASE (SELECT kind FROM operations o WHERE o.id = operation_id) WHEN 'receipt' THEN $1::text ELSE $2::text END AS first,
      row_number() OVER life AS expected, lag(to_state) OVER life AS previous, lead(sequence) OVER life AS next
    FROM transitions WINDOW life AS (PARTITION BY operation_id ORDER BY sequence)
  )
  SELECT format('operation %s: transition %s from %s to %s, after %s', operation_id, sequence,
    coalesce(from_state, 'nothing'), to_state, coalesce(previous, 'nothing')) AS what
  FROM story WHERE sequence <> expected OR from_state IS DISTINCT FROM previous
    OR (previous IS NULL AND to_state <> first)
    OR (previous IS NOT NULL AND from_state || ' ' || to_state <> ALL ($3::text[]))
  UNION ALL
  SELECT format('operation %s is %s at version %s, its last transition is %s to %s', o.id, o.state, o.version,
    coalesce(s.sequence::text, 'none'), coalesce(s.to_state, 'nothing'))
  FROM operations o LEFT JOIN story s ON s.operation_id = o.id AND s.next IS NULL
  WHERE s.sequence IS NULL OR s.sequence <> o.version OR s.to_state <> o.state
  UNION ALL
  SELECT format('a transition %s of operation %s, which is not there', sequence, operation_id)
  FROM story WHERE NOT EXISTS (SELECT FROM operations o WHERE o.id = operation_id)`;

export async function findBrokenLives(database: Pick<pg.Pool, 'query'>): Promise<readonly string[]> {
  const { rows } = await database.query<{ what: string }>(WRONG, [BEGINS.told, BEGINS.asked, LEGAL]);
  return rows.map(({ what }) => what);
}

export const gaplessLife: Invariant = {
  id: 'I5',
  title: 'transitions are gapless, legal and in order',
  check: async ({ database }) => fewOf(await findBrokenLives(database)),
};
