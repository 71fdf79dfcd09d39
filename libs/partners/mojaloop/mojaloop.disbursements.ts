import { type ConfirmationStep } from '#domain';
import {
  type Disbursements,
  type EnquiryOutcome,
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
import { decide, decideEnquiry, type Decision } from './mojaloop.mapper.js';
import { type OfferTerms, toQuestion } from './mojaloop.offers.js';
import { namesOf, puzzling, toNotThere, toOutcome } from './mojaloop.outcomes.js';
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
    return this.#goOn(
      readAnswer(await this.client.postTransfer(toTransferBody(order, this.terms))),
      order,
      null,
    );
  }

  async sayYes(order: SubmittedOrder, step: ConfirmationStep): Promise<Outcome> {
    return this.#goOn(readAnswer(await this.client.acceptTransfer(idOf(order), step)), order, step);
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
      return answered !== 'quote' && answer.transfer?.hasQuote === true
        ? this.#unasked(decision, answer, order)
        : toOutcome(decision, answer, order, this.terms);
    }
    // Where the payee's amount is given it stops at the price of an exchange, whatever it is set up to.
    const isTelling = !answer.transfer.needsExchange || this.terms.amountType === 'SEND';
    if (decision.step === 'quote' && isTelling) await this.asking.seen();
    if (decision.step === answered) {
      return { ...puzzling('the question was asked before'), ...namesOf(answer.transfer.transferId) };
    }
    return this.#passOn(answer.transfer, decision.step, order);
  }

  /** There is a price, and it went on without a yes to it. What became of it is asked by its id; that has to be seen in any case. */
  #unasked(decision: Decision, answer: MojaloopAnswer, order: Order | SubmittedOrder): Outcome {
    this.asking.missed();
    const outcome = toOutcome(decision, answer, order, this.terms);
    if (outcome.is === 'declined') return outcome;
    return {
      ...puzzling('the scheme adapter accepts quotes by itself'),
      ...namesOf(answer.transfer?.transferId ?? null),
    };
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

  /**
   * The question as ours; one that nobody should agree to gets no answer. A no would be safe only as long as the scheme adapter
   * waits for a yes: set up to go on by itself meanwhile, it takes either for leave to go on. Source: 18.0.2, `OutboundTransfersModel`.
   */
  #passOn(transfer: MojaloopTransfer, step: ConfirmationStep, order: Order): Outcome {
    const { transferId } = transfer;
    if (transferId === null) return puzzling('the scheme adapter asks and names no transfer');
    const question = toQuestion(transfer, step, order, this.terms);
    if (question.is === 'needsConfirmation') return question;
    const partner = { code: 'quote-misfit', message: question.why };
    return { is: 'declined', ...namesOf(transferId), reason: 'partner_rejected', partner, moneyMoved: 'no' };
  }
}

const NOT_SEEN_TO_ASK =
  'the scheme adapter was not seen to ask for a yes before it was sent: without the id of the transfer nobody can tell what it did';

function idOf({ partnerReference }: SubmittedOrder): string {
  if (partnerReference === null) throw new TypeError('a question is answered by the id of its transfer');
  return partnerReference;
}
