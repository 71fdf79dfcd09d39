import { isTerminal } from '#domain';
import { type ReceiptFit, type ReceiptNotice } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';

/** $1 partner, $2 receipt: whoever claims it, whatever else is told of it. */
const CLAIMING = `SELECT * FROM operations WHERE partner = $1 AND claimed_receipt = $2`;

/**
 * $3 amount, $4 currency, $5 accounts, $6 when it was paid: payments that were sent and have no receipt. What is marked
 * by neither account nor payer is among them.
 */
const UNRECEIPTED = `SELECT * FROM operations
  WHERE partner = $1 AND kind = 'payment' AND receipt IS NULL AND amount_minor = $3 AND currency = $4
    AND receipt_account = ANY ($5::text[]) AND id >= lowest_id_at($6::timestamptz - interval '2 days')
    AND (state <> 'received' OR attempts > 0) AND state <> 'awaiting_approval'`;

/** One snapshot for both: a payment that claims it meanwhile is still among those that fit. */
export const CANDIDATES = { name: 'receipt-candidates', text: `${CLAIMING} UNION ALL ${UNRECEIPTED}` };

/** $7 payers. */
export const CANDIDATES_BY_PAYER = {
  name: 'receipt-candidates-by-payer',
  text: `${CLAIMING} UNION ALL ${UNRECEIPTED} AND receipt_payer = ANY ($7::text[])`,
};

/** Whose money it is, or, where nobody can say, whose it may be. */
export interface Candidates {
  readonly payment: Operation | null;
  readonly doubtful: readonly Operation[];
}

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
   */
  async find(partner: string, notice: ReceiptNotice): Promise<Candidates> {
    const operations = await this.read(partner, notice);
    const claimants = operations.filter(({ claimedReceipt }) => claimedReceipt === notice.receipt);
    if (claimants.length === 1) return oneOf(claimants);
    const asked = claimants.length > 1 ? claimants : operations.filter(isUnclaimed);
    const { fits = [], doubtful = [] } = await this.sorted(asked, notice);
    if (claimants.length > 1) return oneOf(fits.length === 1 ? fits : claimants);
    if (fits.length > 0) return oneOf(waitingFirst(fits));
    return { payment: null, doubtful: waitingFirst(doubtful) };
  }

  private async sorted(
    operations: readonly Operation[],
    notice: ReceiptNotice,
  ): Promise<Partial<Record<ReceiptFit, readonly Operation[]>>> {
    if (operations.length === 0) return {};
    const orders = await this.reader.asSubmitted(operations);
    return Object.groupBy(operations, (_, n) => {
      const order = orders[n];
      return order === undefined ? 'misfit' : notice.fit(order);
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
  return payments.length === 1 ? { payment, doubtful: [] } : { payment: null, doubtful: payments };
};

function waitingFirst(payments: readonly Operation[]): readonly Operation[] {
  const waiting = payments.filter(({ state }) => !isTerminal(state) || state === 'succeeded');
  return waiting.length > 0 ? waiting : payments;
}

const isUnclaimed = ({ claimedReceipt }: Operation): boolean => claimedReceipt === null;
