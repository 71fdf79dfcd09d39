import type pg from 'pg';
import { fewOf, type Invariant } from './invariant.js';

const WRONG = `
  SELECT CASE
    WHEN e.operation_id IS NULL THEN format('transition %s of operation %s has no event', t.sequence, t.operation_id)
    WHEN t.operation_id IS NULL THEN format('event %s of operation %s (%s) has no transition', e.sequence, e.operation_id, e.type)
    ELSE format('event %s of operation %s says %s, the transition %s', e.sequence, e.operation_id, e.type, t.to_state)
  END AS what
  FROM transitions t FULL JOIN events e ON e.operation_id = t.operation_id AND e.sequence = t.sequence
  LEFT JOIN operations o ON o.id = t.operation_id
  WHERE e.operation_id IS NULL OR t.operation_id IS NULL OR e.type IS DISTINCT FROM o.kind || '.' || t.to_state`;

export async function findUntold(database: Pick<pg.Pool, 'query'>): Promise<readonly string[]> {
  const { rows } = await database.query<{ what: string }>(WRONG);
  return rows.map(({ what }) => what);
}

export const toldOnce: Invariant = {
  id: 'I6',
  title: 'each transition has exactly one event',
  check: async ({ database }) => fewOf(await findUntold(database)),
};
