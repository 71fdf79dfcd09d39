import { newId } from '#domain';
import { type Partner, type ReceiptNotice } from '#partner-kit';
import { Database, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Finding, findingRow } from '../discrepancies/discrepancies.js';
import { type Judgement } from '../operations/news/news.js';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { Verdicts } from '../operations/verdicts.js';
import { canEnquire } from '../work/partner-calls.js';
import { type ClaimedCallback, mayStillMatch } from './callback-rows.js';
import { isProof } from './outcome-notices.js';
import { ReceiptCandidates } from './receipt-candidates.js';

/** Money that came unasked becomes an operation, once per receipt number. */
const STORE = {
  name: 'receipt-store',
  text: `WITH claimed AS (
    INSERT INTO partner_references (partner, reference, operation_id, is_receipt) VALUES ($2, $3, $1, true)
    ON CONFLICT DO NOTHING RETURNING operation_id
  ), stored AS (
    INSERT INTO operations (id, kind, partner, state, amount_minor, currency, payer_type, payer_value, payer_name,
      reference, description, attempts, submitted_at, due_at, deadline_at)
    SELECT operation_id, 'receipt', $2, 'pending', $4, $5, $6, $7, $8, $9, $10, 0, now(), $11::timestamptz,
      now() + make_interval(secs => $12::double precision / 1000)
    FROM claimed RETURNING *
  ), story AS (
    INSERT INTO transitions (operation_id, sequence, to_state, actor, why, evidence)
    SELECT id, 1, 'pending', 'partner', 'told of by the partner', jsonb_build_object('callback', $13::uuid) FROM stored
  ), told AS (
    INSERT INTO events (operation_id, sequence, type, body)
    SELECT id, 1, 'receipt.pending', '{"state":"pending","previousState":null}' FROM stored
  ), found AS (
    INSERT INTO discrepancies (id, kind, partner, operation_id, callback_id, subject, details)
    SELECT r.id, r.kind, r.partner, r.operation_id, r.callback_id, r.subject, r.details
    FROM json_to_recordset($14::json) AS r(id uuid, kind text, partner text, operation_id uuid, callback_id uuid,
      subject text, details jsonb)
    WHERE r.operation_id IN (SELECT id FROM stored)
  )
  SELECT * FROM stored`,
};

export type ReceiptEffect = { readonly judgement: Judgement; readonly operation: Operation };

/** Money that a partner tells us of by itself: the missing half of a payment of ours, or a receipt of its own. */
@Injectable()
export class ReceiptNotices {
  constructor(
    private readonly database: Database,
    private readonly candidates: ReceiptCandidates,
    private readonly verdicts: Verdicts,
    private readonly clock: SystemClock,
  ) {}

  /** Null while it may be the money of a payment and nobody can say so. In the end the money is on the books, and a person is told whose it may be. */
  async take(
    partner: Partner,
    callback: ClaimedCallback,
    known: Operation | null,
    notice: ReceiptNotice,
  ): Promise<ReceiptEffect | null> {
    const { payment, possible } = known
      ? { payment: known, possible: [] }
      : await this.candidates.find(partner.id, notice, callback.raw.receivedAt);
    if (payment)
      return { operation: payment, judgement: await this.tell(partner, callback, payment, notice) };
    // Whose it is, the payment's own news will say: this comes back until then.
    if (possible.length > 0 && mayStillMatch(callback)) return null;
    const receipt = await this.store(partner, callback, notice, possible);
    // Somebody else has just stored the same receipt: the next look finds it.
    if (!receipt) throw new Error('the receipt was stored at the same moment');
    return { operation: receipt, judgement: await this.tell(partner, callback, receipt, notice) };
  }

  private tell(partner: Partner, callback: ClaimedCallback, operation: Operation, notice: ReceiptNotice) {
    return this.verdicts.take(operation, {
      partner,
      news: {
        outcome: { is: 'succeeded', receipt: notice.receipt },
        from: 'callback',
        conclusive: isProof(partner) || !canEnquire(partner, operation),
        amount: notice.amount,
      },
      actor: 'partner',
      evidence: { callback: callback.id },
      resubmissionIsSafe: false,
      callbackId: callback.id,
    });
  }

  private async store(
    partner: Partner,
    callback: ClaimedCallback,
    notice: ReceiptNotice,
    payments: readonly Operation[],
  ): Promise<Operation | null> {
    const { amount, payer } = notice;
    const now = this.clock.now();
    const id = newId(now);
    const findings = payments.length === 0 ? [] : [ambiguity(id, partner, callback, notice, payments)];
    const [row] = await this.database.query<OperationRow>(STORE, [
      ...[id, partner.id, notice.receipt, amount.minor, amount.currency],
      ...[payer?.type ?? null, payer?.value ?? null, payer?.name ?? null],
      ...[notice.reference, notice.description ?? null, null, partner.descriptor.unresolvedAfterMs],
      ...[callback.id, JSON.stringify(findings.map((finding) => findingRow(finding, now)))],
    ]);
    return row ? toOperation(row) : null;
  }
}

const MOST_NAMED = 50;

const ambiguity = (
  operationId: string,
  partner: Partner,
  callback: ClaimedCallback,
  { receipt }: ReceiptNotice,
  payments: readonly Operation[],
): Finding => ({
  kind: 'ambiguous_receipt',
  partner: partner.id,
  operationId,
  callbackId: callback.id,
  details: {
    why: 'it may be the money of these payments, and none of them alone has claimed it',
    receipt,
    fitting: payments.length,
    payments: payments.slice(0, MOST_NAMED).map(({ id }) => id),
  },
});
