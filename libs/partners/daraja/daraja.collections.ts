import { type Clock } from '#domain';
import {
  type Collections,
  type EnquiryOutcome,
  type Order,
  OrderRefused,
  type Outcome,
  type PaymentMarks,
  settle,
  settleEnquiry,
  type SubmittedOrder,
} from '#partner-kit';
import { marksOf } from './daraja.c2b.js';
import { type DarajaClient } from './daraja.client.js';
import { accountReferenceOf, toPromptStateBody, toPushBody, toQrBody } from './daraja.mapper.js';
import { promptStateOutcome, pushOutcome, qrOutcome } from './daraja.outcomes.js';
import { type CollectionNumbers, type DarajaSettings } from './daraja.settings.js';
import { byReceipt, nothingToAskBy, type StatusQuestions } from './daraja.status.js';

const QR = 'qr';

interface Means {
  readonly client: DarajaClient;
  readonly clock: Clock;
  readonly settings: Pick<DarajaSettings, 'limits' | 'timing'>;
  readonly numbers: CollectionNumbers;
  readonly merchantName: string;
  readonly passkey: string;
  readonly status: StatusQuestions | undefined;
  readonly callbackUrl: (path: string) => string;
}

/** Debits a payer: by a prompt on the phone, or by a QR code that the payer scans. */
export class DarajaCollections implements Collections {
  readonly methods = ['push', QR];

  constructor(private readonly means: Means) {}

  /** Every push is a prompt of its own; a QR code moves nothing by itself, and its reference stays the same. */
  resubmissionIsSafe(order: Order): boolean {
    return order.method === QR;
  }

  check(order: Order): void {
    if (order.method !== QR) this.pushBody(order);
    else if (this.means.numbers.isTill && !order.payer) {
      throw new OrderRefused('what is paid to a till can only be recognised by its payer', '/payer');
    } else this.qrBody(order);
  }

  collect(order: Order): Promise<Outcome> {
    const { client } = this.means;
    return order.method === QR
      ? settle(client.post('qrCode', this.qrBody(order)), (answer) =>
          qrOutcome(answer, accountReferenceOf(order)),
        )
      : settle(client.post('stkPush', this.pushBody(order)), pushOutcome);
  }

  marksOf(order: Omit<Order, 'isRepeat'>): PaymentMarks {
    return marksOf(order, this.means.numbers);
  }

  enquire(order: SubmittedOrder): Promise<EnquiryOutcome> {
    return order.method === QR ? this.enquireQr(order) : this.enquirePush(order);
  }

  /** Nothing is known of a QR code before its receipt comes. */
  private async enquireQr(order: SubmittedOrder): Promise<EnquiryOutcome> {
    return order.receipt === null ? { is: 'pending' } : this.askByReceipt(order);
  }

  private async enquirePush(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const claimed = order.partnerReference === null ? order.claimedNames?.[0] : undefined;
    const prompt = order.partnerReference ?? claimed;
    if (prompt === undefined) return this.askByReceipt(order);
    const { client, clock, numbers, passkey, settings } = this.means;
    const now = clock.now();
    const ageMs = now.getTime() - (order.submittedAt ?? order.createdAt).getTime();
    const told = await settleEnquiry(
      client.post('stkState', toPromptStateBody(prompt, numbers, passkey, now)),
      (answer) => promptStateOutcome(answer, ageMs < settings.timing.visibilityDelayMs),
    );
    // A query carries no id of ours: the name that it was asked by is the prompt's once it has decided the payment.
    const decides = told.is === 'succeeded' || told.is === 'declined';
    const outcome = decides && claimed !== undefined ? { ...told, reference: claimed } : told;
    return order.receipt === null ? outcome : this.withReceipt(order, outcome, ageMs);
  }

  /** The query names no receipt: of the one that a callback named, M-Pesa is asked. */
  private async withReceipt(
    order: SubmittedOrder,
    outcome: EnquiryOutcome,
    ageMs: number,
  ): Promise<EnquiryOutcome> {
    const { status, settings } = this.means;
    // It has been seen to deny, and not to know, what a callback had a receipt for: the receipt decides.
    if (outcome.is === 'declined') return this.askByReceipt(order);
    if (outcome.is === 'unknown') return status ? this.askByReceipt(order) : outcome;
    if (outcome.is !== 'succeeded') return outcome;
    if (!status) return { ...outcome, receipt: order.receipt ?? undefined };
    // The payment is proven without it, and does not wait for it for ever.
    return ageMs < settings.timing.receiptProofMs ? this.askByReceipt(order) : outcome;
  }

  private async askByReceipt(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const { status, numbers } = this.means;
    if (!status) return nothingToAskBy();
    return status.ask(order, {
      shortCode: numbers.shortCode,
      direction: 'received',
      trace: byReceipt(order),
    });
  }

  private pushBody(order: Order) {
    const { numbers, passkey, settings, clock, callbackUrl } = this.means;
    const limit = settings.limits.payments;
    return toPushBody(order, {
      numbers,
      passkey,
      limit,
      now: clock.now(),
      callbackUrl: callbackUrl(`stk/${order.id}`),
    });
  }

  private qrBody(order: Order) {
    const { numbers, merchantName, settings } = this.means;
    return toQrBody(order, numbers, merchantName, settings.limits.payments);
  }
}
