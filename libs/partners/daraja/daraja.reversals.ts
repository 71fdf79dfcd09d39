import {
  type EnquiryOutcome,
  type Order,
  type Outcome,
  type Reversals,
  settle,
  type SubmittedOrder,
} from '#partner-kit';
import { type DarajaClient } from './daraja.client.js';
import { type Initiator, toReversalBody } from './daraja.mapper.js';
import { initiatorRequestOutcome } from './daraja.outcomes.js';
import { type CollectionNumbers } from './daraja.settings.js';
import { byConversation, byReceipt, type StatusQuestions } from './daraja.status.js';

interface Means {
  readonly client: DarajaClient;
  readonly initiator: Initiator;
  readonly numbers: CollectionNumbers;
  readonly status: StatusQuestions;
  readonly callbackUrl: (path: string) => string;
}

/** Gives back what a customer paid. Payouts are reversed by hand in the organisation portal. */
export class DarajaReversals implements Reversals {
  readonly reversible = { payment: 'whole', receipt: 'whole' } as const;

  constructor(private readonly means: Means) {}

  /** A repeat is refused as "already reversed", which does not say by whom. */
  resubmissionIsSafe(): boolean {
    return false;
  }

  check(order: Order, original: SubmittedOrder): void {
    this.body(order, original);
  }

  reverse(order: Order, original: SubmittedOrder): Promise<Outcome> {
    return settle(this.means.client.post('reversal', this.body(order, original)), initiatorRequestOutcome);
  }

  enquire(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const { status, numbers } = this.means;
    return status.ask(order, {
      shortCode: numbers.shortCode,
      direction: 'sent',
      trace: byConversation(order) ?? byReceipt(order),
    });
  }

  private body(order: Order, original: SubmittedOrder) {
    const { numbers, initiator, callbackUrl } = this.means;
    const urls = {
      ResultURL: callbackUrl(`rev/result/${order.id}`),
      QueueTimeOutURL: callbackUrl(`rev/timeout/${order.id}`),
    };
    return toReversalBody(order, original, { numbers, initiator, urls });
  }
}
