import { isTerminal } from '#domain';
import { type ReceiptNotice } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';

/** $1 partner, $2 receipt: whoever claims it, whatever else is told of it. */
const CLAIMING = `SELECT * FROM operations WHERE partner = $1 AND claimed_receipt = $2`;

/**
 * $3 amount, $4 currency, $5 accounts, $6 when it was paid: payments that were sent and have no receipt, also those that have
 * ended. What is marked by neither account nor payer is among them.
 */
const UNRECEIPTED = `SELECT * FROM operations
  WHERE partner = $1 AND kind = 'payment' AND receipt IS NULL AND amount_minor = $3 AND currency = $4
    AND receipt_account = ANY ($5::text[]) AND id >= lowest_id_at($6::timestamptz - interval '2 days')
    AND attempts > 0`;

/** One snapshot for both: a payment that claims it meanwhile is still among those that fit. */
export const CANDIDATES = { name: 'receipt-candidates', text: `${CLAIMING} UNION ALL ${UNRECEIPTED}` };

/** $7 payers. */
export const CANDIDATES_BY_PAYER = {
  name: 'receipt-candidates-by-payer',
  text: `${CLAIMING} UNION ALL ${UNRECEIPTED} AND receipt_payer = ANY ($7::text[])`,
};

/**
 * So far a partner's clock may be from ours. Too little, and what is told of by its confirmation alone waits for a person as
 * soon as a clock is off; too much, and what was paid by hand just before or after is taken for the payment's.
 */
const SKEW_MS = 15 * 60_000;

/** Whose money it is, or, where nobody can say, whose it may be. */
export interface Candidates {
  readonly payment: Operation | null;
  readonly possible: readonly Operation[];
}

/** `doubtful`: what it says fits, but not when it was paid. Only the payment's own news, or a person, can tell. */
type Match = 'fits' | 'doubtful' | 'misfit';

/** Looks for the payments that money told of unasked may belong to. */
@Injectable()
export class ReceiptCandidates {
  constructor(
    private readonly database: Database,
    private readonly reader: OperationReader,
  ) {}

  /**
   * Whoever claims the receipt; or whom it fits, or whom it fits but for the time. Those that wait for their money go
   * before those that have ended without.
   * @param heardAt when we heard of it: it is no money of what was asked for later
   */
  async find(partner: string, notice: ReceiptNotice, heardAt: Date): Promise<Candidates> {
    const operations = await this.read(partner, notice);
    const claimants = operations.filter(({ claimedReceipt }) => claimedReceipt === notice.receipt);
    if (claimants.length === 1) return oneOf(claimants);
    const asked = claimants.length > 1 ? claimants : operations.filter(isUnclaimed);
    const { fits = [], doubtful = [] } = await this.sorted(asked, notice, heardAt);
    if (claimants.length > 1) return oneOf(fits.length === 1 ? fits : claimants);
    const waiting = fits.filter(isWaiting);
    if (waiting.length > 0) return oneOf(waiting);
    // By a clock that is behind, the money of a second attempt fits the first, which has ended without.
    if (doubtful.some(isWaiting))
      return { payment: null, possible: [...doubtful.filter(isWaiting), ...fits] };
    return fits.length > 0 ? oneOf(fits) : { payment: null, possible: doubtful };
  }

  private async sorted(
    operations: readonly Operation[],
    notice: ReceiptNotice,
    heardAt: Date,
  ): Promise<Partial<Record<Match, readonly Operation[]>>> {
    if (operations.length === 0) return {};
    const orders = await this.reader.asSubmitted(operations);
    return Object.groupBy(operations, (operation, n) => {
      const order = orders[n];
      const fit = order === undefined ? 'misfit' : notice.fit(order);
      if (fit === 'misfit' || operation.createdAt > heardAt) return 'misfit';
      return fit === 'named' || isTimely(operation, notice) ? 'fits' : 'doubtful';
    });
  }

  private async read(
    partner: string,
    { receipt, amount, paidAt, marks }: ReceiptNotice,
  ): Promise<readonly Operation[]> {
    const payer = marks?.payer ?? null;
    const accounts = marks === null ? [] : [marks.account, ''];
    const values = [partner, receipt, amount.minor, amount.currency, accounts, paidAt];
    const rows = await (payer === null
      ? this.database.query<OperationRow>(CANDIDATES, values)
      : this.database.query<OperationRow>(CANDIDATES_BY_PAYER, [...values, [payer, '']]));
    return [...new Map(rows.map((row) => [row.id, toOperation(row)])).values()];
  }
}

const oneOf = (payments: readonly Operation[]): Candidates => {
  const [payment = null] = payments;
  return payments.length === 1 ? { payment, possible: [] } : { payment: null, possible: payments };
};

/** Not before the payment was made, and not after it had succeeded. */
const isTimely = ({ createdAt, state, completedAt }: Operation, { paidAt }: ReceiptNotice): boolean =>
  paidAt.getTime() >= createdAt.getTime() - SKEW_MS &&
  (state !== 'succeeded' || completedAt === null || paidAt.getTime() <= completedAt.getTime() + SKEW_MS);

const isWaiting = ({ state }: Operation): boolean => !isTerminal(state) || state === 'succeeded';

const isUnclaimed = ({ claimedReceipt }: Operation): boolean => claimedReceipt === null;
