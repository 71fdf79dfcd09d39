import assert from 'node:assert/strict';
import { EXPLAINS_NO_END, inSql } from '../invariants/flags.js';
import { type World } from '../world.js';
import { changeOperations, deadlineNow } from './sights.js';

/** What a client asked for: by its key, and by the reference that no other order has. */
export interface Asked {
  readonly key: string;
  readonly reference: string;
}

const HALF = `
  SELECT format('%s: key %s, operation %s, transition %s, event %s', asked.key, k.key IS NOT NULL, o.id IS NOT NULL,
    t.operation_id IS NOT NULL, e.operation_id IS NOT NULL) AS what
  FROM unnest($1::text[], $2::text[]) AS asked(key, reference)
  LEFT JOIN idempotency_keys k ON k.key = asked.key
  LEFT JOIN operations o ON o.reference = asked.reference AND o.reverses IS NULL
  LEFT JOIN transitions t ON t.operation_id = coalesce(o.id, k.operation_id) AND t.sequence = 1
  LEFT JOIN events e ON e.operation_id = coalesce(o.id, k.operation_id) AND e.sequence = 1
  WHERE k.operation_id IS DISTINCT FROM o.id
    OR num_nulls(k.key, o.id, t.operation_id, e.operation_id) NOT IN (0, 4)`;

/** Key, operation, first transition and first event are all there or none is. @throws naming what is not so */
export async function assertWhole({ stack }: World, asked: readonly Asked[]): Promise<void> {
  const { rows } = await stack.database.query<{ what: string }>(HALF, [
    asked.map(({ key }) => key),
    asked.map(({ reference }) => reference),
  ]);
  assert.deepEqual(
    rows.map(({ what }) => what),
    [],
    'there are half rows',
  );
}

/** The operations with one of the references, reversals aside. */
export async function operationsOf(
  { stack }: World,
  references: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await stack.database.query<{ id: string }>(
    'SELECT id FROM operations WHERE reference = ANY ($1::text[]) AND reverses IS NULL',
    [references],
  );
  return rows.map(({ id }) => id);
}

/** What is left open by scenarios before, and flagged, stays out of the way of fail points for a while. */
export const othersRest = (world: World): Promise<void> =>
  changeOperations(world, null, {
    set: "due_at = now() + interval '2 minutes'",
    where: "due_at IS NOT NULL AND lease IS NULL AND state IN ('pending', 'unknown')",
  });

/** A prompt whose identifier nobody has cannot be asked about: without a callback it is for a person to look at. */
const STUCK = `
  SELECT id, kind = 'payment' AND partner = 'mpesa-ke' AND state = 'unknown' AND partner_reference IS NULL AS "isPrompt"
  FROM operations o WHERE id = ANY ($1::uuid[]) AND state NOT IN ('succeeded', 'failed', 'cancelled', 'expired')
    AND NOT EXISTS (SELECT FROM discrepancies d WHERE d.operation_id = o.id AND d.settled_at IS NULL
      AND d.kind IN (${inSql(EXPLAINS_NO_END)}))`;

/** Resolves when each of them has ended or is flagged. Where nothing but the deadline is left, it comes at once. */
export async function resolved(world: World, ids: readonly string[], withinMs = 60_000): Promise<void> {
  await world.until(
    `the end of ${ids.length} operations`,
    async () => {
      const { rows } = await world.stack.database.query<{ id: string; isPrompt: boolean }>(STUCK, [ids]);
      if (rows.length > 0 && rows.every(({ isPrompt }) => isPrompt)) {
        await deadlineNow(
          world,
          rows.map(({ id }) => id),
        );
      }
      return rows.length === 0;
    },
    withinMs,
  );
}
