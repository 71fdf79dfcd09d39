import { type Stage } from './stage.js';

interface Movement {
  readonly transferId: string;
  readonly amount: string;
}

const SUCCEEDED =
  "SELECT partner_reference AS id, amount_minor::text AS amount FROM operations WHERE state = 'succeeded'";
const OTHERS =
  "SELECT state, count(*)::int AS count FROM operations WHERE state <> 'succeeded' GROUP BY state";

/**
 * Every operation that succeeded, and every transfer that was sent straight, is one movement in the switch's books, and
 * there is no other. @returns what is otherwise
 */
export async function compareBooks(
  { stack, switchUrl }: Stage,
  straight: readonly string[],
): Promise<string[]> {
  const books = await fetch(`${switchUrl}/books`);
  const { entries, failedCallbacks } = (await books.json()) as {
    readonly entries: readonly Movement[];
    readonly failedCallbacks: number;
  };
  const { rows } = await stack.database.query<{ id: string; amount: string }>(SUCCEEDED);
  const { rows: others } = await stack.database.query<{ state: string; count: number }>(OTHERS);
  const moved = new Map(entries.map(({ transferId, amount }) => [transferId, amount]));
  const wrong = rows.filter(({ id, amount }) => moved.get(id) !== amount);
  const missing = straight.filter((id) => !moved.has(id));
  const due = rows.length + straight.length;
  return [
    ...(moved.size === entries.length ? [] : ['the switch moved a transfer twice']),
    ...(wrong.length === 0
      ? []
      : [`${wrong.length} operations that succeeded did not move so at the switch`]),
    ...(missing.length === 0 ? [] : [`${missing.length} straight transfers did not move at the switch`]),
    ...(entries.length === due ? [] : [`${entries.length} movements for ${due} transfers`]),
    ...(failedCallbacks === 0 ? [] : [`${failedCallbacks} callbacks of the switch were not taken`]),
    ...others.map(({ state, count }) => `${count} operations are ${state}`),
  ];
}
