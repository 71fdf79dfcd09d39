import { type DiscrepancyKind } from '#domain';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { masked } from './timeline-mask.js';
import { Conditions } from './search-conditions.js';

/** A disagreement that a rule or a person must settle, as it stands. */
export interface Discrepancy {
  readonly id: string;
  readonly kind: DiscrepancyKind;
  readonly partner: string;
  readonly operationId: string | null;
  readonly callbackId: string | null;
  /** Masked. */
  readonly details: unknown;
  readonly openedAt: Date;
  readonly settledAt: Date | null;
  readonly settledBy: string | null;
  readonly note: string | null;
}

export interface DiscrepancyFilter {
  /** Those of this client's operations, and those that belong to no operation. */
  readonly clientId: string;
  readonly kind?: DiscrepancyKind | undefined;
  readonly partner?: string | undefined;
  readonly operationId?: string | undefined;
  readonly open?: boolean | undefined;
}

export interface DiscrepancyRow {
  id: string;
  kind: DiscrepancyKind;
  partner: string;
  operation_id: string | null;
  callback_id: string | null;
  details: unknown;
  opened_at: Date;
  settled_at: Date | null;
  settled_by: string | null;
  note: string | null;
}

export const toDiscrepancy = (row: DiscrepancyRow): Discrepancy => ({
  id: row.id,
  kind: row.kind,
  partner: row.partner,
  operationId: row.operation_id,
  callbackId: row.callback_id,
  details: masked(row.details),
  openedAt: row.opened_at,
  settledAt: row.settled_at,
  settledBy: row.settled_by,
  note: row.note,
});

/** Finds discrepancies, newest first. */
@Injectable()
export class DiscrepancySearch {
  constructor(private readonly database: Database) {}

  async find(
    filter: DiscrepancyFilter,
    page: { limit: number; before: string | null },
  ): Promise<readonly Discrepancy[]> {
    const conditions = new Conditions();
    conditions.add(
      '(d.operation_id IS NULL OR EXISTS (SELECT FROM operations o WHERE o.id = d.operation_id AND o.client_id = ?))',
      filter.clientId,
    );
    if (page.before !== null) conditions.add('d.id < ?::uuid', page.before);
    if (filter.kind !== undefined) conditions.add('d.kind = ?', filter.kind);
    if (filter.partner !== undefined) conditions.add('d.partner = ?', filter.partner);
    if (filter.operationId !== undefined) conditions.add('d.operation_id = ?::uuid', filter.operationId);
    if (filter.open !== undefined) conditions.add('(d.settled_at IS NULL) = ?', filter.open);
    const limit = conditions.number('?::int', page.limit);
    const text = `SELECT d.* FROM discrepancies d WHERE ${conditions.all.join(' AND ')} ORDER BY d.id DESC LIMIT ${limit}`;
    const rows = await this.database.search<DiscrepancyRow>(text, conditions.values);
    return rows.map(toDiscrepancy);
  }
}
