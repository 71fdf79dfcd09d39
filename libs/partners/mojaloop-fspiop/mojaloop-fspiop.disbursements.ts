import { type ConfirmationStep } from '#domain';
import {
  type Disbursements,
  type EnquiryOutcome,
  type Outcome,
  type Reply,
  settle,
  settleEnquiry,
  type SubmittedOrder,
} from '#partner-kit';
import { toAnswer, toOutcome } from './mojaloop-fspiop.acknowledgements.js';
import { type FspiopClient } from './mojaloop-fspiop.client.js';
import { isOverdue, lookUp, lookUpAgain, NEVER_ANSWERED } from './mojaloop-fspiop.lookups.js';
import { namesOf, type Terms } from './mojaloop-fspiop.offers.js';
import { payeeOf, toQuoteBody, toTransferBody, transferIdOf } from './mojaloop-fspiop.requests.js';
import { type FoundParty, readMemo } from './mojaloop-fspiop.wire.js';

/** Credits a payee at another institution of the scheme: who is it, what does it cost, move it. */
export function fspiopDisbursements(client: FspiopClient, terms: Terms): Disbursements {
  const story = new Story(client, terms);
  return {
    // It stops at its questions, and a question that was answered is not asked again.
    resubmissionIsSafe: () => false,
    check: (order) => void payeeOf(order),
    disburse: (order) => settle(lookUp(client, order, payeeOf(order)), (outcome) => outcome),
    confirm: (order, step) => settle(story.sayYes(order, step), (outcome) => outcome),
    enquire: (order) => settleEnquiry(story.ask(order), (outcome) => outcome),
  };
}

/** How a transfer goes. What is kept between its phases is in the memo, and nowhere else. */
class Story {
  constructor(
    private readonly client: FspiopClient,
    private readonly terms: Terms,
  ) {}

  async sayYes(order: SubmittedOrder, step: ConfirmationStep): Promise<Outcome> {
    const { party, quote } = readMemo(order.memo);
    if (step === 'party' && party)
      return { ...toOutcome(await this.postQuote(order, party)), ...namesOf(order) };
    if (step !== 'quote' || !party || !quote) throw new TypeError(`nothing was asked about the ${step}`);
    const body = toTransferBody(order, party, quote, this.terms);
    return { ...toOutcome(await this.client.postTransfer(body, party.fspId)), ...namesOf(order) };
  }

  /**
   * What is asked depends on how far it has come: the memo says. A lookup and a quote move nothing and are asked for
   * once more, in the same words; about a transfer the switch is asked.
   */
  async ask(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const { party, quote } = readMemo(order.memo);
    if (party && quote) {
      const id = transferIdOf(order);
      return toAnswer(await this.client.getTransfer(id, party.fspId), {
        is: 'answerFollows',
        references: [id],
      });
    }
    if (isOverdue(order, this.terms)) return NEVER_ANSWERED;
    if (party) return toAnswer(await this.postQuote(order, party), { is: 'pending', ...namesOf(order) });
    return lookUpAgain(this.client, order, payeeOf(order));
  }

  private postQuote(order: SubmittedOrder, party: FoundParty): Promise<Reply> {
    return this.client.postQuote(toQuoteBody(order, party, this.terms), party.fspId);
  }
}
