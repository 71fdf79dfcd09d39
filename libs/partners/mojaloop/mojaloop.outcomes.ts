import {
  type Declined,
  NotReached,
  NotThereYet,
  type Order,
  type Outcome,
  type SubmittedOrder,
  type Succeeded,
  UnmappedAnswer,
  type Unknown,
} from '#partner-kit';
import { says, wordOf } from './mojaloop.errors.js';
import { type Decision } from './mojaloop.mapper.js';
import { feeOf, fits, type OfferTerms } from './mojaloop.offers.js';
import { type MojaloopSettings } from './mojaloop.settings.js';
import { isSuccess, type MojaloopAnswer } from './mojaloop.wire.js';

/** A call of ours ends within this time: so late may a yes leave after its attempt was written down. */
const LONGEST_CALL_MS = 60_000;
/** A yes to a conversion and a transfer waits for the switch twice. */
const STAGES_AFTER_YES = 2;
/** How far the clocks of the scheme may be apart, with its sweeps for what has expired. */
const SCHEME_SLACK_MS = 60_000;
/** Not taken up: so soon may it be tried again. */
const RETRY_AFTER_MS = 5_000;

/** What is decided, with the names and the facts that the answer brings along. */
export function toOutcome(
  decision: Decision,
  answer: MojaloopAnswer,
  order: Order | SubmittedOrder,
  terms: OfferTerms,
): Outcome {
  const names = namesOf(idIn(answer, order));
  switch (decision.is) {
    case 'succeeded':
      return toSuccess(answer, order, terms);
    case 'pending':
      return { is: 'pending', ...names };
    case 'declined':
      return { ...decision, ...names, moneyMoved: 'no' };
    case 'notSent':
      return { is: 'notSent', cause: new NotReached(says(answer)), retryAfterMs: RETRY_AFTER_MS };
    case 'unknown': {
      const partner = isSuccess(answer.status) ? undefined : wordOf(answer);
      return { is: 'unknown', ...names, cause: decision.cause, partner };
    }
    case 'asks':
    case 'notThere':
      return { ...puzzling(`nothing is to be made of what ${says(answer)}`), ...names };
  }
}

function toSuccess(
  answer: MojaloopAnswer,
  order: Order | SubmittedOrder,
  terms: OfferTerms,
): Succeeded | Unknown {
  const { transfer } = answer;
  const id = idIn(answer, order);
  if (transfer && !fits(transfer, order, terms)) {
    return { ...puzzling('another amount than asked for was committed'), ...namesOf(id) };
  }
  const fee = transfer ? feeOf(transfer, order) : undefined;
  return {
    is: 'succeeded',
    ...namesOf(id),
    ...(id === null ? {} : { receipt: id }),
    ...(fee ? { fee } : {}),
  };
}

/**
 * The switch does not know the transfer. It may be on its way until it has expired; then no switch takes it up any more,
 * and that is believed for good once it is twice as old.
 */
export function toNotThere(
  { partner }: Decision & { readonly is: 'notThere' },
  answer: MojaloopAnswer,
  order: SubmittedOrder,
  { clock, stageTimeoutMs, expiryMs }: OfferTerms & Pick<MojaloopSettings, 'stageTimeoutMs' | 'expiryMs'>,
): Declined | Unknown {
  const age = clock.now().getTime() - (order.submittedAt ?? order.createdAt).getTime();
  const takenUpWithinMs = LONGEST_CALL_MS + STAGES_AFTER_YES * stageTimeoutMs + expiryMs + SCHEME_SLACK_MS;
  if (age <= takenUpWithinMs) return { is: 'unknown', cause: new NotThereYet(says(answer)), partner };
  const moneyMoved = age > 2 * takenUpWithinMs ? 'no' : 'unknown';
  return { is: 'declined', reason: 'expired', partner, moneyMoved };
}

/** Unknown, and somebody has to look. */
export const puzzling = (why: string): Unknown => ({ is: 'unknown', cause: new UnmappedAnswer(why) });

export const namesOf = (id: string | null) => (id === null ? {} : { reference: id, references: [id] });

const idIn = ({ transfer }: MojaloopAnswer, order: Order | SubmittedOrder): string | null =>
  transfer?.transferId ?? ('partnerReference' in order ? order.partnerReference : null);
