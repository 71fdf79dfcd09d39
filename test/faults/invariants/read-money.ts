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
  /** Everything that only this operation is called. */
  readonly names: readonly string[];
  /** An open discrepancy says that something about it is not clear. */
  readonly isFlagged: boolean;
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

interface Row extends Omit<MoneyOperation, 'amountMinor' | 'isFlagged' | 'names'> {
  readonly amountMinor: string;
  readonly isFlagged: boolean;
  readonly names: readonly (string | null)[];
}

const OPERATIONS = `
  SELECT o.id, kind, o.partner, state, amount_minor::text AS "amountMinor", currency, o.reference, receipt, reverses,
    ARRAY[o.id::text, partner_reference, receipt] || coalesce(r.names, '{}') AS names,
    EXISTS (SELECT FROM discrepancies d WHERE d.operation_id = o.id AND d.settled_at IS NULL) AS "isFlagged"
  FROM operations o LEFT JOIN (
    SELECT operation_id, array_agg(reference) AS names FROM partner_references GROUP BY operation_id
  ) AS r ON r.operation_id = o.id`;

const toOperation = ({ amountMinor, names, ...row }: Row): MoneyOperation => ({
  ...row,
  amountMinor: BigInt(amountMinor),
  names: [...new Set(names.filter((name) => name !== null))],
});

export async function readMoney({ database, sandbox, partners }: Evidence): Promise<MoneyRecords> {
  const { rows } = await database.query<Row>(OPERATIONS);
  const books = await Promise.all(
    partners.map(async (partner) => ({ partner, ...(await sandbox.books(partner)) })),
  );
  return {
    operations: rows.map(toOperation),
    entries: books.flatMap(({ partner, entries }) => entries.map((entry) => ({ partner, entry }))),
    balances: books.map(({ partner, entries, balance }) => ({
      partner,
      currency: balance['currency'] ?? '',
      opening: balance['opening'] ?? '0',
      amount: balance['amount'] ?? '0',
      changes: entries.map(({ change }) => change),
    })),
  };
}
