import {
  type Disbursements,
  type EnquiryOutcome,
  type Order,
  OrderRefused,
  type Outcome,
  type Reply,
  type Reversals,
  settle,
  settleEnquiry,
  type SubmittedOrder,
} from '#partner-kit';
import { type CoreBankingClient } from './core-banking.client.js';
import { CREDIT_REASONS, isNotThere, REVERSAL_REASONS, toNoNews, toRefusal } from './core-banking.errors.js';
import { toCredited, toTakenBack } from './core-banking.mapper.js';
import { payeeOf, toCreditBody, toReversalBody } from './core-banking.requests.js';
import { CoreCredit, CoreReversal, isSuccess, read } from './core-banking.wire.js';

/** Credits a customer of the bank. */
export const coreBankingDisbursements = (client: CoreBankingClient): Disbursements => ({
  // "An id is booked once, however often it is sent." docs/partners/core-banking.md, "Ids".
  resubmissionIsSafe: () => true,
  check: (order) => void payeeOf(order),
  disburse: (order) =>
    settle(client.putCredit(order.id, toCreditBody(order)), (reply) => toCreditOutcome(reply, order)),
  enquire: (order) => settleEnquiry(client.getCredit(order.id), (reply) => toCreditNews(reply, order)),
});

const toCreditOutcome = (reply: Reply, order: Order): Outcome =>
  isSuccess(reply) ? toCredited(read(CoreCredit, reply), order) : toRefusal(reply, order, CREDIT_REASONS);

function toCreditNews(reply: Reply, order: Order): EnquiryOutcome {
  if (isSuccess(reply)) return toCredited(read(CoreCredit, reply), order);
  return isNotThere(reply, 'credit_unknown') ? { is: 'notFound' } : toNoNews(reply);
}

/** Takes a credit back, whole. */
export const coreBankingReversals = (client: CoreBankingClient): Reversals => ({
  reversible: { transfer: 'whole' },
  // The same promise as for credits.
  resubmissionIsSafe: () => true,
  check: (order, credit) => {
    if (!order.amount.equals(credit.amount)) {
      throw new OrderRefused('the back end takes back whole credits only', '/amount/value');
    }
  },
  reverse: (order, credit) =>
    settle(client.putReversal(order.id, toReversalBody(order, credit)), (reply) =>
      toReversalOutcome(reply, order, credit),
    ),
  enquire: (order, credit) =>
    settleEnquiry(client.getReversal(order.id), (reply) => toReversalNews(reply, order, credit)),
});

const toReversalOutcome = (reply: Reply, order: Order, credit: SubmittedOrder): Outcome =>
  isSuccess(reply)
    ? toTakenBack(read(CoreReversal, reply), order, credit.id)
    : toRefusal(reply, order, REVERSAL_REASONS);

function toReversalNews(reply: Reply, order: Order, credit: SubmittedOrder): EnquiryOutcome {
  if (isSuccess(reply)) return toTakenBack(read(CoreReversal, reply), order, credit.id);
  return isNotThere(reply, 'reversal_unknown') ? { is: 'notFound' } : toNoNews(reply);
}
