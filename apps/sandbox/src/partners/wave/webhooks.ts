import { type Callback, type Delivery } from '../../kit/courier.js';
import { type Subject } from '../../kit/faults.js';
import { randomText, upperAlphanumerics } from '../../kit/ids.js';
import { type Desk } from '../../kit/simulator.js';
import { type WaveSettings } from './settings.js';
import { signatureHeader } from './signature.js';

type Subscription = WaveSettings['webhooks'][number];

/** How one event is delivered, beside what the faults do to it. */
export interface Carriage {
  /** Without the usual delay. */
  readonly atOnce?: boolean;
  readonly copies?: number;
  readonly delayMs?: number;
}

/** Wave's word to the merchant: there are events for payments received, none for payouts or expiry. */
export class Webhooks {
  constructor(
    private readonly desk: Desk,
    private readonly settings: WaveSettings,
  ) {}

  /** Resolves when every copy has been answered, or is on its way after a delay. */
  async send(type: string, data: object, about: Subject, carriage: Carriage = {}): Promise<void> {
    const { atOnce = false, copies = 1, delayMs = this.settings.callbackDelayMs } = carriage;
    const body = JSON.stringify({ id: `EV_${randomText(13, upperAlphanumerics)}`, type, data });
    const subscribed = this.settings.webhooks.filter(
      ({ events }) => events === undefined || events.includes(type),
    );
    const deliver = () =>
      Promise.all(
        subscribed.flatMap((subscription) =>
          Array.from({ length: copies }, () => this.#deliver(subscription, body, about)),
        ),
      );
    if (atOnce) await deliver();
    else this.desk.clock.after(delayMs, deliver);
  }

  #deliver(
    { url, strategy, secrets }: Subscription,
    body: string,
    about: Subject,
  ): Promise<Delivery | undefined> {
    const authenticate = (with_: readonly string[]) => (sent: string) =>
      strategy === 'signing-secret'
        ? { 'wave-signature': signatureHeader(with_, this.desk.clock.wallNow(), sent) }
        : { authorization: `Bearer ${with_[0] ?? ''}` };
    const callback: Callback = {
      url,
      body,
      about,
      sign: authenticate(secrets),
      forge: authenticate(['wave_sn_WHS_not_the_secret']),
      retryDelaysMs: this.settings.webhookRetryDelaysMs,
    };
    return this.desk.courier.deliver(callback);
  }
}
