import { type Party } from '#domain';
import {
  type InboundConfiguration,
  type InboundLookup,
  type InboundOffer,
  type InboundParty,
  type InboundQuestion,
  type InboundQuote,
  type InboundRefusal,
  InboundRefused,
  type InboundStanding,
  type InboundTransfer,
  type Partner,
  type RawCallback,
} from '#partner-kit';
import { SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { AccountKeeper } from './account-keeper.js';
import { Announcements, hasEndedBadly, type Passage, type ToldLater } from './announcements.js';
import { InboundQuotes, type KeptQuote } from './inbound-quotes.js';
import { RequestedPayments } from './requested-payments.js';

/** A partner that asks us, with how it is answered. */
export interface Asking {
  readonly partner: Partner;
  readonly how: InboundConfiguration;
  readonly raw: RawCallback;
}

export const DIFFERS = 'the same id was announced with other content';

/** What moves nothing, however often it is asked. */
export type InboundInquiry = InboundLookup | InboundQuote | InboundQuestion | InboundRefusal;

/** Finds what a partner is to hear, whether it waits for it or is told later. */
@Injectable()
export class InboundReplies {
  constructor(
    private readonly keeper: AccountKeeper,
    private readonly quotes: InboundQuotes,
    private readonly announcements: Announcements,
    private readonly requested: RequestedPayments,
    private readonly clock: SystemClock,
  ) {}

  /** @throws InboundRefused */
  to(request: InboundInquiry, asking: Asking): Promise<InboundParty | InboundOffer | InboundStanding> {
    switch (request.is) {
      case 'lookup':
        return this.lookUp(request, asking);
      case 'quote':
        return this.offer(request, asking);
      case 'question':
        return this.standing(request, asking);
      case 'refused':
        return Promise.reject(request.why);
    }
  }

  /**
   * Null where nothing of that name was announced.
   * @throws InboundRefused where it was another movement
   */
  async known(request: InboundTransfer, partner: Partner): Promise<Passage | null> {
    const known = await this.announcements.find(partner.id, request.id);
    if (known && !isSame(request, known)) throw new InboundRefused('differs', DIFFERS);
    return known;
  }

  /** Has anything been announced under this id, whatever it is? */
  async isAnnounced({ id }: Pick<InboundTransfer, 'id'>, partner: Partner): Promise<boolean> {
    return (await this.announcements.find(partner.id, id)) !== null;
  }

  /**
   * What has not been announced before: receipt and credit are there once this returns.
   * @param toldLater null: the partner waits for the answer
   * @throws InboundRefused
   */
  async announce(
    request: InboundTransfer,
    { partner, how }: Asking,
    toldLater: ToldLater | null,
  ): Promise<Passage> {
    const now = this.clock.now().getTime();
    if (request.expiresAt && request.expiresAt.getTime() <= now)
      throw new InboundRefused('transfer_expired', 'the transfer has expired');
    const { quotedAs = request.id } = request;
    const quote = await this.quotes.find(partner.id, quotedAs, request.quote);
    if (!quote) throw new InboundRefused('quote_unknown', 'there is no quote for this transfer');
    if (!isOffered(request, quote))
      throw new InboundRefused('transfer_refused', 'the transfer is not what its quote was for');
    if (quote.expiresAt.getTime() <= now) throw new InboundRefused('quote_expired', 'the quote has expired');
    if (quotedAs !== request.id && (await this.announcements.find(partner.id, quotedAs)))
      throw new InboundRefused('transfer_refused', 'its quote has been paid by already');
    const { sends, receives, fee, payee, answers, fitting } = quote;
    const keeper = how.creditsThrough;
    const announcement = {
      ...{ transfer: request.id, quotedAs, sends, receives, fee, payee, toldLater, fitting },
      payer: request.payer ?? quote.payer,
      description: request.description,
    };
    const announced =
      answers === null
        ? await this.announcements.announce(partner, keeper, announcement)
        : await this.requested.announce(partner, keeper, answers, announcement);
    // Somebody else's announcement at the same moment, or another movement altogether.
    if (!announced || !isSame(request, announced)) throw new InboundRefused('differs', DIFFERS);
    return announced;
  }

  private async lookUp({ party, memo }: InboundLookup, { how }: Asking): Promise<InboundParty> {
    const { name, account } = await this.keeper.find(how.creditsThrough, party);
    return { is: 'party', party, memo, name, currencies: account?.currencies ?? [] };
  }

  private async offer(quote: InboundQuote, { partner, how }: Asking): Promise<InboundOffer> {
    const known = await this.announcements.find(partner.id, quote.transfer);
    if (known) throw new InboundRefused('quote_refused', 'this transfer has been announced already');
    const answers = await this.requested.answeredBy(partner, quote);
    const fitting = answers === null ? await this.requested.fitting(partner, quote) : [];
    const offered = await this.keeper.quote(how.creditsThrough, quote);
    const { sends, receives, fee, commission } = offered;
    const latest = new Date(this.clock.now().getTime() + how.quoteLifetimeMs);
    const ends = [latest, quote.expiresAt, offered.expiresAt].filter((end) => end !== null);
    const expiresAt = new Date(Math.min(...ends.map((end) => end.getTime())));
    const offer: InboundOffer = { is: 'offer', quote, sends, receives, fee, commission, expiresAt };
    await this.quotes.keep(partner.id, offer, { answers, fitting });
    return offer;
  }

  private async standing({ id }: InboundQuestion, { partner }: Asking): Promise<InboundStanding> {
    const passage = await this.announcements.find(partner.id, id);
    if (!passage) throw new InboundRefused('transfer_unknown', 'there is no such transfer');
    const { receipt, credit } = passage;
    const { amount, payer, payee, updatedAt: at } = receipt;
    return {
      ...{ is: 'standing', transfer: id, operation: receipt.id, amount, payer, payee, at },
      stands: hasEndedBadly(receipt)
        ? 'refused'
        : receipt.state === 'succeeded'
          ? 'final'
          : credit.state === 'succeeded'
            ? 'credited'
            : 'under_way',
    };
  }
}

/** Is it what we offered? */
const isOffered = (request: InboundTransfer, { amount, sends, receives, payee }: KeptQuote): boolean =>
  request.amount.equals(amount) &&
  isParty(request.payee, payee) &&
  (request.sends?.equals(sends) ?? true) &&
  (request.receives?.equals(receives) ?? true);

/** Is it what was announced before? The amount of the request is one of the two that the quote named. */
const isSame = (request: InboundTransfer, { receipt, credit }: Passage): boolean =>
  (request.amount.equals(receipt.amount) || request.amount.equals(credit.amount)) &&
  isParty(request.payee, credit.payee) &&
  // A payment is of what was asked for, whatever the payer's side adds to it.
  (receipt.kind === 'payment' || (request.sends?.equals(receipt.amount) ?? true)) &&
  (request.receives?.equals(credit.amount) ?? true);

const isParty = (named: Party | null, meant: Party | null): boolean =>
  named === null || (named.type === meant?.type && named.value === meant.value);
