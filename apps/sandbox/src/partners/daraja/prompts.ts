import { type SandboxClock } from '../../kit/clock.js';
import { type Courier } from '../../kit/courier.js';
import { formatCents } from './cents.js';
import { type Confirmations } from './confirmations.js';
import { type SmsLog } from './customers.js';
import { newCheckoutId, newRequestId } from './ids.js';
import { type Ledger, type Transaction } from './ledger.js';
import { type Messenger } from './messenger.js';
import { aboutPrompt, type Prompt, type PromptOrder } from './prompt.js';
import { type DarajaSettings } from './settings.js';
import { stkCallback } from './stk-callback.js';

interface Surroundings {
  readonly settings: DarajaSettings;
  readonly clock: SandboxClock;
  readonly courier: Courier;
  readonly ledger: Ledger;
  readonly messenger: Messenger;
  readonly confirmations: Confirmations;
  readonly sms: SmsLog;
}

/** Every prompt since the start, and which phones show one now. */
export class Prompts {
  readonly #byCheckoutId = new Map<string, Prompt>();
  readonly #open = new Set<string>();
  readonly #lastPaidMs = new Map<string, number>();

  constructor(private readonly world: Surroundings) {}

  find(checkoutId: string): Prompt | undefined {
    return this.#byCheckoutId.get(checkoutId);
  }

  isOpenFor(msisdn: string): boolean {
    return this.#open.has(msisdn);
  }

  /** Shows the prompt. Resolves when its request may be answered. */
  async show(order: PromptOrder): Promise<Prompt> {
    const { clock, courier, settings } = this.world;
    const startedAt = clock.now();
    const checkoutId = newCheckoutId(startedAt, order.msisdn, (id) => this.#byCheckoutId.has(id));
    const prompt: Prompt = { ...order, checkoutId, merchantId: newRequestId(), startedAt, polls: 0 };
    this.#byCheckoutId.set(checkoutId, prompt);
    this.#open.add(order.msisdn);
    const answer = () => this.#answer(prompt);
    const delayMs = order.script.ignored ? settings.promptTimeoutMs : settings.callbackDelayMs;
    if (order.script.news === 'before-answer') await answer();
    else await courier.schedule(aboutPrompt(prompt), delayMs, answer);
    return prompt;
  }

  forget(): void {
    this.#byCheckoutId.clear();
    this.#open.clear();
    this.#lastPaidMs.clear();
  }

  /** The payer answers, or the prompt times out. */
  #answer(prompt: Prompt): unknown {
    this.#open.delete(prompt.msisdn);
    const result = prompt.doomed ?? this.#repeated(prompt) ?? prompt.script.result;
    if (result !== '0' && prompt.script.paysLater && prompt.doomed === undefined) {
      this.world.clock.after(this.world.settings.lateMs, () => this.#end(prompt, '0'));
    }
    return this.#end(prompt, result);
  }

  #end(prompt: Prompt, result: string): unknown {
    const payment = result === '0' ? this.#pay(prompt) : undefined;
    prompt.result = result;
    return this.world.messenger.announce(prompt.script.news, () =>
      Promise.all([this.#callBack(prompt, result, payment), payment && this.#confirm(prompt, payment)]),
    );
  }

  #pay({ organization, msisdn, cents, reference, checkoutId }: Prompt): Transaction {
    const { ledger, sms, clock } = this.world;
    const payment = ledger.open({
      kind: 'c2b',
      organization,
      party: msisdn,
      cents,
      reference,
      partnerReference: checkoutId,
    });
    const receipt = ledger.collect(payment, 'payment');
    const words = `Confirmed. KES ${formatCents(cents)} sent to ${organization.name} for account ${reference}`;
    sms.send(msisdn, `${receipt} ${words}`, clock.now());
    return payment;
  }

  #callBack(prompt: Prompt, result: string, payment: Transaction | undefined): Promise<unknown> {
    const message = stkCallback(prompt, result, payment);
    const { callbackUrl, organization } = prompt;
    return this.world.messenger.send(callbackUrl, organization.number, message, aboutPrompt(prompt));
  }

  #confirm({ reference }: Prompt, payment: Transaction): Promise<unknown> | undefined {
    const { settings, confirmations } = this.world;
    return settings.stkFiresC2b ? confirmations.send(payment, reference, '') : undefined;
  }

  /** The same payer may not pay the same amount again within the window, where the rule is on. */
  #repeated({ msisdn, cents }: Prompt): string | undefined {
    const { settings, clock } = this.world;
    if (settings.sameAmountWindowMs === 0) return undefined;
    const key = `${msisdn} ${cents}`;
    const nowMs = clock.now().getTime();
    const lastMs = this.#lastPaidMs.get(key);
    this.#lastPaidMs.set(key, nowMs);
    return lastMs !== undefined && nowMs - lastMs < settings.sameAmountWindowMs ? '17' : undefined;
  }
}
