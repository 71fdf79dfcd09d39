import { type ConfirmationStep, cut, type FailureReason, type PartnerWord } from '#domain';
import { NoAnswer, UnmappedAnswer } from '#partner-kit';
import { isRefusal, reasonOf } from '../fspiop/errors.js';
import { says, wordOf } from './mojaloop.errors.js';
import { isSuccess, type MojaloopAnswer, type MojaloopTransfer } from './mojaloop.wire.js';

/** What the scheme adapter waits for. Source: outbound API 2.1.0, `transferResponse.currentState`. */
const QUESTIONS: Readonly<Record<string, ConfirmationStep>> = {
  WAITING_FOR_PARTY_ACCEPTANCE: 'party',
  WAITING_FOR_CONVERSION_ACCEPTANCE: 'conversion',
  WAITING_FOR_QUOTE_ACCEPTANCE: 'quote',
};

/** What the switch says of the money; the only word on it. Source: API Definition 1.1, `TransferState`; hub 19. */
const TRANSFER_STATES: Readonly<Record<string, 'succeeded' | 'pending' | 'declined'>> = {
  COMMITTED: 'succeeded',
  SETTLED: 'succeeded',
  RECEIVED: 'pending',
  RESERVED: 'pending',
  ABORTED: 'declined',
};

/** Refused before a transfer was looked at: by the scheme adapter's door, or by what stands before it. */
const REFUSED_AT_THE_DOOR: readonly number[] = [400, 401, 403, 404, 405];

/** What an answer says of a transfer. */
export type Decision =
  | { readonly is: 'asks'; readonly step: ConfirmationStep }
  | { readonly is: 'succeeded' }
  | { readonly is: 'pending' }
  /** No money moved, and none will. */
  | { readonly is: 'declined'; readonly reason: FailureReason; readonly partner: PartnerWord }
  /** Not taken up at all. */
  | { readonly is: 'notSent' }
  /** The switch does not know the transfer: it may not have got it yet. */
  | { readonly is: 'notThere'; readonly partner: PartnerWord }
  | { readonly is: 'unknown'; readonly cause: Error };

const inTable = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const noAnswer = (answer: MojaloopAnswer): Decision => ({ is: 'unknown', cause: new NoAnswer(says(answer)) });
const unmapped = (what: string): Decision => ({
  is: 'unknown',
  cause: new UnmappedAnswer(cut(what, 120)),
});

const refused = (answer: MojaloopAnswer): Decision => {
  const partner = wordOf(answer);
  return { is: 'declined', reason: reasonOf(partner.code), partner };
};

/**
 * What became of a new transfer, or of an answer of ours to its question. The switch's `transferState` goes before
 * everything else: `COMPLETED` alone says nothing of the money. Without a quote nothing was asked of the switch that
 * moves money; with one, only the word of somebody at the switch is a no.
 * @param answered the question that has just got its yes: to a quote, there is one, whatever the answer shows
 */
export function decide(answer: MojaloopAnswer, answered: ConfirmationStep | null = null): Decision {
  const { status, transfer } = answer;
  if (status === 429) return { is: 'notSent' };
  if (transfer?.transferState != null) return byTransferState(transfer.transferState, transfer, answer);
  if (isSuccess(status)) return transfer ? byCurrentState(transfer) : noAnswer(answer);
  if (transfer === null || transfer.isEmpty) {
    return REFUSED_AT_THE_DOOR.includes(status) ? refused(answer) : noAnswer(answer);
  }
  if (!transfer.hasQuote && answered !== 'quote') return refused(answer);
  return transfer.error && isRefusal(transfer.error.errorCode) ? refused(answer) : noAnswer(answer);
}

/** What the switch says to an enquiry. Only a good answer is its own: beside an error may stand what was known before. */
export function decideEnquiry(answer: MojaloopAnswer): Decision {
  const { status, statusCode, transfer } = answer;
  if (status === 429) return { is: 'notSent' };
  if (!isSuccess(status)) {
    return statusCode === '3208' ? { is: 'notThere', partner: wordOf(answer) } : noAnswer(answer);
  }
  return transfer?.transferState == null
    ? noAnswer(answer)
    : byTransferState(transfer.transferState, transfer, answer);
}

function byTransferState(state: string, transfer: MojaloopTransfer, answer: MojaloopAnswer): Decision {
  const told = inTable(TRANSFER_STATES, state);
  switch (told) {
    case 'succeeded':
      // Such as a fulfilment that does not fit: very likely committed, and somebody has to look.
      if (!isSuccess(answer.status))
        return unmapped(`a committed transfer came with an error: ${says(answer)}`);
      return { is: told };
    case 'pending':
      return { is: told };
    case 'declined':
      return aborted(transfer);
    default:
      return unmapped(`the switch says ${state}`);
  }
}

function aborted({ error, abortedReason }: MojaloopTransfer): Decision {
  if (error && isRefusal(error.errorCode)) {
    const partner = { code: error.errorCode, message: error.errorDescription ?? 'aborted' };
    return { is: 'declined', reason: reasonOf(error.errorCode), partner };
  }
  const partner = { code: 'ABORTED', message: abortedReason ?? 'the switch has aborted the transfer' };
  return { is: 'declined', reason: 'partner_rejected', partner };
}

function byCurrentState(transfer: MojaloopTransfer): Decision {
  const { currentState } = transfer;
  if (currentState === null) return unmapped('the scheme adapter names no state');
  const step = inTable(QUESTIONS, currentState);
  if (step) return { is: 'asks', step };
  // Stopped before the switch was asked to move anything: by a no, or by a yes to another question than was asked.
  if (currentState === 'ABORTED') return aborted(transfer);
  return unmapped(`the scheme adapter says ${currentState} and not what became of the money`);
}
