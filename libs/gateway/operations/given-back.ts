import { Money } from '#domain';
import { type Queryable } from '#platform';
import { type Operation } from './operation.js';

const GIVEN_BACK = {
  name: 'reversal-given-back',
  text: `SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM operations o
    WHERE reverses = $1 AND id IS DISTINCT FROM $2::uuid
      AND (state NOT IN ('failed', 'cancelled', 'expired') OR failure->>'moneyMoved' = 'unknown'
        OR claimed_receipt IS NOT NULL OR deadline_at IS NOT NULL
        OR EXISTS (SELECT FROM discrepancies d WHERE d.operation_id = o.id AND d.settled_at IS NULL
          AND d.kind IN ('contradictory_news', 'unresolved_past_deadline')))`,
};

/** Does more come back than was paid, if this reversal was carried out? */
export async function isTooMuch(
  query: Queryable['query'],
  original: Operation,
  { id, amount }: Operation,
): Promise<boolean> {
  const others = await givenBackOf(query, original, id);
  return others.plus(amount).isMoreThan(original.amount);
}

/**
 * What has been given back, or may yet be: everything that has not ended without money moving, and what a callback says
 * was carried out all the same. Of what has ended without, only such a claim has a claimed receipt or a deadline, or
 * somebody who has been told to find out.
 * @param butFor a reversal that is not counted
 */
export async function givenBackOf(
  query: Queryable['query'],
  { id, amount: { currency } }: Operation,
  butFor: string | null = null,
): Promise<Money> {
  const [sum] = await query<{ minor: bigint }>(GIVEN_BACK, [id, butFor]);
  return Money.ofMinor(sum?.minor ?? 0n, currency);
}
