import { type DiscrepancyKind, type FailureReason, newId, type OperationState } from '#domain';
import { Database, SystemClock } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { findingRow } from '../discrepancies/discrepancies.js';
import { EVENED, FLAG_SEEN } from '../discrepancies/mispassed.js';
import { NO_CLIENT } from '../intake/intake.js';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { Reversals } from '../operations/reversals.js';
import { Announcements, hasEndedBadly, refusalOfCredit } from './announcements.js';

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

/** The last of each credit's reversals, how many there were, and what all of them have done or may yet do. */
const TAKEN_BACK = {
  name: 'passing-on-taken-back',
  text: `SELECT DISTINCT ON (reverses) reverses, id, state, failure->>'reason' AS reason,
      count(*) OVER every AS tries, bool_or(state = 'succeeded') OVER every AS "hasSucceeded",
      bool_or(state NOT IN ('failed', 'cancelled', 'expired') OR failure->>'moneyMoved' = 'unknown') OVER every AS "isPossible"
    FROM operations WHERE reverses = ANY ($1::uuid[]) WINDOW every AS (PARTITION BY reverses) ORDER BY reverses, id DESC`,
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

const NOT_CREDITED = 'the money came, and the customer is not credited';
const TAKEN_ALL_THE_SAME = 'the money came, and the credit was taken back';
/** The looks go on, and settle it. */
const NOT_YET = 'the keeper of the account has not given it back yet';
const NOT_ANY_MORE = 'the keeper of the account does not give it back';

interface Row {
  readonly receipt_id: string;
  readonly credit_id: string;
  readonly looks: number;
}

/** The last one. */
interface Reversal {
  readonly id: string;
  readonly reverses: string;
  readonly state: OperationState;
  readonly reason: string | null;
  readonly tries: string;
  /** One of them has. */
  readonly hasSucceeded: boolean;
  /** One of them has given it back, or may yet. */
  readonly isPossible: boolean;
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
    if (settled.length > 0) await this.dismiss(settled);
    return rows.length;
  }

  /** What was flagged of them is settled first: what is not looked at any more, nobody would settle. */
  private async dismiss(settled: readonly Row[]): Promise<void> {
    await this.database.query(EVENED, [settled.map(({ credit_id }) => credit_id)]);
    await this.database.query(SETTLED, [
      settled.map(({ receipt_id }) => receipt_id),
      settled.map(({ looks }) => looks),
    ]);
  }

  /** What goes wrong with one is tried again, and holds up no other. */
  private async settle(pair: Pair): Promise<boolean> {
    try {
      if (await this.isSettled(pair)) return true;
    } catch (error) {
      this.logger.error({ err: error, operation: pair.receipt.id }, 'a credit could not be settled');
    }
    if (isOwedBack(pair) && pair.looks >= LATE_LOOKS) await this.flagNotTakenBack(pair, NOT_YET);
    return false;
  }

  /** Does what is to be done next. True once nothing is. */
  private async isSettled(pair: Pair): Promise<boolean> {
    const { receipt, credit, reversal } = pair;
    if (receipt.state === 'succeeded') {
      const isTaken = reversal?.hasSucceeded === true;
      if (!isTaken && !isCertain(credit)) return credit.state === 'succeeded' && !reversal?.isPossible;
      await this.flag(pair, 'committed_not_credited', isTaken ? TAKEN_ALL_THE_SAME : NOT_CREDITED);
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
    await this.announcements.giveUp({ receipt, credit }, refusalOfCredit(credit), 'the credit was refused');
  }

  /** Or cannot be, by us. */
  private async isTakenBack(pair: Pair): Promise<boolean> {
    const { reversal } = pair;
    if (reversal?.hasSucceeded) return true;
    if (reversal?.isPossible) return false;
    if ((reversal === undefined || isWorthAnother(reversal)) && (await this.takeBack(pair))) return false;
    await this.flagNotTakenBack(pair, NOT_ANY_MORE);
    return true;
  }

  /** By an operation of its own; another one only after the one before has ended without effect. False: by none. */
  private async takeBack({ credit, reversal }: Pair): Promise<boolean> {
    const result = await this.reversals.reverse({
      id: newId(this.clock.now()),
      clientId: NO_CLIENT,
      seesReceipts: true,
      originalId: credit.id,
      idempotencyKey: `taken back ${credit.id} ${reversal?.tries ?? '0'}`,
      digest: credit.id,
      amount: null,
      reason: 'the money that it passed on did not come',
    });
    if (result.is !== 'refused' && result.is !== 'notFound') return true;
    this.logger.error({ operation: credit.id, result }, 'a credit cannot be taken back');
    // Something else gives it back, or may: that is waited for.
    return result.is === 'refused' && result.code === 'amount-exceeds-original';
  }

  private flagNotTakenBack(pair: Pair, why: string): Promise<void> {
    return this.flag(pair, 'credit_not_taken_back', why);
  }

  /** Only as long as it is as it was seen. */
  private async flag(pair: Pair, kind: DiscrepancyKind, why: string): Promise<void> {
    const { receipt, credit, reversal, looks } = pair;
    const { partner, id: operationId } = receipt;
    const { id = null, state = null, reason = null } = reversal ?? {};
    const details = {
      ...{ why, credit: credit.id, creditState: credit.state },
      ...{ reversal: id, reversalState: state, reversalFailure: reason },
    };
    const finding = findingRow({ kind, partner, operationId, callbackId: null, details }, this.clock.now());
    await this.database.query(FLAG_SEEN, [operationId, looks, JSON.stringify(finding)]);
  }
}

/** Ended without a credit, and nobody doubts it. */
const isCertain = (credit: Operation): boolean =>
  hasEndedBadly(credit) && credit.failure?.moneyMoved !== 'unknown';

const isWorthAnother = ({ reason }: Reversal): boolean => reason !== null && WORTH_ANOTHER.includes(reason);

/** Does a customer have a credit whose money does not come? */
const isOwedBack = ({ receipt, credit, reversal }: Pair): boolean =>
  hasEndedBadly(receipt) && credit.state === 'succeeded' && reversal?.hasSucceeded !== true;
