import { isTerminal, type OperationState } from '#domain';
import type pg from 'pg';
import { SCHEME, SWITCH } from '../settings.js';
import {
  EXPLAINS_AMOUNT,
  EXPLAINS_GIVEN_BACK,
  EXPLAINS_MOVED,
  EXPLAINS_REVERSAL,
  EXPLAINS_UNMOVED,
  isExplained,
} from './flags.js';
import { fewOf, type Invariant } from './invariant.js';
import { type Ledger, minorOf, type Movement, readLedger, type Story } from './money.js';
import { findMispassed, findUnannounced, findUnannouncedAt } from './passed-on.js';
import { type Balance, type MoneyOperation } from './read-money.js';

const hasEnded = ({ state }: MoneyOperation): boolean => isTerminal(state as OperationState);

function disagreementOf({ operation, movements }: Story): readonly string[] {
  const { kind, id, partner, state, amountMinor, currency } = operation;
  if (!hasEnded(operation)) return [];
  const name = `${kind} ${id} at ${partner} is ${state}`;
  if (state !== 'succeeded') {
    if (isExplained(operation, EXPLAINS_MOVED)) return [];
    return movements.map(({ entry }) => `${name}, yet ${entry.amount} ${entry.currency} moved`);
  }
  const [movement] = movements;
  if (!movement) return isExplained(operation, EXPLAINS_UNMOVED) ? [] : [`${name}, yet nothing moved`];
  const { minor, entry } = movement;
  const isAsAsked = minor === amountMinor && entry.currency === currency;
  return isAsAsked || isExplained(operation, EXPLAINS_AMOUNT)
    ? []
    : [
        `${name} with ${amountMinor} ${currency} in minor units, the books say ${entry.amount} ${entry.currency}`,
      ];
}

/** What was given back of one operation, over all its reversals. */
function reversalsOf({ operation, reversals, givenBack }: Story): readonly string[] {
  const isOpen = reversals.some((one) => !hasEnded(one) || isExplained(one, EXPLAINS_REVERSAL));
  if (isOpen || isExplained(operation, EXPLAINS_GIVEN_BACK)) return [];
  if (reversals.length === 0 && givenBack.length === 0) return [];
  const said = reversals
    .filter(({ state }) => state === 'succeeded')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const moved = givenBack.reduce((sum, { minor }) => sum + minor, 0n);
  return said === moved
    ? []
    : [
        `reversals of ${operation.id} gave back ${said} in minor units, the books of ${operation.partner} say ${moved}`,
      ];
}

function balanceOf({ partner, currency, opening, amount, changes }: Balance): readonly string[] {
  const sum = changes.reduce(
    (total, change) => total + minorOf(change, currency),
    minorOf(opening, currency),
  );
  return sum === minorOf(amount, currency)
    ? []
    : [`the balance at ${partner} is ${amount}, its opening and changes make ${sum} in minor units`];
}

/** @returns a sentence for each disagreement; money that came unasked may be unknown to us (see `findUnread`) */
export function findDisagreements(ledger: Ledger): readonly string[] {
  const { stories, orphans, balances } = ledger;
  return [
    ...stories.flatMap(disagreementOf),
    ...stories.flatMap(reversalsOf),
    ...findMispassed(ledger),
    ...findUnannounced(SCHEME, ledger),
    ...findUnannouncedAt(SWITCH, ledger),
    ...orphans
      .filter(({ entry }) => entry.kind !== 'receipt')
      .map(
        ({ partner, entry }) =>
          `${entry.kind} ${entry.partnerReference} at ${partner} belongs to no operation`,
      ),
    ...balances.flatMap(balanceOf),
  ];
}

/** Partners that ask us first: their callbacks tell how it ended, and wait for what they may still be matched with. */
const ASKING = [SCHEME, SWITCH];

/**
 * $1: receipts, $2: partners whose callbacks may wait. Those that a callback told of which we believed, and that is read and
 * dropped, or waits for what nobody does: to be read, though nobody will or somebody should have; to be understood, though it
 * was looked at without trouble; or for longer than anything waits.
 */
const DROPPED = `
  SELECT format('receipt %s was told by callback %s, which is %s, and there is no operation for it', receipt, c.id, c.state)
    AS what
  FROM unnest($1::text[]) AS asked(receipt)
  JOIN callbacks c ON position(convert_to(receipt, 'UTF8') IN c.body) > 0
  WHERE ((c.state = 'done' AND c.due_at IS NULL)
      OR (c.state IN ('stored', 'waiting') AND (c.due_at IS NULL OR c.due_at < now() - interval '10 seconds'
        OR c.received_at < now() - interval '12 minutes'))
      OR (c.state = 'waiting' AND c.last_error IS NULL AND c.received_at < now() - interval '3 seconds'
        AND c.partner <> ALL ($2::text[])))
    AND NOT EXISTS (SELECT FROM discrepancies d WHERE d.callback_id = c.id)`;

/** Money that came unasked, that we were told of and that became, and will become, no operation. */
export async function findUnread(
  database: Pick<pg.Pool, 'query'>,
  orphans: readonly Movement[],
): Promise<readonly string[]> {
  const receipts = orphans.filter(({ entry }) => entry.kind === 'receipt');
  if (receipts.length === 0) return [];
  const names = receipts.map(({ entry }) => entry.receipt ?? entry.partnerReference);
  const { rows } = await database.query<{ what: string }>(DROPPED, [names, ASKING]);
  return rows.map(({ what }) => what);
}

export const booksAgree: Invariant = {
  id: 'I3',
  title: 'operations and the books of the partners agree',
  check: async (evidence) => {
    const ledger = await readLedger(evidence);
    return fewOf([...findDisagreements(ledger), ...(await findUnread(evidence.database, ledger.orphans))]);
  },
};
