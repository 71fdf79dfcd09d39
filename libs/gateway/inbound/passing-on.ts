import { type DiscrepancyKind, failure, type FailureReason, newId, type OperationState } from '#domain';
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
  FROM due WHERE p.receipt_id = due.receipt_id RETURNING p.receipt_id, p.credit_id, p.looks`,
};

/** The last of each credit's reversals, and how many there were. */
const TAKEN_BACK = {
  name: 'passing-on-taken-back',
  text: `SELECT DISTINCT ON (reverses) reverses, state, failure->>'moneyMoved' AS moved, failure->>'reason' AS reason,
      count(*) OVER (PARTITION BY reverses)::int AS tries
    FROM operations WHERE reverses = ANY ($1::uuid[]) ORDER BY reverses, id DESC`,
};

/**
 * Unless it was put back since: then what was looked at is not how it stands. Locked in order, as whoever puts them back does.
 * $1 receipts, $2 their looks.
 */
const SETTLED = {
  name: 'passing-on-settled',
  text: `DELETE FROM passing_on WHERE receipt_id IN (
      SELECT p.receipt_id FROM passing_on p JOIN unnest($1::uuid[], $2::int[]) AS seen(receipt_id, looks)
        ON p.receipt_id = seen.receipt_id AND p.looks = seen.looks
      ORDER BY p.receipt_id FOR UPDATE OF p)`,
};

/** Why a reversal may do better the next time: whoever keeps the account was not there, or not well set up. */
const WORTH_ANOTHER: readonly string[] = [
  'partner_unavailable',
  'partner_throttled',
  'partner_misconfigured',
] satisfies FailureReason[];

/** After so many looks, which is half a minute, somebody is told of a credit that does not come back. */
const LATE_LOOKS = 6;

interface Row {
  readonly receipt_id: string;
  readonly credit_id: string;
  readonly looks: number;
}

interface Reversal {
  readonly reverses: string;
  readonly state: OperationState;
  readonly moved: string | null;
  readonly reason: string | null;
  readonly tries: number;
}

/** A receipt, its credit, and the giving back of the credit where there is one. */
interface Pair {
  readonly receipt: Operation;
  readonly credit: Operation;
  readonly reversal: Reversal | undefined;
  readonly looks: number;
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
    const settled: Row[] = [];
    for (const row of rows) {
      const { receipt_id, credit_id, looks } = row;
      const [receipt, credit] = [operations.get(receipt_id), operations.get(credit_id)];
      const reversal = reversals.find(({ reverses }) => reverses === credit_id);
      if (receipt && credit && (await this.settle({ receipt, credit, reversal, looks }))) settled.push(row);
    }
    if (settled.length > 0)
      await this.database.query(SETTLED, [
        settled.map(({ receipt_id }) => receipt_id),
        settled.map(({ looks }) => looks),
      ]);
    return rows.length;
  }

  /** What goes wrong with one is tried again, and holds up no other. */
  private async settle(pair: Pair): Promise<boolean> {
    try {
      return await this.isSettled(pair);
    } catch (error) {
      this.logger.error({ err: error, operation: pair.receipt.id }, 'a credit could not be settled');
      return false;
    } finally {
      if (isOwedBack(pair) && pair.looks >= LATE_LOOKS) await this.flagNotTakenBack(pair);
    }
  }

  /** Does what is to be done next. True once nothing is. */
  private async isSettled(pair: Pair): Promise<boolean> {
    const { receipt, credit, reversal } = pair;
    if (receipt.state === 'succeeded') {
      const isGivenBack = reversal !== undefined && !isWithoutEffect(reversal);
      if (credit.state === 'succeeded' && !isGivenBack) return true;
      if (!isGivenBack && !isCertain(credit)) return false;
      await this.flag(pair, 'committed_not_credited', 'the money came, and the customer is not credited');
      return true;
    }
    if (!hasEndedBadly(receipt)) {
      if (hasEndedBadly(credit)) await this.giveUp(pair);
      return false;
    }
    if (isCertain(credit)) return true;
    if (credit.state === 'received') await this.announcements.withdraw(credit);
    return credit.state === 'succeeded' && this.isTakenBack(pair);
  }

  private async giveUp({ receipt, credit }: Pair): Promise<void> {
    const { reason = 'partner_rejected', partner = null } = credit.failure ?? {};
    const because = failure(reason, 'no', partner);
    await this.announcements.giveUp({ receipt, credit }, because, 'the credit was refused');
  }

  private async isTakenBack(pair: Pair): Promise<boolean> {
    const { reversal } = pair;
    if (reversal?.state === 'succeeded') return true;
    if (reversal === undefined || isWorthAnother(reversal)) await this.takeBack(pair);
    else if (isWithoutEffect(reversal)) {
      await this.flagNotTakenBack(pair);
      return true;
    }
    return false;
  }

  /** By an operation of its own; another one only after the one before has ended without effect. */
  private async takeBack({ credit, reversal }: Pair): Promise<void> {
    const result = await this.reversals.reverse({
      id: newId(this.clock.now()),
      clientId: NO_CLIENT,
      seesReceipts: true,
      originalId: credit.id,
      idempotencyKey: `taken back ${credit.id} ${String(reversal?.tries ?? 0)}`,
      digest: credit.id,
      amount: null,
      reason: 'the money that it passed on did not come',
    });
    if (result.is === 'refused' || result.is === 'notFound')
      this.logger.error({ operation: credit.id, result }, 'a credit cannot be taken back');
  }

  private flagNotTakenBack(pair: Pair): Promise<void> {
    return this.flag(pair, 'credit_not_taken_back', 'the keeper of the account has not given it back');
  }

  private async flag({ receipt, credit }: Pair, kind: DiscrepancyKind, why: string): Promise<void> {
    const { partner, id: operationId } = receipt;
    const details = { why, credit: credit.id, creditState: credit.state };
    await this.discrepancies.open([{ kind, partner, operationId, callbackId: null, details }]);
  }
}

/** Ended without a credit, and nobody doubts it. */
const isCertain = (credit: Operation): boolean =>
  hasEndedBadly(credit) && credit.failure?.moneyMoved !== 'unknown';

const isWithoutEffect = ({ state, moved }: Reversal): boolean =>
  hasEndedBadly({ state }) && moved !== 'unknown';

const isWorthAnother = (reversal: Reversal): boolean =>
  isWithoutEffect(reversal) && reversal.reason !== null && WORTH_ANOTHER.includes(reversal.reason);

/** Does a customer have a credit whose money does not come? */
const isOwedBack = ({ receipt, credit, reversal }: Pair): boolean =>
  hasEndedBadly(receipt) && credit.state === 'succeeded' && reversal?.state !== 'succeeded';
