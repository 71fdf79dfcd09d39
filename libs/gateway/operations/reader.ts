import { Database } from '#platform';
import { type SubmittedOrder } from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { isTooMuch } from './given-back.js';
import { type Operation, type OperationRow, toOperation } from './operation.js';

/** A plan for any values opens the one month of a single id, and every month for a set of them. */
const BY_ID = { name: 'operation-by-id', text: 'SELECT * FROM operations WHERE id = $1' };
const BY_IDS = { name: 'operations-by-ids', text: 'SELECT * FROM operations WHERE id = ANY($1::uuid[])' };

const REFERENCES_OF = {
  name: 'references-of',
  text: `SELECT operation_id, array_agg(reference) AS references FROM partner_references
    WHERE operation_id = ANY($1::uuid[]) AND NOT is_receipt GROUP BY operation_id`,
};

const OWNER = {
  name: 'reference-owner',
  text: 'SELECT operation_id FROM partner_references WHERE partner = $1 AND reference = $2',
};

/** Reads operations as they stand. */
@Injectable()
export class OperationReader {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Operation | null> {
    const [row] = await this.database.query<OperationRow>(BY_ID, [id]);
    return row ? toOperation(row) : null;
  }

  /** A client sees its own operations only. */
  async findOwned(clientId: string, id: string): Promise<Operation | null> {
    const operation = await this.find(id);
    return operation?.clientId === clientId ? operation : null;
  }

  async findMany(ids: readonly string[]): Promise<ReadonlyMap<string, Operation>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<OperationRow>(BY_IDS, [ids]);
    return new Map(rows.map((row) => [row.id, toOperation(row)]));
  }

  /** Which operation a receipt, or any other name of the partner's, belongs to. */
  async ownerOf(partner: string, reference: string): Promise<string | null> {
    const [row] = await this.database.query<{ operation_id: string }>(OWNER, [partner, reference]);
    return row?.operation_id ?? null;
  }

  /** Does more come back than was paid, if this reversal was carried out? */
  async isTooMuch(reversal: Operation): Promise<boolean> {
    const original = reversal.reverses === null ? null : await this.find(reversal.reverses);
    return original !== null && isTooMuch(this.database.query.bind(this.database), original, reversal);
  }

  /** The operations with what the partner calls them: what an enquiry, a cancellation or a reversal needs. */
  async asSubmitted(operations: readonly Operation[]): Promise<readonly SubmittedOrder[]> {
    const rows = await this.database.query<{ operation_id: string; references: string[] }>(REFERENCES_OF, [
      operations.map(({ id }) => id),
    ]);
    const references = new Map(rows.map((row) => [row.operation_id, row.references]));
    return operations.map((operation) => submittedOrder(operation, references.get(operation.id) ?? []));
  }
}

export function submittedOrder(operation: Operation, references: readonly string[]): SubmittedOrder {
  const { id, kind, amount, payer, payee, reference, description, method, returnUrls } = operation;
  return {
    ...{ id, kind, amount, payer, payee, reference, description, method, returnUrls },
    isRepeat: operation.attempts > 1,
    partnerReference: operation.partnerReference,
    references,
    claimedNames: operation.claimedNames ?? [],
    receipt: operation.receipt ?? operation.claimedReceipt,
    memo: operation.memo,
    submittedAt: operation.submittedAt,
    createdAt: operation.createdAt,
  };
}
