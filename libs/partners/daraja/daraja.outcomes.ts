import { type PartnerWord } from '#domain';
import {
  type EnquiryOutcome,
  type NotSent,
  type Outcome,
  type Succeeded,
  type Unknown,
  UnmappedAnswer,
  UnreadableAnswer,
} from '#partner-kit';
import {
  BACK_OFF_MS,
  type Errand,
  INITIATOR_RESULTS,
  PROMPT_RESULTS,
  type Ruling,
  rulingOn,
  TRANSACTION_STATES,
} from './daraja.errors.js';
import { type Answer, InitiatorAck, PromptState, QrAnswer, type Refused, StkAck } from './daraja.wire.js';

/** What travels with an outcome. */
interface Told {
  readonly reference?: string | undefined;
  readonly references?: readonly string[] | undefined;
}

/** What success brings along. */
type Gains = Pick<Succeeded, 'receipt' | 'fee'>;

/** The edge's firewall answers with a page of its own: the request went no further. */
const FIREWALL_STATUS = 403;
const FIREWALL_BACK_OFF_MS = 60_000;

const EDGE_FAILURES: readonly number[] = [502, 503, 504];

/** A code of one of the tables as the end, or not yet the end, of an operation. */
function outcomeOf(
  ruling: Ruling | undefined,
  partner: PartnerWord,
  told: Told,
  gains: Gains,
): EnquiryOutcome {
  const facts = { ...told, partner };
  switch (ruling?.is) {
    case 'paid':
      return { is: 'succeeded', ...facts, ...gains };
    case 'hard':
    case 'soft':
      return {
        is: 'declined',
        reason: ruling.reason,
        moneyMoved: ruling.is === 'hard' ? 'no' : 'unknown',
        ...facts,
      };
    case 'open':
      return { is: 'pending', ...facts };
    case 'notFound':
      return { is: 'notFound', ...facts };
    case 'unclear':
    case 'later':
      return { is: 'unknown', cause: new Error(`the partner could not say: code ${partner.code}`), ...facts };
    case undefined:
      return { is: 'unknown', cause: new UnmappedAnswer(`result code ${printable(partner.code)}`), ...facts };
  }
}

const noGains: Gains = {};
const printable = (code: string): string => code.replace(/[^\w .-]/g, '?').slice(0, 40);

export const promptOutcome = (word: PartnerWord, told: Told, gains: Gains = noGains): EnquiryOutcome =>
  outcomeOf(PROMPT_RESULTS[word.code], word, told, gains);

export const initiatorOutcome = (word: PartnerWord, told: Told, gains: Gains = noGains): EnquiryOutcome =>
  outcomeOf(INITIATOR_RESULTS[word.code], word, told, gains);

export const stateOutcome = (word: PartnerWord, told: Told, gains: Gains = noGains): EnquiryOutcome =>
  outcomeOf(TRANSACTION_STATES[word.code], word, told, gains);

type Unaccepted = Exclude<Answer, { readonly is: 'answered' }>;

/** An order that was refused on the spot, or answered in a way that cannot be read. */
export function refusedOrder(answer: Unaccepted, errand: Errand): Outcome {
  if (answer.is === 'unreadable') return unreadable(answer.status, answer.retryAfterMs);
  const { word, status, retryAfterMs } = answer;
  const ruling = rulingOf(answer, errand);
  switch (ruling?.is) {
    case 'hard':
    case 'soft':
      return { is: 'declined', reason: ruling.reason, moneyMoved: 'no', partner: word };
    case 'open':
      return { is: 'pending', partner: word };
    case 'later':
      return notTakenUp(status, retryAfterMs ?? ruling.afterMs, word);
    case 'paid':
    case 'notFound':
    case 'unclear':
      return {
        is: 'unknown',
        cause: new Error(`the partner could not say: code ${word.code}`),
        partner: word,
      };
    case undefined:
      return {
        is: 'unknown',
        cause: new UnmappedAnswer(`error code ${printable(word.code)} with HTTP ${status}`),
        partner: word,
      };
  }
}

/** A question that was refused on the spot says nothing of the operation it was about. */
export function refusedQuestion(answer: Unaccepted): NotSent | Unknown {
  const outcome = refusedOrder(answer, 'other');
  if (outcome.is === 'notSent' || outcome.is === 'unknown') return outcome;
  const { partner } = outcome;
  return {
    is: 'unknown',
    cause: new Error(`the partner refuses the question: code ${partner?.code ?? 'none'}`),
    ...(partner && { partner }),
  };
}

function rulingOf(answer: Refused, errand: Errand): Ruling | undefined {
  const { by, status, word } = answer;
  if (by === 'token') return { is: 'hard', reason: 'partner_misconfigured' };
  if (status === 429) return { is: 'later', afterMs: BACK_OFF_MS };
  if (by === 'responseCode' && status < 500) return { is: 'hard', reason: 'partner_rejected' };
  const known = rulingOn(errand, word.code, word.message);
  // Whatever the edge calls it: behind it, the request may have been carried out.
  return known ?? (EDGE_FAILURES.includes(status) ? { is: 'unclear' } : undefined);
}

function unreadable(status: number, retryAfterMs: number | undefined): NotSent | Unknown {
  if (status === 429) return notTakenUp(status, retryAfterMs ?? BACK_OFF_MS);
  if (status === FIREWALL_STATUS) return notTakenUp(status, retryAfterMs ?? FIREWALL_BACK_OFF_MS);
  return { is: 'unknown', cause: new UnreadableAnswer(`HTTP ${status} with a body that says nothing`) };
}

const notTakenUp = (status: number, retryAfterMs: number, partner?: PartnerWord): NotSent => ({
  is: 'notSent',
  cause: new Error(`the partner takes no requests for now: HTTP ${status}`),
  retryAfterMs,
  ...(partner && { partner }),
});

export function pushOutcome(answer: Answer): Outcome {
  if (answer.is !== 'answered') return refusedOrder(answer, 'push');
  const ids = StkAck.parse(answer.body);
  return {
    is: 'pending',
    reference: ids.CheckoutRequestID,
    references: [ids.MerchantRequestID],
    nextAction: { type: 'approve_on_phone' },
  };
}

/** The account reference is what the payer will pay for: shown to the client as the partner's reference. */
export function qrOutcome(answer: Answer, accountReference: string): Outcome {
  if (answer.is !== 'answered') return refusedOrder(answer, 'other');
  const { QRCode: image } = QrAnswer.parse(answer.body);
  return {
    is: 'pending',
    reference: accountReference,
    nextAction: { type: 'scan_qr', image, mediaType: 'image/png' },
  };
}

/** A payout or a reversal: accepted, not carried out. */
export function initiatorRequestOutcome(answer: Answer): Outcome {
  if (answer.is !== 'answered') return refusedOrder(answer, 'initiator');
  const ids = InitiatorAck.parse(answer.body);
  return { is: 'pending', reference: ids.ConversationID, references: [ids.OriginatorConversationID] };
}

/** A refusal of a repeat may come before M-Pesa looks at our id: it says nothing of the first try. */
export function outcomeOfRepeat(outcome: Outcome): Outcome {
  if (outcome.is !== 'declined') return outcome;
  const { partner } = outcome;
  return { is: 'unknown', cause: new Error(`the repeat was refused: code ${partner.code}`), partner };
}

/** The question itself was accepted; its answer comes as a result. */
export function questionOutcome(answer: Answer): EnquiryOutcome {
  if (answer.is !== 'answered') return refusedQuestion(answer);
  const { ConversationID } = InitiatorAck.parse(answer.body);
  return { is: 'answerFollows', references: [ConversationID] };
}

const NOT_THERE = /transaction does not exist|no transaction found/i;
const IN_FLIGHT = /being processed/i;

/** What the query says of a prompt. `isYoung`: asked so early that "does not exist" means nothing. */
export function promptStateOutcome(answer: Answer, isYoung: boolean): EnquiryOutcome {
  if (answer.is === 'answered') {
    const { ResultCode: code, ResultDesc } = PromptState.parse(answer.body);
    return promptOutcome({ code, message: ResultDesc ?? '' }, {});
  }
  if (answer.is === 'refused' && answer.by === 'error') {
    const { code, message } = answer.word;
    if (code === '500.001.1001' && IN_FLIGHT.test(message)) return { is: 'pending', partner: answer.word };
    if (isNotThere(code, message)) return notThere(answer.word, isYoung);
  }
  return refusedQuestion(answer);
}

const isNotThere = (code: string, message: string): boolean =>
  (['500.001.1001', '01'].includes(code) && NOT_THERE.test(message)) ||
  (code === '400.002.02' && /Invalid CheckoutRequestID/i.test(message));

/** Money has been seen to arrive for prompts that the query did not know: never a failure. */
const notThere = (partner: PartnerWord, isYoung: boolean): EnquiryOutcome =>
  isYoung
    ? { is: 'pending', partner }
    : { is: 'unknown', cause: new Error('the partner does not know the prompt'), partner };
