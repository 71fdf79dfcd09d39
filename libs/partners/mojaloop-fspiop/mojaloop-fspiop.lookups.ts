import { type EnquiryOutcome, type Order, type Outcome, type SubmittedOrder } from '#partner-kit';
import { type Identifier } from '../fspiop/names.js';
import { toAnswer, toOutcome } from './mojaloop-fspiop.acknowledgements.js';
import { type FspiopClient } from './mojaloop-fspiop.client.js';
import { namesOf, type Terms } from './mojaloop-fspiop.offers.js';
import { topicOf } from './mojaloop-fspiop.requests.js';

/** At which institution is somebody? The answer names no operation: whoever awaits it has asked about the same one. */
export async function lookUp(client: FspiopClient, order: Order, whom: Identifier): Promise<Outcome> {
  const outcome = toOutcome(await client.getParty(whom.idType, whom.idValue));
  return {
    ...outcome,
    ...namesOf(order),
    ...(outcome.is === 'pending' ? { awaits: topicOf(whom) } : {}),
  };
}

/** Once more, in the same words: it moves nothing. */
export async function lookUpAgain(
  client: FspiopClient,
  order: SubmittedOrder,
  whom: Identifier,
): Promise<EnquiryOutcome> {
  const reply = await client.getParty(whom.idType, whom.idValue);
  return toAnswer(reply, { is: 'pending', ...namesOf(order), awaits: topicOf(whom) });
}

/** Has a lookup, or a quote, gone without an answer for too long? */
export const isOverdue = (
  { submittedAt, createdAt }: SubmittedOrder,
  { clock, answerWithinMs }: Pick<Terms, 'clock' | 'answerWithinMs'>,
): boolean => clock.now().getTime() - (submittedAt ?? createdAt).getTime() > answerWithinMs;

/** Nothing was sent that moves money: nothing moves, whatever is still said. */
export const NEVER_ANSWERED: EnquiryOutcome = {
  is: 'declined',
  reason: 'partner_unavailable',
  partner: { code: 'NO-ANSWER', message: 'the scheme has not answered in time' },
  moneyMoved: 'no',
};
