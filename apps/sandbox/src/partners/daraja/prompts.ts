import { type SandboxClock } from '../../kit/clock.js';
import { type Courier } from '../../kit/courier.js';
import { type Confirmations } from './confirmations.js';
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
}

/** Every prompt since the start, and which phones show one now. */
export class Prompts {
  readonly #byCheckoutId = new Map<string, Prompt>();
  readonly #open = new Set<string>();
  readonly #lastPaidMs = new Map<string, number>();

  constructor(private readonly with_: Surroundings) {}

  find(checkoutId: string): Prompt | undefined {
    return this.#byCheckoutId.get(checkoutId);
  }

  isOpenFor(msisdn: string): boolean {
    return this.#open.has(msisdn);
  }

  /** Shows the prompt. Resolves when its request may be answered. */
  async show(order: PromptOrder): Promise<Prompt> {
    const { clock, courier, settings } = this.with_;
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
      this.with_.clock.after(this.with_.settings.lateMs, () => this.#end(prompt, '0'));
    }
    return this.#end(prompt, result);
  }

  #end(prompt: Prompt, result: string): unknown {
    const payment = result === '0' ? this.#pay(prompt) : undefined;
    prompt.result = result;
    return this.with_.messenger.announce(prompt.script.news, () =>
      Promise.all([this.#callBack(prompt, result, payment), payment && this.#confirm(prompt, payment)]),
    );
  }

  #pay({ organization, msisdn, cents, reference, checkoutId }: Prompt): Transaction {
    const { ledger } = this.with_;
    const payment = ledger.open({
      kind: 'c2b',
      organization,
      party: msisdn,
      cents,
      reference,
      partnerReference: checkoutId,
    });
    ledger.collect(payment, 'payment');
    return payment;
  }

  #callBack(prompt: Prompt, result: string, payment: Transaction | undefined): Promise<unknown> {
    const message = stkCallback(prompt, result, payment);
    const { callbackUrl, organization } = prompt;
    return this.with_.messenger.send(callbackUrl, organization.number, message, aboutPrompt(prompt));
  }

  #confirm({ reference }: Prompt, payment: Transaction): Promise<unknown> | undefined {
    const { settings, confirmations } = this.with_;
    return settings.stkFiresC2b ? confirmations.send(payment, reference, '') : undefined;
  }

  /** The same payer may not pay the same amount again within the window, where the rule is on. */
  #repeated({ msisdn, cents }: Prompt): string | undefined {
    const { settings, clock } = this.with_;
    if (settings.sameAmountWindowMs === 0) return undefined;
    const key = `${msisdn} ${cents}`;
    const nowMs = clock.now().getTime();
    const lastMs = this.#lastPaidMs.get(key);
    this.#lastPaidMs.set(key, nowMs);
    return lastMs !== undefined && nowMs - lastMs < settings.sameAmountWindowMs ? '17' : undefined;
  }
}
