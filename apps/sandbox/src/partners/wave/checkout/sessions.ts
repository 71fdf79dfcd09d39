import { type Cancel } from '../../../kit/clock.js';
import { lowerAlphanumerics, randomText } from '../../../kit/ids.js';
import { feeOn, fromMinor, isOfWalletCountry, timestamp } from '../fields.js';
import { WaveRefusal } from '../refusal.js';
import { type WaveDesk } from '../wave-desk.js';
import { type Carriage } from '../webhooks.js';
import { type Attempt, type PaymentErrorCode, paymentErrors, scriptFor } from './magic.js';

export interface SessionOrder {
  readonly amount: bigint;
  readonly clientReference: string | null;
  readonly restrictedTo: string | undefined;
  readonly successUrl: string;
  readonly errorUrl: string;
  readonly aggregatedMerchantId: string | null;
}

export interface Session extends SessionOrder {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  status: 'open' | 'complete' | 'expired';
  completedAt: Date | undefined;
  transactionId: string | undefined;
  lastError: PaymentErrorCode | undefined;
  /** Stops the timers of a session that is over. */
  stopTimers: Cancel;
}

const nothingToStop: Cancel = () => undefined;
const paymentStatus = { open: 'processing', complete: 'succeeded', expired: 'cancelled' } as const;

/** Checkout sessions: created by the merchant, paid or left by the payer. */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  readonly #byReference = new Map<string, Session[]>();
  readonly #byTransaction = new Map<string, Session>();

  constructor(private readonly wave: WaveDesk) {}

  open(order: SessionOrder): Session {
    const { desk, settings } = this.wave;
    const createdAt = desk.clock.now();
    const session: Session = {
      ...order,
      id: `cos-1${randomText(14, lowerAlphanumerics)}`,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + settings.sessionLifetimeMs),
      status: 'open',
      completedAt: undefined,
      transactionId: undefined,
      lastError: undefined,
      stopTimers: nothingToStop,
    };
    session.stopTimers = desk.clock.after(settings.sessionLifetimeMs, () => {
      this.#close(session, 'expired');
    });
    this.#byId.set(session.id, session);
    this.#indexReference(session);
    return session;
  }

  /** Lets the payer do what his number stands for. Resolves at once, unless the callback is asked to be early. */
  async awaitPayer(session: Session): Promise<void> {
    const { payAfterMs } = this.wave.settings;
    if (payAfterMs === null) return;
    const { desk } = this.wave;
    const attempts = scriptFor(session.restrictedTo).map((attempt, index) =>
      desk.courier.schedule(this.#about(session), payAfterMs * (index + 1), (early) =>
        session.status === 'open'
          ? this.attempt(session, this.#payerOf(session), attempt, { atOnce: early })
          : undefined,
      ),
    );
    await Promise.all(attempts);
  }

  /**
   * One try to pay. A failed one leaves the session open. Resolves as the webhook does.
   * @throws WaveRefusal when the session is closed.
   */
  attempt(session: Session, payer: string, wished: Attempt, carriage: Carriage = {}): Promise<void> {
    if (session.status !== 'open') throw new WaveRefusal('checkout-session-not-open');
    const attempt = this.#refusedAnyway(session, payer) ?? wished;
    if (attempt === 'succeed') return this.#complete(session, payer, carriage);
    session.lastError = attempt;
    const news = { ...this.view(session), payment_status: this.wave.settings.failedPaymentStatus };
    return this.wave.webhooks.send('checkout.session.payment_failed', news, this.#about(session), carriage);
  }

  expire(session: Session): void {
    if (session.status !== 'open') throw new WaveRefusal('checkout-session-not-open');
    this.#close(session, 'expired');
  }

  /** The whole amount goes back to the payer, the fee comes back to us. Repeating changes nothing. */
  refund(session: Session): void {
    const { wallet } = this.wave;
    const payment = session.transactionId === undefined ? undefined : wallet.movement(session.transactionId);
    if (!payment) throw new WaveRefusal('checkout-refund-failed', { message: 'The session was not paid.' });
    if (wallet.isTakenBack(payment.transactionId)) return;
    if (!wallet.covers(payment.amount - payment.fee)) {
      throw new WaveRefusal('checkout-refund-failed', { message: 'The balance is too low for the refund.' });
    }
    wallet.takeBack(payment, 'api_checkout_refund');
  }

  /** @throws WaveRefusal when there is none. */
  get(id: string): Session {
    return found(this.#byId.get(id));
  }

  /** @throws WaveRefusal when there is none. */
  paidBy(transactionId: string): Session {
    return found(this.#byTransaction.get(transactionId));
  }

  search(clientReference: string): readonly Session[] {
    return this.#byReference.get(clientReference) ?? [];
  }

  forget(): void {
    this.#byId.clear();
    this.#byReference.clear();
    this.#byTransaction.clear();
  }

  /** The session as Wave shows it. */
  view(session: Session) {
    const { settings, desk } = this.wave;
    const { lastError, completedAt } = session;
    return {
      id: session.id,
      amount: fromMinor(session.amount, settings.currency),
      checkout_status: session.status,
      client_reference: session.clientReference,
      currency: settings.currency,
      error_url: session.errorUrl,
      last_payment_error:
        lastError === undefined ? null : { code: lastError, message: paymentErrors[lastError] },
      business_name: settings.businessName,
      payment_status: paymentStatus[session.status],
      success_url: session.successUrl,
      aggregated_merchant_id: session.aggregatedMerchantId,
      transaction_id: session.transactionId ?? null,
      wave_launch_url: `${desk.publicUrl()}/c/${session.id}`,
      when_completed: completedAt === undefined ? null : timestamp(completedAt),
      when_created: timestamp(session.createdAt),
      when_expires: timestamp(session.expiresAt),
    };
  }

  #complete(session: Session, payer: string, carriage: Carriage): Promise<void> {
    const { desk, settings, wallet, webhooks } = this.wave;
    const transactionId = wallet.newTransactionId();
    session.transactionId = transactionId;
    session.completedAt = desk.clock.now();
    session.lastError = undefined;
    this.#close(session, 'complete');
    this.#byTransaction.set(transactionId, session);
    wallet.move({
      kind: 'payment',
      partnerReference: session.id,
      reference: session.clientReference ?? '',
      party: payer,
      transactionId,
      transactionType: 'api_checkout',
      amount: session.amount,
      fee: feeOn(session.amount, settings.feeBasisPoints),
      direction: 'in',
      more: {
        counterparty_name: settings.payerName,
        counterparty_mobile: payer,
        client_reference: session.clientReference ?? undefined,
        checkout_api_session_id: session.id,
        aggregated_merchant_id: session.aggregatedMerchantId ?? undefined,
      },
    });
    return webhooks.send('checkout.session.completed', this.view(session), this.#about(session), carriage);
  }

  #close(session: Session, status: 'complete' | 'expired'): void {
    session.stopTimers();
    // A session is kept as long as the books are; its timer need not be.
    session.stopTimers = nothingToStop;
    session.status = status;
  }

  /** What Wave itself checks before it asks the payer for anything. */
  #refusedAnyway({ restrictedTo }: Session, payer: string): PaymentErrorCode | undefined {
    if (restrictedTo !== undefined && restrictedTo !== payer) return 'payer-mobile-mismatch';
    return isOfWalletCountry(payer, this.wave.settings) ? undefined : 'cross-border-payment-not-allowed';
  }

  #payerOf({ restrictedTo }: Session): string {
    return restrictedTo ?? this.wave.settings.payerMobile;
  }

  #about(session: Session) {
    return {
      party: this.#payerOf(session),
      amount: fromMinor(session.amount, this.wave.settings.currency),
      ...(session.clientReference === null ? {} : { reference: session.clientReference }),
    };
  }

  #indexReference(session: Session): void {
    if (session.clientReference === null) return;
    const others = this.#byReference.get(session.clientReference);
    if (others) others.push(session);
    else this.#byReference.set(session.clientReference, [session]);
  }
}

function found(session: Session | undefined): Session {
  if (!session) throw new WaveRefusal('checkout-session-not-found');
  return session;
}
