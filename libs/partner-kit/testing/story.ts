import { type ConfirmationStep } from '#domain';
import { type JsonObject } from '../json.js';
import { type EnquiryOutcome, type NeedsConfirmation, type Outcome } from '../port/outcome.js';
import { type About, type Notice } from '../port/callback.js';
import { type Order, type SubmittedOrder } from '../port/order.js';
import { type Stage } from './stage.js';

/** How one kind of order is submitted, confirmed and asked about. */
export interface Moves {
  submit(order: Order): Promise<Outcome>;
  readonly enquire: ((order: SubmittedOrder) => Promise<EnquiryOutcome>) | undefined;
  readonly confirm?: ((order: SubmittedOrder, step: ConfirmationStep) => Promise<Outcome>) | undefined;
}

type Source = 'callbacks' | 'enquiries' | 'either';

const PATIENCE_MS = 10_000;
const BETWEEN_LOOKS_MS = 25;
const BETWEEN_ENQUIRIES_MS = 200;
/** No partner asks so often about one order. */
const MOST_QUESTIONS = 10;

/** One order, and what has been learned of it: by answers, callbacks and enquiries. */
export class Story {
  last: EnquiryOutcome | null = null;
  readonly #references: string[] = [];
  #main: string | null = null;
  #receipt: string | null = null;
  #submittedAt: Date | null = null;
  #memo: JsonObject | null = null;
  readonly #topics = new Set<string>();
  readonly #answered = new Set<ConfirmationStep>();
  readonly #createdAt = new Date();

  constructor(
    private readonly stage: Stage,
    readonly order: Order,
    private readonly moves: Moves,
    /** What the partner asks before it moves money, in this order. */
    private readonly questions: readonly ConfirmationStep[] = [],
  ) {}

  get submitted(): SubmittedOrder {
    return {
      ...this.order,
      isRepeat: this.#submittedAt !== null,
      partnerReference: this.#main,
      references: this.#references,
      receipt: this.#receipt,
      memo: this.#memo,
      submittedAt: this.#submittedAt,
      createdAt: this.#createdAt,
    };
  }

  /** Sends the order, and says yes to whatever the partner asks. */
  async submit(): Promise<Outcome> {
    return this.#goOn(await this.propose(), () => true);
  }

  /** Takes the order to where the next step moves its money: nowhere yet where the partner does not ask. */
  async approach(): Promise<void> {
    const last = this.questions.at(-1);
    if (last === undefined) return;
    const outcome = await this.#goOn(await this.propose(), (question) => question.nextAction.step !== last);
    if (outcome.is !== 'needsConfirmation') throw new Error(`the partner never asks about the ${last}`);
  }

  /** The step that moves the money: the order itself, or the yes to the last question. */
  move(): Promise<Outcome> {
    return this.questions.length === 0 ? this.propose() : this.confirm();
  }

  /** Says yes to the question at hand, or once more to one that has been answered. */
  async confirm(step = this.#questionAtHand(), moves = this.moves): Promise<Outcome> {
    const { submitted } = this;
    this.#submittedAt = new Date();
    const outcome = await (moves.confirm?.(submitted, step) ?? nobodyToAsk());
    if (outcome.is !== 'notSent') this.#answered.add(step);
    this.learn(outcome);
    return this.#toItsQuestion(outcome);
  }

  /** Sends the order itself; again, with `isRepeat`, from the second time on. */
  async propose(): Promise<Outcome> {
    const { submitted } = this;
    this.#submittedAt = new Date();
    const outcome = await this.moves.submit({ ...this.order, isRepeat: submitted.isRepeat });
    this.learn(outcome);
    return this.#toItsQuestion(outcome);
  }

  /** Asks what became of it, and waits where the answer comes by callback. */
  async ask(): Promise<EnquiryOutcome> {
    const heardBefore = this.stage.news().length;
    const outcome = await (this.moves.enquire?.(this.submitted) ?? nobodyToAsk());
    const told =
      outcome.is === 'answerFollows' ? await this.#answerTo(outcome.references ?? [], heardBefore) : outcome;
    this.learn(told);
    return told;
  }

  /**
   * Waits until the order has ended, and says how.
   * @throws where that is not known in time; names what was said last.
   */
  async end(source: Source = 'either'): Promise<EnquiryOutcome> {
    const deadline = Date.now() + PATIENCE_MS;
    // As in the gateway, callbacks come first: they may know the reason where an enquiry only knows the end.
    let asked = source === 'either' ? Date.now() : 0;
    while (Date.now() < deadline) {
      if (this.last && isFinal(this.last)) return this.last;
      if (source !== 'enquiries') this.#readNews();
      const due = Date.now() - asked > BETWEEN_ENQUIRIES_MS;
      if (source !== 'callbacks' && this.moves.enquire && due && !(this.last && isFinal(this.last))) {
        await this.ask();
        asked = Date.now();
      }
      await sleep(BETWEEN_LOOKS_MS);
    }
    throw new Error(`the order has not ended within ${PATIENCE_MS} ms; last said: ${textOf(this.last)}`);
  }

  learn(outcome: EnquiryOutcome): void {
    this.last = outcome;
    this.#main ??= outcome.reference ?? null;
    const named = [outcome.reference ?? [], outcome.references ?? []].flat();
    this.#references.push(...named.filter((reference) => !this.#references.includes(reference)));
    this.#memo = outcome.memo ?? this.#memo;
    if (outcome.awaits !== undefined) this.#topics.add(outcome.awaits);
    if (outcome.is === 'succeeded') this.#receipt = outcome.receipt ?? this.#receipt;
    if ('cause' in outcome) this.stage.journal.note(outcome.cause);
  }

  /** Is that news about this order? */
  concerns(notice: Notice): boolean {
    if (notice.is === 'receipt') return notice.fit(this.submitted) !== 'misfit';
    return (notice.is === 'outcome' || notice.is === 'reply') && this.#fits(notice.about);
  }

  async #goOn(first: Outcome, isMeant: (question: NeedsConfirmation) => boolean): Promise<Outcome> {
    let outcome = first;
    for (let asked = 0; outcome.is === 'needsConfirmation' && this.moves.confirm; asked += 1) {
      if (!isMeant(outcome)) return outcome;
      if (asked === MOST_QUESTIONS) throw new Error('the partner asks and asks');
      outcome = await this.confirm();
    }
    return outcome;
  }

  /** Where the next question comes by a callback: waits for it, and asks where that is lost. */
  async #toItsQuestion(outcome: Outcome): Promise<Outcome> {
    const isComing = this.questions.some((step) => !this.#answered.has(step));
    if (outcome.is !== 'pending' || !isComing) return outcome;
    const deadline = Date.now() + PATIENCE_MS;
    let asked = Date.now();
    while (Date.now() < deadline) {
      this.#readNews();
      if (this.last?.is === 'needsConfirmation' || this.last?.is === 'declined') return this.last;
      if (this.moves.enquire && Date.now() - asked > BETWEEN_ENQUIRIES_MS) {
        await this.ask();
        asked = Date.now();
      }
      await sleep(BETWEEN_LOOKS_MS);
    }
    return outcome;
  }

  #questionAtHand(): ConfirmationStep {
    if (this.last?.is === 'needsConfirmation') return this.last.nextAction.step;
    throw new Error(`the partner asks nothing; last said: ${textOf(this.last)}`);
  }

  #fits({ operation, references = [], receipt, topic }: About): boolean {
    return (
      (topic !== undefined && this.#topics.has(topic)) ||
      operation === this.order.id ||
      references.some((reference) => this.#references.includes(reference)) ||
      (receipt !== undefined && receipt === this.#receipt)
    );
  }

  #readNews(): void {
    for (const { notice } of this.stage.news()) {
      if (!this.concerns(notice)) continue;
      if (notice.is === 'receipt') this.learn({ is: 'succeeded', receipt: notice.receipt });
      if (notice.is === 'outcome') this.learn(notice.outcome);
      if (notice.is === 'reply') this.#hear(notice.outcomeFor(this.submitted));
      if (this.last && isFinal(this.last)) return;
    }
  }

  /** As in the gateway, a question that has got its yes is not asked again. */
  #hear(outcome: EnquiryOutcome | null): void {
    if (!outcome || (outcome.is === 'needsConfirmation' && this.#answered.has(outcome.nextAction.step)))
      return;
    this.learn(outcome);
  }

  /** @param heardBefore so much had been told before it was asked */
  async #answerTo(enquiries: readonly string[], heardBefore: number): Promise<EnquiryOutcome> {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      for (const { notice } of this.stage.news()) {
        if (notice.is !== 'outcome' || notice.answersEnquiry === undefined) continue;
        if (enquiries.includes(notice.answersEnquiry)) return notice.outcome;
      }
      for (const { notice } of this.stage.news().slice(heardBefore)) {
        const outcome = notice.is === 'reply' && this.concerns(notice) && notice.outcomeFor(this.submitted);
        if (outcome) return outcome;
      }
      await sleep(BETWEEN_LOOKS_MS);
    }
    throw new Error('the partner never answered the enquiry by a callback');
  }
}

export const nobodyToAsk = (): Promise<never> => Promise.reject(new Error('there is nobody to ask'));

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const isFinal = ({ is }: EnquiryOutcome): boolean => is === 'succeeded' || is === 'declined';

function textOf(outcome: EnquiryOutcome | null): string {
  if (!outcome) return 'nothing';
  return 'cause' in outcome ? `${outcome.is} (${outcome.cause.message})` : outcome.is;
}
