import {
  type Clock,
  type ConfirmationStep,
  Money,
  MoneyError,
  type OfferedParty,
  type OfferedQuote,
} from '#domain';
import { type NeedsConfirmation, type Order } from '#partner-kit';
import { type MojaloopSettings } from './mojaloop.settings.js';
import { type MojaloopConversion, type MojaloopQuote, type MojaloopTransfer } from './mojaloop.wire.js';

export type OfferTerms = Pick<
  MojaloopSettings,
  'amountType' | 'confirmWithinMs' | 'quoteMarginMs' | 'limits'
> & {
  readonly clock: Clock;
};

/** An offer that is not of what was asked for. */
export interface Misfit {
  readonly is: 'misfit';
  readonly why: string;
}

/** A question of the scheme adapter's as one of ours; `Misfit` where nobody should be asked to agree to it. */
export function toQuestion(
  transfer: MojaloopTransfer,
  step: ConfirmationStep,
  order: Order,
  terms: OfferTerms,
): NeedsConfirmation | Misfit {
  const why = misfitOf(transfer, step, order, terms) ?? excessOf(transfer, order, terms);
  if (why !== null) return { is: 'misfit', why };
  const { transferId: reference } = transfer;
  return {
    is: 'needsConfirmation',
    ...(reference === null ? {} : { reference, references: [reference] }),
    nextAction: { type: 'confirm', step, party: toParty(transfer), quote: toQuote(transfer) },
    expiresAt: expiryOf(transfer, terms),
  };
}

const toParty = ({ payee }: MojaloopTransfer): OfferedParty | null =>
  payee && { name: payee.name, institution: payee.fspId };

function toQuote({ quote, conversion }: MojaloopTransfer): OfferedQuote | null {
  const exchange = conversion && exchangeOf(conversion);
  const price = quote && priceOf(quote);
  const sends = exchange?.source ?? price?.sends;
  if (!sends) return null;
  const receives = price ? price.receives : exchange?.target;
  return {
    sends: sends.toJSON(),
    receives: receives?.toJSON() ?? null,
    fee: price?.fee?.toJSON() ?? null,
    commission: price?.commission?.toJSON() ?? null,
  };
}

/** Of several offers the one that ends first; never longer than we wait ourselves. */
function expiryOf({ quote, conversion }: MojaloopTransfer, terms: OfferTerms): Date {
  const { clock, confirmWithinMs, quoteMarginMs } = terms;
  const ends = [quote, conversion].flatMap((offer) =>
    offer ? [offer.expiration.getTime() - quoteMarginMs] : [],
  );
  return new Date(Math.min(clock.now().getTime() + confirmWithinMs, ...ends));
}

/** Why the offer does not fit what was asked for; null: it does. */
function misfitOf(
  { quote, conversion }: MojaloopTransfer,
  step: ConfirmationStep,
  { amount }: Order,
  { amountType }: OfferTerms,
): string | null {
  if (step === 'party') return null;
  const price = quote && priceOf(quote);
  const exchange = conversion && exchangeOf(conversion);
  if ((step === 'quote' && !price?.sends) || (quote && !price?.sends)) return 'the quote cannot be read';
  if (step === 'conversion' && !exchange) return 'the conversion cannot be read';
  if (price?.sends && exchange && !exchange.target.equals(price.sends))
    return 'the conversion is not of what the quote asks for';
  if (amountType === 'RECEIVE') {
    return price && !receivedBy(price)?.equals(amount) ? 'the payee would not receive the amount' : null;
  }
  return (exchange?.source ?? price?.sends)?.equals(amount)
    ? null
    : 'another amount than asked for would be sent';
}

/**
 * Why this may not be sent so that the amount arrives; null: it may. Where nobody wants to look, the payee's institution or
 * the provider could name any price, and an exchange out of another currency has no limit of ours.
 */
function excessOf(
  transfer: MojaloopTransfer,
  { amount }: Order,
  { amountType, limits }: OfferTerms,
): string | null {
  if (amountType === 'SEND' || !(transfer.quote ?? transfer.conversion)) return null;
  const sends = sentBy(transfer);
  if (sends?.currency !== amount.currency) return 'another currency than asked for would be sent';
  return sends.isMoreThan(Money.parse(limits.most, amount.currency))
    ? 'more would be sent than may be'
    : null;
}

/** What leaves us, as far as it is known yet. */
const sentBy = ({ quote, conversion }: MojaloopTransfer): Money | null =>
  conversion ? (exchangeOf(conversion)?.source ?? null) : quote && priceOf(quote).sends;

interface Price {
  readonly sends: Money | null;
  readonly receives: Money | null;
  readonly fee: Money | null;
  readonly commission: Money | null;
}

const priceOf = (quote: MojaloopQuote): Price => ({
  sends: moneyOf(quote.transferAmount),
  receives: moneyOf(quote.payeeReceiveAmount),
  fee: moneyOf(quote.payeeFspFee),
  commission: moneyOf(quote.payeeFspCommission),
});

function exchangeOf({ sourceAmount, targetAmount }: MojaloopConversion) {
  const [source, target] = [moneyOf(sourceAmount), moneyOf(targetAmount)];
  return source && target ? { source, target } : null;
}

/** Where the payee's institution does not say, what it gets less what it keeps. */
function receivedBy({ sends, receives, fee, commission }: Price): Money | null {
  if (receives ?? !sends) return receives;
  const sameCurrency = [fee, commission].every((money) => !money || money.currency === sends.currency);
  if (!sameCurrency) return null;
  const kept = fee ? sends.minus(fee) : sends;
  return commission ? kept.plus(commission) : kept;
}

/** Null where it is none, or of a currency that we do not know. */
function moneyOf(amount: { readonly amount: string; readonly currency: string } | null): Money | null {
  if (!amount) return null;
  try {
    return Money.parseLenient(amount.amount, amount.currency);
  } catch (error) {
    if (error instanceof MoneyError) return null;
    throw error;
  }
}

/** What left us beyond the amount of the order; undefined where nothing did, or nothing tells. */
export function feeOf(transfer: MojaloopTransfer, { amount }: Order): Money | undefined {
  const sent = sentBy(transfer);
  if (sent?.currency !== amount.currency) return undefined;
  const beyond = sent.minus(amount);
  return beyond.isPositive ? beyond : undefined;
}

/** Is what was paid the amount of the order, sent or received? True where nothing tells. */
export const fits = (transfer: MojaloopTransfer, order: Order, terms: OfferTerms): boolean =>
  !transfer.hasQuote ||
  (['SEND', 'RECEIVE'] as const).some(
    (amountType) => misfitOf(transfer, 'quote', order, { ...terms, amountType }) === null,
  );
