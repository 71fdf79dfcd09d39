/**
 * A receipt and its credit, of which something is flagged, and which agree by now: the money came, the customer has it, and
 * nothing has taken it back or may yet; or it did not come, and the credit is back. By how they stand, whoever has looked. What
 * a switch has settled against our word is not among it: that no operation of ours sets right. $1: credits.
 */
export const EVENED = {
  name: 'discrepancies-evened',
  text: `WITH even AS MATERIALIZED (
    SELECT r.id::text AS subject, r.state = 'succeeded' AS came
    FROM operations c JOIN operations r ON r.id = c.passes_on CROSS JOIN LATERAL (
      SELECT coalesce(bool_or(b.state = 'succeeded'), false) AS taken, coalesce(bool_or(
          b.state NOT IN ('failed', 'cancelled', 'expired') OR b.failure->>'moneyMoved' = 'unknown'), false) AS possible
      FROM operations b WHERE b.reverses = c.id) AS back
    WHERE c.id = ANY ($1::uuid[]) AND c.state = 'succeeded'
      AND CASE WHEN r.state = 'succeeded' THEN NOT back.possible
        ELSE r.state IN ('failed', 'cancelled', 'expired') AND back.taken END
  ), flagged AS MATERIALIZED (
    SELECT d.id, even.came FROM even JOIN discrepancies d ON d.subject = even.subject AND d.settled_at IS NULL
      AND d.kind = CASE WHEN even.came THEN 'committed_not_credited' ELSE 'credit_not_taken_back' END
    ORDER BY d.id FOR UPDATE OF d
  )
  UPDATE discrepancies d SET settled_at = now(), settled_by = 'rule',
    note = CASE WHEN flagged.came THEN 'the credit has been paid after all' ELSE 'the credit has been taken back' END
  FROM flagged WHERE d.id = flagged.id`,
};

/**
 * Flags a receipt by what was seen of it, and says so anew where something else is to be said by now; nothing where it was put
 * back since, for then it may not be so any more: whoever puts it back waits, and settles what is flagged here. $1 receipt,
 * $2 looks at it, $3 finding.
 */
export const FLAG_SEEN = {
  name: 'discrepancies-flag-seen',
  text: `WITH seen AS MATERIALIZED (
    SELECT receipt_id FROM passing_on WHERE receipt_id = $1 AND looks = $2 FOR UPDATE
  )
  INSERT INTO discrepancies AS d (id, kind, partner, operation_id, subject, details)
  SELECT r.id, r.kind, r.partner, r.operation_id, r.subject, r.details
  FROM seen, json_to_record($3::json) AS r(id uuid, kind text, partner text, operation_id uuid, subject text, details jsonb)
  ON CONFLICT (kind, subject) WHERE settled_at IS NULL
  DO UPDATE SET details = excluded.details WHERE d.details <> excluded.details`,
};
