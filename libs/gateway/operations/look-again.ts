import { isTerminal, newId, type OperationState } from '#domain';
import { type Queryable } from '#platform';
import { EVENED } from '../discrepancies/mispassed.js';
import { type Operation } from './operation.js';

/**
 * Whether a credit is owed, or owed back, is not asked any more once it was settled; it is asked again where the credit is paid
 * after it was refused, and where it is taken back. Who looked right before settles and flags nothing by what it saw.
 * Where a person had settled the same by hand, it has happened twice: somebody is told. $1 credits; $2 what has succeeded, $3 as
 * many ids for discrepancies.
 */
const LOOK_AGAIN = {
  name: 'operations-look-again',
  text: `WITH twice AS (
    INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details)
    SELECT moved.finding, 'late_success', o.partner, o.id, o.id::text,
      jsonb_build_object('why', 'somebody had settled it by hand before', 'discrepancy', by_hand.id)
    FROM unnest($2::uuid[], $3::uuid[]) AS moved(id, finding) JOIN operations o ON o.id = moved.id
      JOIN operations c ON c.id = coalesce(o.reverses, o.id) JOIN operations r ON r.id = c.passes_on
      CROSS JOIN LATERAL (
        SELECT d.id FROM discrepancies d WHERE d.operation_id = r.id AND d.settled_by <> 'rule'
          AND d.kind = CASE WHEN o.reverses IS NULL THEN 'committed_not_credited' ELSE 'credit_not_taken_back' END
          AND (r.state = 'succeeded') = (o.reverses IS NULL)
        ORDER BY d.settled_at DESC LIMIT 1) AS by_hand
    ON CONFLICT DO NOTHING
  )
  INSERT INTO passing_on (receipt_id, credit_id)
  SELECT passes_on, id FROM operations WHERE id = ANY ($1::uuid[]) AND passes_on IS NOT NULL ORDER BY passes_on
  ON CONFLICT (receipt_id) DO UPDATE SET looks = passing_on.looks + 1, due_at = now()
  RETURNING credit_id`,
};

/** Has a customer got money that everybody had taken for refused, or has something been given back, perhaps a credit? */
export const isToBeLookedAt = (
  { reverses, passesOn, state }: Operation,
  to: OperationState | undefined,
): boolean => to === 'succeeded' && (reverses !== null || (passesOn !== null && isTerminal(state)));

/**
 * In the transaction in which they have succeeded: what was flagged of their receipts is so no more. A statement of its own,
 * behind the row that whoever flags holds: it sees whatever was flagged before.
 */
export async function lookAgain(
  queryable: Queryable,
  succeeded: readonly Operation[],
  now: Date,
): Promise<void> {
  if (succeeded.length === 0) return;
  const rows = await queryable.query<{ credit_id: string }>(LOOK_AGAIN, [
    succeeded.map(({ id, reverses }) => reverses ?? id),
    succeeded.map(({ id }) => id),
    succeeded.map(() => newId(now)),
  ]);
  if (rows.length > 0) await queryable.query(EVENED, [rows.map(({ credit_id }) => credit_id)]);
}
