import type pg from 'pg';
import { type Absence } from '../absences.js';
import { EXPLAINS_DOUBT, EXPLAINS_MISPASSED, EXPLAINS_NO_END, inSql } from './flags.js';
import { fewOf, type Invariant } from './invariant.js';

/** A sweep that is about to flag something is not late yet. */
const SWEEP_MS = 3_000;
/**
 * By then it is flagged, once somebody is there: a sweep waits for a second, a statement that is stuck for four, and a busy
 * machine for longer.
 */
const NOTICED_MS = 10_000;

const ENDED_BADLY = "'failed', 'cancelled', 'expired'";

/** How long nobody was there from one moment to another. */
const awayBetween = (from: string, to: string): string => `
  SELECT coalesce(sum(least(until, ${to}) - greatest(since, ${from})), interval '0') AS away
  FROM unnest($3::timestamptz[], $4::timestamptz[]) AS absence(since, until)
  WHERE since < ${to} AND until > ${from}`;

/** What ended while the partner had it, or may have had it: by then its deadline is gone, so that it is told from its life. */
const ENDED_LATE = `
  SELECT o.id, o.kind, ends.at AS ended, sent.at + make_interval(secs => ms / 1000) AS late
  FROM unnest($5::text[], $6::double precision[]) AS limits(partner, ms) JOIN operations o USING (partner)
    CROSS JOIN LATERAL (SELECT at, from_state, sequence FROM transitions t WHERE t.operation_id = o.id
      AND to_state IN ('succeeded', ${ENDED_BADLY}) ORDER BY sequence LIMIT 1) AS ends
    CROSS JOIN LATERAL (SELECT max(at) AS at FROM transitions t WHERE t.operation_id = o.id
      AND to_state = 'submitting' AND t.sequence < ends.sequence) AS sent
  WHERE ends.from_state IN ('submitting', 'pending', 'unknown')`;

/**
 * Late is also what a callback says was paid after it had failed for certain, and what no enquiry has answered since.
 * $1: milliseconds since the creation after which none may be open, or since the end after which none may be in doubt; $2:
 * milliseconds of grace after a deadline; $3 and $4: when nobody was there, from and to; $5 and $6: partners, and after how many
 * milliseconds what was sent to them is late.
 */
const OPEN = `
  SELECT format('%s %s is %s, %s s after it was asked for, and nothing flags it', kind, id, state,
    round(extract(epoch FROM now() - created_at))) AS what
  FROM operations o
  WHERE state NOT IN ('succeeded', 'failed', 'cancelled', 'expired')
    AND (created_at < now() - make_interval(secs => $1::double precision / 1000)
      OR deadline_at IS NULL OR deadline_at < now() - make_interval(secs => $2::double precision / 1000))
    AND NOT EXISTS (SELECT FROM discrepancies d WHERE d.operation_id = o.id AND d.settled_at IS NULL
      AND d.kind IN (${inSql(EXPLAINS_NO_END)}))
  UNION ALL
  SELECT format('%s %s is %s, nobody knows whether its money moved, %s s after it ended, and nothing flags it', kind, id,
    state, round(extract(epoch FROM now() - completed_at)))
  FROM operations o
  WHERE state IN ('failed', 'cancelled', 'expired') AND failure->>'moneyMoved' = 'unknown'
    AND (completed_at < now() - make_interval(secs => $1::double precision / 1000)
      OR deadline_at IS NULL OR deadline_at < now() - make_interval(secs => $2::double precision / 1000))
    AND NOT EXISTS (SELECT FROM discrepancies d WHERE d.operation_id = o.id AND d.settled_at IS NULL
      AND d.kind IN (${inSql(EXPLAINS_DOUBT)}))
  UNION ALL
  SELECT format('%s was flagged %s s after its deadline, in which nobody was there for %s s', operation_id,
    round(extract(epoch FROM opened_at - deadline)), round(extract(epoch FROM away)))
  FROM (SELECT *, (details->>'deadline')::timestamptz AS deadline FROM discrepancies) AS d
    CROSS JOIN LATERAL (${awayBetween('deadline', 'opened_at')}) AS absences
  WHERE kind = 'unresolved_past_deadline' AND opened_at > deadline + away + interval '${NOTICED_MS} ms'
  UNION ALL
  SELECT format('%s %s ended %s s after it was late, in which nobody was there for %s s, and nothing flagged it', kind, id,
    round(extract(epoch FROM ended - late)), round(extract(epoch FROM away)))
  FROM (${ENDED_LATE}) AS ends CROSS JOIN LATERAL (${awayBetween('late', 'ended')}) AS absences
  WHERE ended > late + away + interval '${NOTICED_MS} ms' AND NOT EXISTS (SELECT FROM discrepancies d
    WHERE d.operation_id = ends.id AND d.kind = 'unresolved_past_deadline')
  UNION ALL
  SELECT format('receipt %s is %s and its credit %s is %s, %s s after it was announced, and nothing flags it', r.id, r.state,
    c.id, c.state, round(extract(epoch FROM now() - r.created_at)))
  FROM passing_on p JOIN operations r ON r.id = p.receipt_id JOIN operations c ON c.id = p.credit_id
  WHERE r.created_at < now() - make_interval(secs => $1::double precision / 1000)
    AND NOT EXISTS (SELECT FROM discrepancies d JOIN operations o ON o.id = d.operation_id
      WHERE d.settled_at IS NULL AND d.kind IN (${inSql(EXPLAINS_MISPASSED)})
        AND (o.id IN (r.id, c.id) OR o.reverses = c.id))
  UNION ALL
  SELECT format('%s %s is %s, for certain, and still flagged as late', kind, id, state)
  FROM operations o
  WHERE state IN ('succeeded', 'failed', 'cancelled', 'expired') AND failure->>'moneyMoved' IS DISTINCT FROM 'unknown'
    AND EXISTS (SELECT FROM discrepancies d WHERE d.operation_id = o.id AND d.settled_at IS NULL
      AND d.kind = 'unresolved_past_deadline')
    AND (state = 'succeeded' OR NOT (claimed_receipt IS NOT NULL OR EXISTS (SELECT FROM notices n
      WHERE n.operation_id = o.id AND n.effect = 'confirming' AND n.at >= o.completed_at)))
  UNION ALL
  SELECT format('receipt %s is %s and its credit %s is %s%s, and still flagged: %s', r.id, r.state, c.id, c.state,
    CASE WHEN back.taken THEN ', and taken back' END, d.kind)
  FROM discrepancies d JOIN operations r ON r.id = d.operation_id LEFT JOIN operations c ON c.passes_on = r.id
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM operations b WHERE b.reverses = c.id AND b.state = 'succeeded')) AS back(taken)
  WHERE d.settled_at IS NULL AND (CASE d.kind
    WHEN 'credit_not_taken_back' THEN r.state IN (${ENDED_BADLY}) AND c.state = 'succeeded' AND NOT back.taken
    -- What a switch settles against our word, nothing of ours sets right.
    WHEN 'committed_not_credited' THEN r.state IN (${ENDED_BADLY})
      OR (r.state = 'succeeded' AND (c.state IN (${ENDED_BADLY}) OR back.taken))
    ELSE true END) IS NOT TRUE`;

export async function findForgotten(
  database: Pick<pg.Pool, 'query'>,
  flaggedWithinMs: number,
  absences: readonly Absence[] = [],
  lateAfterMs: ReadonlyMap<string, number> = new Map(),
): Promise<readonly string[]> {
  const { rows } = await database.query<{ what: string }>(OPEN, [
    flaggedWithinMs + SWEEP_MS,
    SWEEP_MS,
    absences.map(({ from }) => from),
    absences.map(({ to }) => to),
    [...lateAfterMs.keys()],
    [...lateAfterMs.values()],
  ]);
  return rows.map(({ what }) => what);
}

export const endedOrFlagged: Invariant = {
  id: 'I4',
  title: 'every operation has ended, and for certain, or is flagged within its deadline, and no longer',
  check: async ({ database, flaggedWithinMs, absences, lateAfterMs }) =>
    fewOf(await findForgotten(database, flaggedWithinMs, absences, lateAfterMs)),
};
