import { type Money, type OperationKind, type OperationState } from '#domain';
import { Database, type Statement } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Operation, type OperationRow, toOperation } from './operation.js';
import { Conditions } from './search-conditions.js';

/** What somebody has in hand of an operation. All that is given must fit. */
export interface SearchFilter {
  /** Whose operations; with `unowned`, those too that nobody asked for: receipts, what passes them on, and takes it back. */
  readonly clientId: string;
  readonly unowned: boolean;
  readonly id?: string | undefined;
  /** The client's own reference. */
  readonly reference?: string | undefined;
  /** Any identifier that a partner gave. */
  readonly partnerReference?: string | undefined;
  readonly receipt?: string | undefined;
  /** The receipt whose money it passes on. */
  readonly passesOn?: string | undefined;
  /** E.164 with its plus: of the payer or the payee. */
  readonly msisdn?: string | undefined;
  readonly amount?: Money | undefined;
  readonly state?: OperationState | undefined;
  readonly kind?: OperationKind | undefined;
  readonly partner?: string | undefined;
  /** When it was made: from this moment on. */
  readonly from?: Date | undefined;
  /** When it was made: before this moment. */
  readonly to?: Date | undefined;
}

export interface SearchPage {
  readonly limit: number;
  /** Only what is older than this operation. */
  readonly before: string | null;
}

const BY_PARTNER_REFERENCE = {
  name: 'search-by-partner-reference',
  text: `SELECT operation_id FROM partner_references
    WHERE reference = $1 AND ($2::text IS NULL OR partner = $2) AND (is_receipt OR NOT $3)`,
};

const BY_RECEIPT_PASSED_ON = {
  name: 'search-by-receipt-passed-on',
  text: 'SELECT id AS operation_id FROM operations WHERE passes_on = $1',
};

/** An id is made by the process that takes the request in, `created_at` by the database: how far they may differ. */
const CLOCKS_APART_MS = 300_000;

const apart = (moment: Date, ms: number): Date => new Date(moment.getTime() + ms);

/** An owner as the indexes of the search know it: PostgreSQL keeps no order within `client_id IS NULL`. */
const OWNED_BY = "coalesce(client_id, '') = ?";
const NOBODY = '';

/**
 * Finds operations, newest first. An identifier, a reference, a number or an amount goes by its index, and so does what
 * few of an owner's operations may have in common; the rest walks their ids from the newest on, in the partitions that
 * the dates leave.
 */
@Injectable()
export class OperationSearch {
  constructor(private readonly database: Database) {}

  async find(filter: SearchFilter, { limit, before }: SearchPage): Promise<readonly Operation[]> {
    const ids = await this.idsOf(filter);
    if (ids?.length === 0) return [];
    const conditions = new Conditions();
    if (ids) conditions.add('id = ANY(?::uuid[])', ids);
    if (before !== null) conditions.add('id < ?::uuid', before);
    addFacts(conditions, filter);
    const owners = ownersOf(filter).map((owner) => conditions.number(OWNED_BY, owner));
    const last = conditions.number('?::int', limit);
    const parts = owners.map(
      (owner) =>
        `(SELECT * FROM operations WHERE ${[owner, ...conditions.all].join(' AND ')} ORDER BY id DESC LIMIT ${last})`,
    );
    const text = `SELECT * FROM (${parts.join(' UNION ALL ')}) AS found ORDER BY id DESC LIMIT ${last}`;
    const rows = await this.database.search<OperationRow>(text, conditions.values);
    return rows.map(toOperation);
  }

  /** The ids that the identifiers leave; null: none was given. */
  private async idsOf({
    id,
    partnerReference,
    receipt,
    passesOn,
    partner,
  }: SearchFilter): Promise<readonly string[] | null> {
    const sets: (readonly string[])[] = [];
    if (id !== undefined) sets.push([id]);
    if (partnerReference !== undefined) sets.push(await this.named(partnerReference, partner, false));
    if (receipt !== undefined) sets.push(await this.named(receipt, partner, true));
    if (passesOn !== undefined) sets.push(await this.idsIn(BY_RECEIPT_PASSED_ON, [passesOn]));
    const [first, ...others] = sets;
    return first?.filter((one) => others.every((set) => set.includes(one))) ?? null;
  }

  private named(
    name: string,
    partner: string | undefined,
    receiptsOnly: boolean,
  ): Promise<readonly string[]> {
    return this.idsIn(BY_PARTNER_REFERENCE, [name, partner ?? null, receiptsOnly]);
  }

  private async idsIn(statement: Statement, values: readonly unknown[]): Promise<readonly string[]> {
    const rows = await this.database.query<{ operation_id: string }>(statement, values);
    return rows.map((row) => row.operation_id);
  }
}

/** Nobody asks for a receipt, for what passes it on, or for taking that back. */
const UNOWNED: readonly OperationKind[] = ['receipt', 'transfer', 'reversal'];

function ownersOf({ clientId, unowned, kind }: SearchFilter): readonly string[] {
  const mayBeUnowned = unowned && (kind === undefined || UNOWNED.includes(kind));
  return mayBeUnowned ? [clientId, NOBODY] : [clientId];
}

function addFacts(conditions: Conditions, filter: SearchFilter): void {
  const { reference, msisdn, amount, state, kind, partner, from, to } = filter;
  if (reference !== undefined) conditions.add('reference = ?', reference);
  if (msisdn !== undefined) conditions.add('(payer_value = ? OR payee_value = ?)', msisdn);
  if (amount) {
    conditions.add('amount_minor = ?::bigint', amount.minor.toString());
    conditions.add('currency = ?', amount.currency);
  }
  if (state !== undefined) conditions.add('state = ?', state);
  if (kind !== undefined) conditions.add('kind = ?', kind);
  if (partner !== undefined) conditions.add('partner = ?', partner);
  if (from) {
    conditions.add('id >= lowest_id_at(?::timestamptz)', apart(from, -CLOCKS_APART_MS));
    conditions.add('created_at >= ?', from);
  }
  if (to) {
    conditions.add('id < lowest_id_at(?::timestamptz)', apart(to, CLOCKS_APART_MS));
    conditions.add('created_at < ?', to);
  }
}
