import { type Queryable } from '#platform';
import { type Operation, type OperationRow, toOperation } from './operation.js';

/** With the LIMIT it ends at the row that it is for: see the lock of the gates. */
const HOLD = { name: 'operations-hold', text: 'SELECT * FROM operations WHERE id = $1 LIMIT 1 FOR UPDATE' };

/**
 * Operations as they are, held until the transaction ends. In the order of their ids, as whatever changes several of them:
 * no two wait for each other. That order is not the one in which they were made: clocks differ, and a millisecond has no order.
 * @returns them by their ids, without those that do not exist
 */
export async function holdOperations(
  query: Queryable['query'],
  ids: readonly string[],
): Promise<ReadonlyMap<string, Operation>> {
  const held = new Map<string, Operation>();
  for (const id of ids.toSorted()) {
    const [row] = await query<OperationRow>(HOLD, [id]);
    if (row) held.set(id, toOperation(row));
  }
  return held;
}
