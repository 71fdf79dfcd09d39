import { type DiscrepancyKind, failure, newId, type OperationState } from '#domain';
import { Database, SystemClock } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { Discrepancies } from '../discrepancies/discrepancies.js';
import { NO_CLIENT } from '../intake/intake.js';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { Reversals } from '../operations/reversals.js';
import { Announcements, hasEndedBadly } from './announcements.js';

/** Looked at more and more rarely, but never more rarely than this. */
const LONGEST_REST_S = 10;

/** $1: at most. */
const LOOK = {
  name: 'passing-on-look',
  text: `WITH due AS MATERIALIZED (
    SELECT receipt_id FROM passing_on WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE passing_on p SET looks = p.looks + 1, due_at = now() + make_interval(secs => least(2 ^ least(p.looks, 10), $2))
  FROM due WHERE p.receipt_id = due.receipt_id RETURNING p.receipt_id, p.credit_id`,
};

const TAKEN_BACK = {
  name: 'passing-on-taken-back',
  text: `SELECT DISTINCT ON (reverses) reverses, state, failure->>'moneyMoved' AS moved FROM operations
    WHERE reverses = ANY ($1::uuid[]) ORDER BY reverses, id DESC`,
};

const SETTLED = {
  name: 'passing-on-settled',
  text: 'DELETE FROM passing_on WHERE receipt_id = ANY ($1::uuid[])',
};

interface Row {
  readonly receipt_id: string;
  readonly credit_id: string;
}

interface Reversal {
  readonly reverses: string;
  readonly state: OperationState;
  readonly moved: string | null;
}

/** A receipt, its credit, and the giving back of the credit where there is one. */
interface Pair {
  readonly receipt: Operation;
  readonly credit: Operation;
  readonly reversal: Reversal | undefined;
}

/** Sees to it that a customer is credited exactly when the money comes: what is not settled by the answer itself is here. */
@Injectable()
export class PassingOn {
  private readonly logger = new Logger(PassingOn.name);

  constructor(
    private readonly database: Database,
    private readonly reader: OperationReader,
    private readonly announcements: Announcements,
    private readonly reversals: Reversals,
    private readonly discrepancies: Discrepancies,
    private readonly clock: SystemClock,
  ) {}

  /** Says how many were looked at. */
  async settleDue(limit: number): Promise<number> {
    const rows = await this.database.query<Row>(LOOK, [limit, LONGEST_REST_S]);
    if (rows.length === 0) return 0;
    const [operations, reversals] = await Promise.all([
      this.reader.findMany(rows.flatMap(({ receipt_id, credit_id }) => [receipt_id, credit_id])),
      this.database.query<Reversal>(TAKEN_BACK, [rows.map(({ credit_id }) => credit_id)]),
    ]);
    const settled: string[] = [];
    for (const { receipt_id, credit_id } of rows) {
      const [receipt, credit] = [operations.get(receipt_id), operations.get(credit_id)];
      const reversal = reversals.find(({ reverses }) => reverses === credit_id);
      if (receipt && credit && (await this.settle({ receipt, credit, reversal }))) settled.push(receipt_id);
    }
    if (settled.length > 0) await this.database.query(SETTLED, [settled]);
    return rows.length;
  }

  /** What goes wrong with one is tried again, and holds up no other. */
  private async settle(pair: Pair): Promise<boolean> {
    try {
      return await this.isSettled(pair);
    } catch (error) {
      this.logger.error({ err: error, operation: pair.receipt.id }, 'a credit could not be settled');
      return false;
    }
  }

  /** Does what is to be done next. True once nothing is. */
  private async isSettled(pair: Pair): Promise<boolean> {
    const { receipt, credit, reversal } = pair;
    if (receipt.state === 'succeeded') {
      if (credit.state === 'succeeded' && !reversal) return true;
      if (!reversal && !hasEndedBadly(credit)) return false;
      return this.flag(pair, 'committed_not_credited', 'the money came, and the customer is not credited');
    }
    if (!hasEndedBadly(receipt)) {
      if (hasEndedBadly(credit)) await this.giveUp(pair);
      return false;
    }
    if (hasEndedBadly(credit)) return true;
    if (credit.state === 'received') await this.withdraw(pair);
    if (credit.state === 'succeeded')
      return reversal ? this.isTakenBack(pair, reversal) : this.takeBack(pair);
    return false;
  }

  private giveUp({ receipt, credit }: Pair): Promise<void> {
    const { reason = 'partner_rejected', partner = null } = credit.failure ?? {};
    return this.announcements.giveUp(
      { receipt, credit },
      failure(reason, 'no', partner),
      'the credit was refused',
    );
  }

  private withdraw({ credit }: Pair): Promise<void> {
    return this.announcements.withdraw(credit.id, failure('payer_cancelled', 'no'));
  }

  /** The credit is given back by an operation of its own, made once however often this is tried. */
  private async takeBack({ credit }: Pair): Promise<false> {
    const result = await this.reversals.reverse({
      id: newId(this.clock.now()),
      clientId: NO_CLIENT,
      seesReceipts: true,
      originalId: credit.id,
      idempotencyKey: `taken back ${credit.id}`,
      digest: credit.id,
      amount: null,
      reason: 'the money that it passed on did not come',
    });
    if (result.is === 'refused' || result.is === 'notFound')
      this.logger.error({ operation: credit.id, result }, 'a credit cannot be taken back');
    return false;
  }

  private isTakenBack(pair: Pair, { state, moved }: Reversal): Promise<boolean> | boolean {
    if (state === 'succeeded') return true;
    const isRefused =
      (state === 'failed' || state === 'expired' || state === 'cancelled') && moved !== 'unknown';
    return (
      isRefused && this.flag(pair, 'credit_not_taken_back', 'the keeper of the account does not give it back')
    );
  }

  private async flag({ receipt, credit }: Pair, kind: DiscrepancyKind, why: string): Promise<true> {
    const { partner, id: operationId } = receipt;
    const details = { why, credit: credit.id, creditState: credit.state };
    await this.discrepancies.open([{ kind, partner, operationId, callbackId: null, details }]);
    return true;
  }
}
