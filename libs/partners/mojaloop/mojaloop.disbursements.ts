import { type ConfirmationStep } from '#domain';
import {
  type Disbursements,
  type EnquiryOutcome,
  NoAnswer,
  NotReached,
  NotThereYet,
  type Order,
  type Outcome,
  settle,
  settleEnquiry,
  type SubmittedOrder,
} from '#partner-kit';
import { type MojaloopClient } from './mojaloop.client.js';
import { decide, decideEnquiry } from './mojaloop.mapper.js';
import { type OfferTerms, toQuestion } from './mojaloop.offers.js';
import { namesOf, puzzling, toNotThere, toOutcome, toRefused } from './mojaloop.outcomes.js';
import { payeeOf, toTransferBody } from './mojaloop.requests.js';
import { type MojaloopSettings } from './mojaloop.settings.js';
import { type MojaloopAnswer, type MojaloopTransfer, readAnswer } from './mojaloop.wire.js';

type Terms = MojaloopSettings & OfferTerms;

/** Credits a payee at another institution of the scheme, question by question. */
export function mojaloopDisbursements(client: MojaloopClient, terms: Terms): Disbursements {
  const story = new Story(client, terms);
  return {
    // The scheme adapter makes a new transfer of every POST, whatever it carries.
    resubmissionIsSafe: () => false,
    check: (order) => void payeeOf(order),
    disburse: (order) => settle(story.begin(order), (outcome) => outcome),
    confirm: (order, step) => settle(story.sayYes(order, step), (outcome) => outcome),
    refuse: (order, step) => settleEnquiry(story.sayNo(order, step), (outcome) => outcome),
    enquire: (order) => settleEnquiry(story.ask(order), (outcome) => outcome),
  };
}

/** How a transfer goes. Whatever is thrown is what the wire and the reading of answers throw. */
class Story {
  /** The scheme adapter has been seen to move money without a yes of ours: it is set up to. */
  #movesByItself = false;
  /** When it was last seen to ask for the yes that moves money. */
  #askedAt: Date | null = null;

  constructor(
    private readonly client: MojaloopClient,
    private readonly terms: Terms,
  ) {}

  async begin(order: Order): Promise<Outcome> {
    const answer = readAnswer(await this.client.postTransfer(toTransferBody(order, this.terms)));
    if (answer.transfer?.transferState == null) return this.#goOn(answer, order, null);
    this.#movesByItself = true;
    // What became of it is asked by its id; that nobody was asked for a yes has to be seen in any case.
    return {
      ...puzzling('the scheme adapter accepts quotes by itself'),
      ...namesOf(answer.transfer.transferId),
    };
  }

  async sayYes(order: SubmittedOrder, step: ConfirmationStep): Promise<Outcome> {
    return this.#goOn(readAnswer(await this.client.putTransfer(idOf(order), step, true)), order, step);
  }

  async sayNo(order: SubmittedOrder, step: ConfirmationStep): Promise<EnquiryOutcome> {
    const answer = readAnswer(await this.client.putTransfer(idOf(order), step, false));
    const decision = decide(answer);
    // 18.0.2 knows no "no" to a party and answers 400. The transfer is left waiting, and what waits does not move.
    return answer.status === 400 || decision.is === 'declined'
      ? toRefused(answer)
      : toOutcome(decision, answer, order, this.terms);
  }

  async ask(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const { partnerReference: id } = order;
    if (id === null) return this.#withoutId(order);
    const answer = readAnswer(await this.client.getTransfer(id));
    const decision = decideEnquiry(answer);
    return decision.is === 'notThere'
      ? toNotThere(decision, answer, order, this.terms)
      : toOutcome(decision, answer, order, this.terms);
  }

  /** @param answered the question that has just got its yes */
  async #goOn(
    answer: MojaloopAnswer,
    order: Order | SubmittedOrder,
    answered: ConfirmationStep | null,
  ): Promise<Outcome> {
    const decision = decide(answer, answered);
    if (decision.is !== 'asks' || answer.transfer === null) {
      return toOutcome(decision, answer, order, this.terms);
    }
    if (decision.step === 'quote') this.#askedAt = this.terms.clock.now();
    if (decision.step === answered) {
      return { ...puzzling('the question was asked before'), ...namesOf(answer.transfer.transferId) };
    }
    return this.#passOn(answer.transfer, decision.step, order);
  }

  /** No yes has left us where no id is known. Whether nothing moved therefore is a matter of who needs one. */
  #withoutId({ submittedAt, createdAt }: SubmittedOrder): EnquiryOutcome {
    if (this.#movesByItself) return puzzling(MOVES_BY_ITSELF);
    if (this.#askedAt !== null && this.#askedAt > (submittedAt ?? createdAt)) return { is: 'notFound' };
    const cause = new NotThereYet('the scheme adapter has not been seen to ask for a yes since it was sent');
    return { is: 'unknown', cause };
  }

  /** The question as ours; one that nobody should agree to is answered here. */
  async #passOn(transfer: MojaloopTransfer, step: ConfirmationStep, order: Order): Promise<Outcome> {
    const { transferId } = transfer;
    if (transferId === null) return puzzling('the scheme adapter asks and names no transfer');
    const question = toQuestion(transfer, step, order, this.terms);
    if (question.is === 'needsConfirmation') return question;
    await this.#turnDown(transferId, step);
    const partner = { code: 'quote-misfit', message: question.why };
    return { is: 'declined', ...namesOf(transferId), reason: 'partner_rejected', partner, moneyMoved: 'no' };
  }

  /** Out of courtesy: what has got no yes does not move, whether the no arrives or not. */
  async #turnDown(id: string, step: ConfirmationStep): Promise<void> {
    try {
      await this.client.putTransfer(id, step, false);
    } catch (error) {
      if (!(error instanceof NotReached || error instanceof NoAnswer)) throw error;
    }
  }
}

const MOVES_BY_ITSELF =
  'the scheme adapter accepts quotes by itself: without the id of a transfer nobody can tell what it did';

function idOf({ partnerReference }: SubmittedOrder): string {
  if (partnerReference === null) throw new TypeError('a question is answered by the id of its transfer');
  return partnerReference;
}
