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
  type Sightings,
  type SubmittedOrder,
} from '#partner-kit';
import { Asking } from './mojaloop.asking.js';
import { type MojaloopClient } from './mojaloop.client.js';
import { decide, decideEnquiry } from './mojaloop.mapper.js';
import { type OfferTerms, toQuestion } from './mojaloop.offers.js';
import { namesOf, puzzling, toNotThere, toOutcome, toRefused } from './mojaloop.outcomes.js';
import { payeeOf, toTransferBody } from './mojaloop.requests.js';
import { type MojaloopSettings } from './mojaloop.settings.js';
import { type MojaloopAnswer, type MojaloopTransfer, readAnswer } from './mojaloop.wire.js';

type Terms = MojaloopSettings & OfferTerms;

/** Credits a payee at another institution of the scheme, question by question. */
export function mojaloopDisbursements(
  client: MojaloopClient,
  terms: Terms,
  sightings: Sightings,
): Disbursements {
  const story = new Story(client, terms, new Asking(sightings));
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
  constructor(
    private readonly client: MojaloopClient,
    private readonly terms: Terms,
    private readonly asking: Asking,
  ) {}

  async begin(order: Order): Promise<Outcome> {
    const answer = readAnswer(await this.client.postTransfer(toTransferBody(order, this.terms)));
    if (answer.transfer?.transferState == null) return this.#goOn(answer, order, null);
    await this.asking.missed();
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
    if (decision.step === 'quote') await this.asking.seen();
    if (decision.step === answered) {
      return { ...puzzling('the question was asked before'), ...namesOf(answer.transfer.transferId) };
    }
    return this.#passOn(answer.transfer, decision.step, order);
  }

  /** No yes has left us where no id is known. Whether nothing moved therefore is a matter of who needs one. */
  async #withoutId({ submittedAt, createdAt }: SubmittedOrder): Promise<EnquiryOutcome> {
    switch (await this.asking.around(submittedAt ?? createdAt)) {
      case 'yes':
        return { is: 'notFound' };
      case 'not yet': {
        const cause = new NotThereYet(
          'the scheme adapter has not been seen to ask for a yes since it was sent',
        );
        return { is: 'unknown', cause };
      }
      case 'never':
        return puzzling(NOT_SEEN_TO_ASK);
    }
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

const NOT_SEEN_TO_ASK =
  'the scheme adapter was not seen to ask for a yes before it was sent: without the id of the transfer nobody can tell what it did';

function idOf({ partnerReference }: SubmittedOrder): string {
  if (partnerReference === null) throw new TypeError('a question is answered by the id of its transfer');
  return partnerReference;
}
