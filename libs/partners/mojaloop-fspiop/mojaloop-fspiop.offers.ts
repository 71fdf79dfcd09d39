import { type KeyObject } from 'node:crypto';
import { type Clock, Money, MoneyError } from '#domain';
import { type Declined, type NeedsConfirmation, type SubmittedOrder } from '#partner-kit';
import { quoteIdOf, requestIdOf, transferIdOf } from './mojaloop-fspiop.requests.js';
import { type FspiopSettings } from './mojaloop-fspiop.settings.js';
import { type FoundParty, type PartyBody, type QuoteBody, type WireAmount } from './mojaloop-fspiop.wire.js';

export type Terms = Omit<FspiopSettings, 'peers'> & {
  /** By institution, wherever they were given. */
  readonly peers: Readonly<Record<string, KeyObject>>;
  readonly clock: Clock;
};

/** The names under which the scheme knows an operation, before it has been told of it. */
export const namesOf = (order: Pick<SubmittedOrder, 'id' | 'kind'>) =>
  order.kind === 'payment'
    ? { reference: requestIdOf(order), references: [requestIdOf(order)] }
    : { reference: transferIdOf(order), references: [transferIdOf(order), quoteIdOf(order)] };

/** No money is on its way, and none will be. */
const misfit = (code: string, message: string): Declined => ({
  is: 'declined',
  reason: 'partner_rejected',
  partner: { code, message },
  moneyMoved: 'no',
});

/** Is this whom to pay, or to ask? */
export function toPartyQuestion(
  { party }: PartyBody,
  order: SubmittedOrder,
  { clock, confirmWithinMs, answerWithinMs }: Terms,
): NeedsConfirmation | Declined {
  const { fspId } = party.partyIdInfo;
  if (fspId === null) return misfit('party-misfit', 'the lookup names no institution');
  const expiresAt = new Date(clock.now().getTime() + confirmWithinMs);
  const name = nameOf(party);
  const quoteBy = new Date(expiresAt.getTime() + answerWithinMs).toISOString();
  return {
    is: 'needsConfirmation',
    ...namesOf(order),
    nextAction: {
      type: 'confirm',
      step: 'party',
      party: { name, institution: fspId },
      quote: null,
    },
    expiresAt,
    memo: { party: { fspId, name, quoteBy } },
  };
}

function nameOf({ name, personalInfo }: PartyBody['party']): string | null {
  const { firstName, lastName } = personalInfo?.complexName ?? {};
  const full = [firstName, lastName].filter((one) => one != null).join(' ');
  return name ?? (full === '' ? null : full);
}

/** Is this the price? What is not of what was asked for, nobody is asked to agree to. */
export function toQuoteQuestion(
  quote: QuoteBody,
  order: SubmittedOrder,
  party: FoundParty,
  terms: Terms,
): NeedsConfirmation | Declined {
  const { clock, confirmWithinMs, quoteMarginMs, expiryMs } = terms;
  const price = priceOf(quote);
  if (!price) return misfit('quote-misfit', 'an amount of the quote cannot be read');
  const fault = faultOf(price, order, terms);
  if (fault !== null) return misfit('quote-misfit', fault);
  const { sends, receives, fee, commission } = price;
  const now = clock.now().getTime();
  const expiresAt = new Date(Math.min(now + confirmWithinMs, quote.expiration.getTime() - quoteMarginMs));
  return {
    is: 'needsConfirmation',
    ...namesOf(order),
    nextAction: {
      type: 'confirm',
      step: 'quote',
      party: { name: party.name, institution: party.fspId },
      quote: {
        sends: sends.toJSON(),
        receives: receives?.toJSON() ?? null,
        fee: fee?.toJSON() ?? null,
        commission: commission?.toJSON() ?? null,
      },
    },
    expiresAt,
    memo: {
      party,
      quote: {
        transferAmount: quote.transferAmount,
        ilpPacket: quote.ilpPacket,
        condition: quote.condition,
        transferBy: new Date(expiresAt.getTime() + expiryMs).toISOString(),
      },
    },
  };
}

interface Price {
  readonly sends: Money;
  readonly receives: Money | null;
  readonly fee: Money | null;
  readonly commission: Money | null;
}

/** Why the price does not fit what was asked for; null: it does. */
function faultOf(
  price: Price,
  { amount }: SubmittedOrder,
  { amountType, limits }: Pick<Terms, 'amountType' | 'limits'>,
): string | null {
  const { sends } = price;
  if (amountType === 'SEND')
    return sends.equals(amount) ? null : 'another amount than asked for would be sent';
  if (sends.currency !== amount.currency) return 'another currency than asked for would be sent';
  // Where nobody wants to look, the payee's institution could name any price.
  if (sends.isMoreThan(Money.parse(limits.most, amount.currency))) return 'more would be sent than may be';
  return receivedBy(price)?.equals(amount) === true
    ? null
    : 'another amount than asked for would be received';
}

/** Where the payee's institution does not say, what it gets less what it keeps. Null: it keeps another currency. */
function receivedBy({ sends, receives, fee, commission }: Price): Money | null {
  if (receives) return receives;
  const none = Money.ofMinor(0n, sends.currency);
  const [kept, given] = [fee ?? none, commission ?? none];
  if (kept.currency !== sends.currency || given.currency !== sends.currency) return null;
  return sends.minus(kept).plus(given);
}

/** Null where an amount is none, or of a currency that we do not know. */
function priceOf(quote: QuoteBody): Price | null {
  const optional = (amount: WireAmount | null | undefined) => (amount ? moneyOf(amount) : null);
  try {
    return {
      sends: moneyOf(quote.transferAmount),
      receives: optional(quote.payeeReceiveAmount),
      fee: optional(quote.payeeFspFee),
      commission: optional(quote.payeeFspCommission),
    };
  } catch (error) {
    if (error instanceof MoneyError) return null;
    throw error;
  }
}

/** @throws MoneyError */
export const moneyOf = ({ amount, currency }: WireAmount): Money => Money.parseLenient(amount, currency);
