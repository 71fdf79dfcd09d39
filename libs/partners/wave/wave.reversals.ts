import { type Clock, cut } from '#domain';
import {
  type EnquiryOutcome,
  type NotFound,
  type Order,
  OrderRefused,
  type Outcome,
  type Reply,
  type Reversals,
  settle,
  settleEnquiry,
  type SubmittedOrder,
  UnmappedAnswer,
} from '#partner-kit';
import { type WaveClient } from './wave.client.js';
import { toNoNews, toReversalRefusal } from './wave.errors.js';
import { daysFrom, findRow } from './wave.statement.js';
import { isSuccess, read, WavePayout, type WaveRow, WaveSession } from './wave.wire.js';

/** A payout can be taken back for three days. Source: Business API, "Reverse a payout", copies of 2022 to 2026. */
const PAYOUT_REVERSIBLE_MS = 3 * 86_400_000;

const REFUND_TYPES: readonly string[] = [
  'api_checkout_refund',
  'merchant_payment_refund',
  'b2b_payment_reversal',
];

/** Gives money back, whole and with its fee. Wave takes a repeat for the first: nothing is given back twice. */
export function waveReversals(client: WaveClient, clock: Clock): Reversals {
  function send(original: SubmittedOrder): Promise<Reply> {
    const id = identifierOf(original);
    switch (original.kind) {
      case 'payment':
        return client.refundSession(id);
      case 'transfer':
        return client.reversePayout(id);
      default:
        return client.refundTransaction(id);
    }
  }

  async function reverse(order: Order, original: SubmittedOrder): Promise<Outcome> {
    const reply = await send(original);
    // The answer is empty: there is no identifier of a reversal.
    if (isSuccess(reply)) return { is: 'succeeded' };
    const refusal = toReversalRefusal(reply, order);
    if (refusal.is !== 'declined' || !order.isRepeat || original.kind !== 'transfer') return refusal;
    // An earlier try may have taken it back, and its answer been lost: the payout says so.
    const now = toReversalOfPayout(await client.getPayout(identifierOf(original)));
    return now.is === 'notFound' ? refusal : now;
  }

  async function enquire(order: SubmittedOrder, original: SubmittedOrder): Promise<EnquiryOutcome> {
    const id = identifierOf(original);
    if (original.kind === 'transfer') return toReversalOfPayout(await client.getPayout(id));
    if (original.kind === 'payment') {
      const reply = await client.getSession(id);
      if (!isSuccess(reply)) return toNoNews(reply);
      if (read(WaveSession, reply).when_refunded !== null) return { is: 'succeeded' };
    }
    for (const day of daysFrom(order.createdAt, clock)) {
      if (await findRow(client, day, (row) => isRefundOf(row, original))) return { is: 'succeeded' };
    }
    return { is: 'notFound' };
  }

  function check(order: Order, original: SubmittedOrder): void {
    identifierOf(original);
    if (!order.amount.equals(original.amount)) {
      throw new OrderRefused('Wave gives back whole amounts only', '/amount/value');
    }
    const age = clock.now().getTime() - (original.submittedAt ?? original.createdAt).getTime();
    if (original.kind === 'transfer' && age > PAYOUT_REVERSIBLE_MS) {
      throw new OrderRefused('Wave takes a payout back within three days only', '');
    }
  }

  return {
    reversible: { payment: 'whole', transfer: 'whole', receipt: 'whole' },
    resubmissionIsSafe: () => true,
    check,
    reverse: (order, original) => settle(reverse(order, original), (outcome) => outcome),
    enquire: (order, original) => settleEnquiry(enquire(order, original), (outcome) => outcome),
  };
}

/** @throws OrderRefused where Wave never named what is to be given back */
function identifierOf({ kind, partnerReference, receipt }: SubmittedOrder): string {
  const id = kind === 'receipt' ? receipt : partnerReference;
  if (id === null) throw new OrderRefused('Wave never gave an identifier of what is to be given back', '');
  return id;
}

/** Not reversed is "not found": Wave has nothing of the reversal. */
function toReversalOfPayout(reply: Reply): Outcome | NotFound {
  if (!isSuccess(reply)) return toNoNews(reply);
  const { status } = read(WavePayout, reply);
  if (status === 'reversed') return { is: 'succeeded' };
  if (status === 'succeeded') return { is: 'notFound' };
  return {
    is: 'unknown',
    cause: new UnmappedAnswer(`Wave says ${cut(status, 80)} of what is to be given back`),
  };
}

const isRefundOf = (row: WaveRow, { receipt, partnerReference, kind }: SubmittedOrder): boolean =>
  (row.is_reversal === true || REFUND_TYPES.includes(row.transaction_type)) &&
  ((receipt !== null && row.transaction_id === receipt) ||
    (kind === 'payment' && partnerReference !== null && row.checkout_api_session_id === partnerReference));
