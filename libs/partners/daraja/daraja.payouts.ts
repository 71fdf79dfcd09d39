import {
  type Disbursements,
  type EnquiryOutcome,
  type Order,
  type Outcome,
  settle,
  type SubmittedOrder,
} from '#partner-kit';
import { type DarajaClient } from './daraja.client.js';
import {
  type Initiator,
  type ResultUrls,
  toBusinessPayoutBody,
  toCustomerPayoutBody,
} from './daraja.mapper.js';
import { initiatorRequestOutcome, outcomeOfRepeat } from './daraja.outcomes.js';
import { type DarajaSettings, type PayoutSettings } from './daraja.settings.js';
import { byConversation, byReceipt, type StatusQuestions } from './daraja.status.js';

interface Means {
  readonly client: DarajaClient;
  readonly initiator: Initiator;
  readonly payouts: PayoutSettings;
  readonly limits: DarajaSettings['limits'];
  readonly status: StatusQuestions;
  readonly callbackUrl: (path: string) => string;
}

/** Credits a payee: a customer's phone, a paybill or a till. */
export class DarajaPayouts implements Disbursements {
  constructor(private readonly means: Means) {}

  /** Payouts to customers carry our id, and M-Pesa takes each id once; payouts to businesses carry none. */
  resubmissionIsSafe(order: Order): boolean {
    return isCustomer(order);
  }

  check(order: Order): void {
    this.body(order);
  }

  async disburse(order: Order): Promise<Outcome> {
    if (!isCustomer(order)) {
      return settle(this.means.client.post('payBusiness', this.body(order)), initiatorRequestOutcome);
    }
    const outcome = await settle(
      this.means.client.post('payCustomer', this.body(order)),
      initiatorRequestOutcome,
    );
    return order.isRepeat ? outcomeOfRepeat(outcome) : outcome;
  }

  enquire(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const { status, payouts } = this.means;
    return status.ask(order, {
      shortCode: payouts.shortCode,
      direction: 'sent',
      trace: isCustomer(order) ? { conversation: order.id } : (byConversation(order) ?? byReceipt(order)),
    });
  }

  private body(order: Order) {
    const { payouts, limits, initiator } = this.means;
    const account = { payouts, limits, initiator };
    return isCustomer(order)
      ? toCustomerPayoutBody(order, { ...account, urls: this.urls('b2c', order) })
      : toBusinessPayoutBody(order, { ...account, urls: this.urls('b2b', order) });
  }

  private urls(product: string, { id }: Order): ResultUrls {
    const { callbackUrl } = this.means;
    return {
      ResultURL: callbackUrl(`${product}/result/${id}`),
      QueueTimeOutURL: callbackUrl(`${product}/timeout/${id}`),
    };
  }
}

const isCustomer = ({ payee }: Order): boolean => payee?.type !== 'paybill' && payee?.type !== 'till';
