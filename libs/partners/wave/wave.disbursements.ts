import {
  type Disbursements,
  type EnquiryOutcome,
  type Order,
  type Outcome,
  type Reply,
  settle,
  settleEnquiry,
  type SubmittedOrder,
} from '#partner-kit';
import { type WaveClient } from './wave.client.js';
import { toNoNews, toRefusal } from './wave.errors.js';
import { expectAmount, tellingPayout, toPayoutOutcome } from './wave.mapper.js';
import { toPayoutBody } from './wave.requests.js';
import { type WaveSettings } from './wave.settings.js';
import { isSuccess, read, WavePayout, WavePayouts } from './wave.wire.js';

/** Credits a customer's wallet. Synchronous; no webhook tells of it. */
export function waveDisbursements(client: WaveClient, settings: WaveSettings): Disbursements {
  async function disburse(order: Order): Promise<Outcome> {
    const reply = await client.createPayout(toPayoutBody(order, settings), order.id);
    return isSuccess(reply) ? toOutcome(reply, order) : toRefusal(reply, order);
  }

  async function enquire(order: SubmittedOrder): Promise<EnquiryOutcome> {
    let id = order.partnerReference;
    if (id === null) {
      const found = await client.searchPayouts(order.id);
      if (!isSuccess(found)) return toNoNews(found);
      id = tellingPayout(read(WavePayouts, found).result, order.id)?.id ?? null;
    }
    if (id === null) return { is: 'notFound' };
    const reply = await client.getPayout(id);
    return isSuccess(reply) ? toOutcome(reply, order) : toNoNews(reply);
  }

  return {
    // Wave pays once for one idempotency key, and ours is the order's id.
    resubmissionIsSafe: () => true,
    disburse: (order) => settle(disburse(order), (outcome) => outcome),
    enquire: (order) => settleEnquiry(enquire(order), (outcome) => outcome),
  };
}

function toOutcome(reply: Reply, order: Order): Outcome {
  const payout = read(WavePayout, reply);
  expectAmount(order, payout.receive_amount, payout.currency);
  return toPayoutOutcome(payout);
}
