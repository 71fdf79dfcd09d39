import { type DiscrepancyKind, newId } from '#domain';
import { Database, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';

/** A disagreement as a rule finds it. */
export interface Finding {
  readonly kind: DiscrepancyKind;
  readonly partner: string;
  readonly operationId: string | null;
  readonly callbackId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** What makes it one and the same; default: the operation, the callback, or the partner. */
  readonly subject?: string;
  /** Settled by the rule that found it: kept for finance to see, nobody has to act. */
  readonly settledBy?: string;
}

const OPEN = {
  name: 'discrepancies-open',
  text: `INSERT INTO discrepancies (id, kind, partner, operation_id, callback_id, subject, details, settled_at, settled_by)
    SELECT r.id, r.kind, r.partner, r.operation_id, r.callback_id, r.subject, r.details,
      CASE WHEN r.settled_by IS NULL THEN NULL ELSE now() END, r.settled_by
    FROM json_to_recordset($1::json) AS r(id uuid, kind text, partner text, operation_id uuid, callback_id uuid,
      subject text, details jsonb, settled_by text)
    ORDER BY r.kind, r.subject
    ON CONFLICT DO NOTHING`,
};

const KNOWN = {
  name: 'discrepancies-known',
  text: 'SELECT DISTINCT subject FROM discrepancies WHERE kind = $1 AND subject = ANY ($2::text[])',
};

/**
 * The part of a statement that ends operations by which what is flagged as late is not any more. By their subjects, under
 * which the index of what is open has them: one probe for each end, however much else is open or was settled before.
 * @param ended SQL of their ids
 */
export const settledWith = (ended: string): string => `settled AS (
  UPDATE discrepancies SET settled_at = now(), settled_by = 'rule', note = 'the operation has ended'
  WHERE kind = 'unresolved_past_deadline' AND subject = ANY (ARRAY(SELECT ended.id::text FROM (${ended}) AS ended(id)))
    AND settled_at IS NULL
)`;

/** A finding as the table holds it. */
export const findingRow = (finding: Finding, now: Date) => ({
  id: newId(now),
  kind: finding.kind,
  partner: finding.partner,
  operation_id: finding.operationId,
  callback_id: finding.callbackId,
  subject: finding.subject ?? finding.operationId ?? finding.callbackId ?? finding.partner,
  details: finding.details,
  settled_by: finding.settledBy ?? null,
});

/** Disagreements that a rule or a person must settle. The same one is opened once while it is open. */
@Injectable()
export class Discrepancies {
  constructor(
    private readonly database: Database,
    private readonly clock: SystemClock,
  ) {}

  async open(findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    const now = this.clock.now();
    await this.database.query(OPEN, [JSON.stringify(findings.map((finding) => findingRow(finding, now)))]);
  }

  /** Those of the subjects that were opened before, whatever became of them since. */
  async knownOf(kind: DiscrepancyKind, subjects: readonly string[]): Promise<ReadonlySet<string>> {
    if (subjects.length === 0) return new Set();
    const rows = await this.database.query<{ subject: string }>(KNOWN, [kind, subjects]);
    return new Set(rows.map(({ subject }) => subject));
  }
}
