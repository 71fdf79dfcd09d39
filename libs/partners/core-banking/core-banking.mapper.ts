import { cut, type Money } from '#domain';
import {
  type Order,
  type PartyAnswer,
  type PartyQuestion,
  type QuoteAnswer,
  type QuoteQuestion,
  type Succeeded,
  UnmappedAnswer,
  UnreadableAnswer,
} from '#partner-kit';
import {
  type CoreAccountAnswer,
  type CoreCredit,
  type CoreQuote,
  type CoreReversal,
} from './core-banking.wire.js';

/** Credited, also where it was taken back since: that is another operation. */
const CREDIT_STATES: readonly string[] = ['credited', 'taken_back'];
const REVERSAL_STATES: readonly string[] = ['taken_back'];

export const toCredited = (credit: CoreCredit, order: Order): Succeeded =>
  toSucceeded(credit, order, CREDIT_STATES);

export function toTakenBack(reversal: CoreReversal, order: Order, creditId: string): Succeeded {
  if (reversal.credit != null && reversal.credit !== creditId) {
    throw new UnreadableAnswer('credit: the answer is about another credit');
  }
  return toSucceeded(reversal, order, REVERSAL_STATES);
}

/** @throws UnmappedAnswer, UnreadableAnswer: it is unknown what was booked then */
function toSucceeded(
  { id, state, reference, amount }: CoreCredit,
  order: Order,
  states: readonly string[],
): Succeeded {
  if (id !== order.id) throw new UnreadableAnswer('id: the answer is about another operation');
  if (!states.includes(state)) throw new UnmappedAnswer(`the back end says ${cut(state, 40)}`);
  if (amount && !amount.equals(order.amount)) {
    throw new UnmappedAnswer('the back end has booked another amount than was ordered');
  }
  return { is: 'succeeded', reference, receipt: reference };
}

/** @throws UnreadableAnswer for a price that does not add up, or is not of what was asked */
export function toOffer(quote: CoreQuote, { amount, amountIs }: QuoteQuestion): QuoteAnswer {
  const { sends, receives, fee = null, commission = null, expiresAt = null } = quote;
  const parts = [sends, receives, ...(fee ? [fee] : []), ...(commission ? [commission] : [])];
  if (parts.some(({ currency }) => currency !== amount.currency)) {
    throw new UnreadableAnswer('the price is in another currency');
  }
  if (!sends.isPositive || !receives.isPositive || parts.some(({ minor }) => minor < 0n)) {
    throw new UnreadableAnswer('the price has an amount below what there can be');
  }
  if (!(amountIs === 'sent' ? sends : receives).equals(amount)) {
    throw new UnreadableAnswer(`the price is not of the amount that is ${amountIs}`);
  }
  if (sends.minor !== receives.minor + minorOf(fee) - minorOf(commission)) {
    throw new UnreadableAnswer('the price does not add up');
  }
  return { is: 'offered', sends, receives, fee, commission, expiresAt };
}

const minorOf = (amount: Money | null): bigint => amount?.minor ?? 0n;

export const NOBODY: PartyAnswer = { exists: false, name: null, nameMatches: null, withinLimits: null };

/** Not that nobody has it: nobody is found by such names. */
export const NO_SUCH_TYPE: PartyAnswer = { ...NOBODY, isTypeKnown: false };

export function toPartyAnswer(answer: CoreAccountAnswer, { name: asked }: PartyQuestion): PartyAnswer {
  const { holder, status, currencies } = answer;
  const full = [holder.firstName, holder.lastName].filter((part) => part !== null).join(' ');
  const name = holder.name ?? (full === '' ? null : full);
  return {
    exists: true,
    name,
    nameMatches: name === null || asked === null ? null : folded(name) === folded(asked),
    withinLimits: null,
    account: { status, currencies },
  };
}

/** Accents, capitals and blanks do not make another name. */
const folded = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[’‘]/g, "'")
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim();
