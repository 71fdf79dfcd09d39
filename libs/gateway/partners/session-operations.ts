import { isId, type Money, type OperationState } from '#domain';
import { type PartnerSession } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';

/** What our own operations know of a session. Everything given must fit. */
export interface OperationFilters {
  /** Only this client's operations; null for whoever may see all. */
  readonly clientId: string | null;
  readonly state?: OperationState | undefined;
  /** The payer's MSISDN in E.164, or another value as it was given. */
  readonly payer?: string | undefined;
  readonly amount?: Money | undefined;
  /** The client's own reference. */
  readonly clientReference?: string | undefined;
  /** When the operation was made: from (included), to (not included). */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** A payment that may have a session at its partner. */
export interface SessionOperation {
  readonly id: string;
  readonly partnerReference: string | null;
}

type Condition = readonly [sql: (placeholder: string) => string, value: unknown];

function conditionsOf({ amount, ...filters }: OperationFilters): readonly Condition[] {
  const all: readonly Condition[] = [
    [(at) => `o.client_id = ${at}`, filters.clientId],
    [(at) => `o.state = ${at}`, filters.state],
    [(at) => `o.payer_value = ${at}`, filters.payer],
    [(at) => `o.amount_minor = ${at}`, amount?.minor],
    [(at) => `o.currency = ${at}`, amount?.currency],
    [(at) => `o.reference = ${at}`, filters.clientReference],
    [(at) => `o.id >= lowest_id_at(${at}::timestamptz)`, filters.from],
    [(at) => `o.id < lowest_id_at(${at}::timestamptz)`, filters.to],
  ];
  return all.filter(([, value]) => value !== undefined && value !== null);
}

/** True where a session that belongs to none of our operations would be out of place. */
export const isNarrowed = (filters: OperationFilters): boolean => conditionsOf(filters).length > 0;

/** SQL for these filters, and its values. */
function questionOf(
  text: (conditions: string) => string,
  fixed: readonly unknown[],
  filters: OperationFilters,
): readonly [string, readonly unknown[]] {
  const given = conditionsOf(filters);
  const sql = given.map(([condition], n) => ` AND ${condition(`$${n + fixed.length + 1}`)}`).join('');
  const values = [...fixed, ...given.map(([, value]) => value)];
  return [text(sql), values];
}

const NEWEST = (conditions: string): string => `
  SELECT o.id, o.partner_reference FROM operations o
  WHERE o.partner = $1 AND o.kind = 'payment' AND o.attempts > 0${conditions} ORDER BY o.id DESC LIMIT $2`;

const OWNERS = (conditions: string): string => `
  SELECT o.id, known.reference FROM partner_references known JOIN operations o ON o.id = known.operation_id
  WHERE known.partner = $1 AND known.reference = ANY($2::text[])${conditions}
  UNION ALL
  SELECT o.id, o.id::text FROM operations o
  WHERE o.partner = $1 AND o.id = ANY($3::uuid[])${conditions}`;

/** Finds the payments behind a partner's sessions, and the other way round. */
@Injectable()
export class SessionOperations {
  constructor(private readonly database: Database) {}

  /** Submitted payments, newest first. */
  async newest(
    partner: string,
    filters: OperationFilters,
    limit: number,
  ): Promise<readonly SessionOperation[]> {
    const rows = await this.database.search<{ id: string; partner_reference: string | null }>(
      ...questionOf(NEWEST, [partner, limit], filters),
    );
    return rows.map((row) => ({ id: row.id, partnerReference: row.partner_reference }));
  }

  /** The operation of each session by the session's id; sessions of operations that do not fit are left out. */
  async ownersOf(
    partner: string,
    sessions: readonly PartnerSession[],
    filters: OperationFilters,
  ): Promise<ReadonlyMap<string, string>> {
    const references = sessions.flatMap(({ id, transaction }) =>
      transaction === null ? [id] : [id, transaction],
    );
    const ids = sessions.flatMap(({ reference }) =>
      reference !== null && isId(reference) ? [reference] : [],
    );
    const rows = await this.database.search<{ id: string; reference: string }>(
      ...questionOf(OWNERS, [partner, references, ids], filters),
    );
    const known = new Map(rows.map(({ id, reference }) => [reference, id]));
    return new Map(
      sessions.flatMap(({ id, transaction, reference }) => {
        const owner = known.get(id) ?? known.get(transaction ?? '') ?? known.get(reference ?? '');
        return owner === undefined ? [] : [[id, owner] as const];
      }),
    );
  }
}
