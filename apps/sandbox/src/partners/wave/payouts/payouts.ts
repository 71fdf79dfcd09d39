import { lowerAlphanumerics, randomText } from '../../../kit/ids.js';
import { feeOn, fromMinor, timestamp, toMinor } from '../fields.js';
import { WaveRefusal } from '../refusal.js';
import { type WaveDesk } from '../wave-desk.js';
import { type PayoutRefusal, reversalRefusal, scriptFor } from './magic.js';
import { type PayoutOrder } from './order.js';

export interface Payout {
  readonly id: string;
  readonly order: PayoutOrder;
  readonly fee: bigint;
  readonly submittedAt: Date;
  readonly batchId: string | undefined;
  status: 'processing' | 'succeeded' | 'failed' | 'reversed';
  transactionId: string | undefined;
  error: PayoutRefusal | undefined;
}

const reversibleMs = 3 * 24 * 60 * 60 * 1000;

/** Payouts to customers: what was paid, what is on its way, what failed. */
export class Payouts {
  readonly #byId = new Map<string, Payout>();
  readonly #byReference = new Map<string, Payout[]>();
  readonly #limit: bigint;

  constructor(private readonly wave: WaveDesk) {
    this.#limit = toMinor(wave.settings.recipientLimit, wave.settings.currency);
  }

  /** @throws WaveRefusal when the payout is refused: then nothing was created. */
  submit(order: PayoutOrder): Payout {
    const { desk, settings, wallet } = this.wave;
    const script = scriptFor(order.mobile);
    if (script.does === 'refuse') throw new WaveRefusal(script.code, { ofPayout: true });
    const refusal = this.#refusalFor(order);
    if (refusal) throw new WaveRefusal(refusal, { ofPayout: true });
    const payout = this.create(order);
    if (script.does === 'failObject') this.#fail(payout, script.code);
    else if (script.does === 'payLater' || script.does === 'failLater') {
      const held = this.#costOf(payout);
      wallet.reserve(held);
      desk.clock.after(settings.processingMs, () => {
        wallet.release(held);
        if (script.does === 'failLater') this.#fail(payout, script.code);
        else this.#pay(payout);
      });
    } else this.#pay(payout);
    return payout;
  }

  /** A payout that is only noted, for now. */
  create(order: PayoutOrder, batchId?: string): Payout {
    const { desk, settings } = this.wave;
    const payout: Payout = {
      id: `pt-1${randomText(15, lowerAlphanumerics)}`,
      order,
      fee: feeOn(order.receive_amount, settings.feeBasisPoints),
      submittedAt: desk.clock.now(),
      batchId,
      status: 'processing',
      transactionId: undefined,
      error: undefined,
    };
    this.#byId.set(payout.id, payout);
    this.#indexReference(payout);
    return payout;
  }

  /** Ends a line of a batch: a refusal shows in the payout itself. */
  settle(payout: Payout): void {
    const script = scriptFor(payout.order.mobile);
    const refusal = 'code' in script ? script.code : this.#refusalFor(payout.order);
    if (refusal) this.#fail(payout, refusal);
    else this.#pay(payout);
  }

  /**
   * Takes amount and fee back. Repeating changes nothing.
   * @throws WaveRefusal when it is too late or the recipient no longer has the money.
   */
  reverse(payout: Payout): void {
    const { desk, wallet } = this.wave;
    if (payout.status === 'reversed') return;
    const payment = payout.transactionId === undefined ? undefined : wallet.movement(payout.transactionId);
    if (!payment) {
      throw new WaveRefusal('request-validation-error', {
        message: 'Only a succeeded payout can be reversed.',
      });
    }
    if (desk.clock.now().getTime() - payout.submittedAt.getTime() > reversibleMs) {
      throw new WaveRefusal('payout-reversal-time-limit-exceeded', { ofPayout: true });
    }
    const refusal = reversalRefusal(payout.order.mobile);
    if (refusal) throw new WaveRefusal(refusal, { ofPayout: true });
    wallet.takeBack(payment, payout.batchId === undefined ? 'api_payout_reversal' : 'bulk_payment_reversal');
    payout.status = 'reversed';
  }

  /** @throws WaveRefusal when there is none. */
  get(id: string): Payout {
    const payout = this.#byId.get(id);
    if (!payout) throw new WaveRefusal('not-found');
    return payout;
  }

  search(clientReference: string): readonly Payout[] {
    return this.#byReference.get(clientReference) ?? [];
  }

  withinLimit(minor: bigint): boolean {
    return minor <= this.#limit;
  }

  forget(): void {
    this.#byId.clear();
    this.#byReference.clear();
  }

  /** The payout as Wave shows it. */
  view(payout: Payout): object {
    const { currency } = this.wave.settings;
    const { order, error } = payout;
    return {
      id: payout.id,
      currency,
      receive_amount: fromMinor(order.receive_amount, currency),
      fee: fromMinor(payout.fee, currency),
      mobile: order.mobile,
      name: order.name ?? null,
      national_id: order.national_id ?? null,
      client_reference: order.client_reference ?? null,
      payment_reason: order.payment_reason ?? null,
      ...(order.aggregated_merchant_id ? { aggregated_merchant_id: order.aggregated_merchant_id } : {}),
      status: payout.status,
      timestamp: timestamp(payout.submittedAt),
      ...(error && { payout_error: { error_code: error, error_message: new WaveRefusal(error).message } }),
    };
  }

  #refusalFor(order: PayoutOrder): PayoutRefusal | undefined {
    const { wallet, settings } = this.wave;
    if (!this.withinLimit(order.receive_amount)) return 'recipient-limit-exceeded';
    const cost = order.receive_amount + feeOn(order.receive_amount, settings.feeBasisPoints);
    return wallet.covers(cost) ? undefined : 'insufficient-funds';
  }

  #costOf({ order, fee }: Payout): bigint {
    return order.receive_amount + fee;
  }

  #fail(payout: Payout, code: PayoutRefusal): void {
    payout.status = 'failed';
    payout.error = code;
  }

  #pay(payout: Payout): void {
    const { wallet, settings } = this.wave;
    const { order } = payout;
    payout.status = 'succeeded';
    payout.transactionId = wallet.newTransactionId();
    wallet.move({
      kind: 'transfer',
      partnerReference: payout.id,
      reference: order.client_reference ?? '',
      party: order.mobile,
      transactionId: payout.transactionId,
      transactionType: payout.batchId === undefined ? 'api_payout' : 'bulk_payment',
      amount: order.receive_amount,
      fee: payout.fee,
      direction: 'out',
      more: {
        counterparty_name: order.name ?? settings.recipientName,
        counterparty_mobile: order.mobile,
        client_reference: order.client_reference ?? undefined,
        payment_reason: order.payment_reason ?? undefined,
        batch_id: payout.batchId,
        aggregated_merchant_id: order.aggregated_merchant_id ?? undefined,
      },
    });
  }

  #indexReference(payout: Payout): void {
    const { client_reference: reference } = payout.order;
    if (reference === null || reference === undefined) return;
    const others = this.#byReference.get(reference);
    if (others) others.push(payout);
    else this.#byReference.set(reference, [payout]);
  }
}
