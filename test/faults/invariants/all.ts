import { booksAgree } from './books-agree.js';
import { endedOrFlagged } from './ended-or-flagged.js';
import { gaplessLife } from './gapless-life.js';
import { type Evidence, type Invariant, type InvariantId } from './invariant.js';
import { movedOnce } from './moved-once.js';
import { nothingLost } from './nothing-lost.js';
import { silentLogs } from './silent-logs.js';
import { soundPostgres } from './sound-postgres.js';
import { toldOnce } from './told-once.js';
import { willingEnds } from './willing-ends.js';

export const INVARIANTS: readonly Invariant[] = [
  movedOnce,
  nothingLost,
  booksAgree,
  endedOrFlagged,
  gaplessLife,
  toldOnce,
  silentLogs,
  soundPostgres,
  willingEnds,
];

/** Violations by invariant; each invariant has its list, empty where it holds. */
export type Findings = Readonly<Record<InvariantId, readonly string[]>>;

export async function checkAll(evidence: Evidence): Promise<Findings> {
  const found: [InvariantId, readonly string[]][] = [];
  for (const invariant of INVARIANTS) found.push([invariant.id, await invariant.check(evidence)]);
  return Object.fromEntries(found) as Findings;
}
