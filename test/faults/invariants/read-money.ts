import { type Books } from '../../support/sandbox-controls.js';
import { type Evidence } from './invariant.js';
import type { BookEntry } from '#partner-kit/testing';

/** What invariants about money look at of an operation. */
export interface MoneyOperation {
  readonly id: string;
  readonly kind: string;
  readonly partner: string;
  readonly state: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The client's. */
  readonly reference: string | null;
  readonly receipt: string | null;
  readonly reverses: string | null;
  /** The receipt whose money it passes on. */
  readonly passesOn: string | null;
  /** The partner's own name of it. */
  readonly partnerReference: string | null;
  /** What the bank keeps of it. */
  readonly feeMinor: bigint;
  /** Everything that only this operation is called. */
  readonly names: readonly string[];
  /** Kinds of the open discrepancies about it. */
  readonly flags: readonly string[];
}

/** Of a partner's account, decimal strings; `changes`: signed, of every entry. */
export interface Balance {
  readonly partner: string;
  readonly currency: string;
  readonly opening: string;
  readonly amount: string;
  readonly changes: readonly string[];
}

/** What the database and the books say. */
export interface MoneyRecords {
  readonly operations: readonly MoneyOperation[];
  readonly entries: readonly { readonly partner: string; readonly entry: BookEntry }[];
  readonly balances: readonly Balance[];
}

interface Row extends Omit<MoneyOperation, 'amountMinor' | 'feeMinor' | 'names'> {
  readonly amountMinor: string;
  readonly feeMinor: string;
  readonly names: readonly (string | null)[];
}

const OPERATIONS = `
  SELECT o.id, kind, o.partner, state, amount_minor::text AS "amountMinor", currency, o.reference, receipt, reverses,
    passes_on AS "passesOn", partner_reference AS "partnerReference", coalesce(fee_minor, 0)::text AS "feeMinor",
    ARRAY[o.id::text, partner_reference, receipt] || coalesce(r.names, '{}') AS names,
    ARRAY(SELECT kind FROM discrepancies d WHERE d.operation_id = o.id AND d.settled_at IS NULL) AS flags
  FROM operations o LEFT JOIN (
    SELECT operation_id, array_agg(reference) AS names FROM partner_references GROUP BY operation_id
  ) AS r ON r.operation_id = o.id`;

const toOperation = ({ amountMinor, feeMinor, names, ...row }: Row): MoneyOperation => ({
  ...row,
  amountMinor: BigInt(amountMinor),
  feeMinor: BigInt(feeMinor),
  names: [...new Set(names.filter((name) => name !== null))],
});

/** In books of many accounts: the one that all entries change. */
const SETTLEMENT = 'settlement ';

/** One for each currency of the account that the entries change. */
function balancesOf(partner: string, { entries, balance }: Books): readonly Balance[] {
  const { currency, opening = '0', amount = '0' } = balance;
  if (currency !== undefined) {
    return [{ partner, currency, opening, amount, changes: entries.map(({ change }) => change) }];
  }
  return Object.entries(balance)
    .filter(([label]) => label.startsWith(SETTLEMENT))
    .map(([label, held]) => {
      const own = label.slice(SETTLEMENT.length);
      const changes = entries.filter((entry) => entry.currency === own).map(({ change }) => change);
      return { partner, currency: own, opening: '0', amount: held, changes };
    });
}

export async function readMoney({ database, sandbox, partners }: Evidence): Promise<MoneyRecords> {
  const { rows } = await database.query<Row>(OPERATIONS);
  const books = await Promise.all(
    partners.map(async (partner) => ({ partner, ...(await sandbox.books(partner)) })),
  );
  return {
    operations: rows.map(toOperation),
    entries: books.flatMap(({ partner, entries }) => entries.map((entry) => ({ partner, entry }))),
    balances: books.flatMap(({ partner, ...own }) => balancesOf(partner, own)),
  };
}
