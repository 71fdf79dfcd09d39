import { failure, isTerminal } from '#domain';
import {
  type CallbackAnswer,
  type InboundConfiguration,
  type InboundCredit,
  type InboundLookup,
  type InboundOffer,
  type InboundParty,
  type InboundQuestion,
  type InboundQuote,
  InboundRefused,
  type InboundReply,
  type InboundRequest,
  type InboundStanding,
  type InboundTransfer,
  type Partner,
  type RawCallback,
} from '#partner-kit';
import { DatabaseUnavailable, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { CallbackIntake } from '../callbacks/intake.js';
import { OperationWatch } from '../operations/watch.js';
import { AccountKeeper, objectionOf } from './account-keeper.js';
import { Announcements, hasEndedBadly, type Passage } from './announcements.js';
import { InboundQuotes, type KeptQuote } from './inbound-quotes.js';

/** A partner that asks us, with how it is answered. */
interface Asking {
  readonly partner: Partner;
  readonly how: InboundConfiguration;
  readonly raw: RawCallback;
}

/** What was said to a partner, and for metrics: about what, and how it went. */
export interface Answered {
  readonly answer: CallbackAnswer;
  readonly request: InboundRequest['is'] | 'unreadable';
  /** "answered", or why not. */
  readonly result: string;
}

/**
 * Answers partners that ask us while they wait. Money that one brings is a receipt, and what passes it on to our customer
 * a transfer at the partner that keeps the account: two operations with the same life as any other.
 */
@Injectable()
export class InboundDesk {
  constructor(
    private readonly keeper: AccountKeeper,
    private readonly quotes: InboundQuotes,
    private readonly announcements: Announcements,
    private readonly callbacks: CallbackIntake,
    private readonly watch: OperationWatch,
    private readonly clock: SystemClock,
  ) {}

  /** Whatever happens, the partner gets an answer that it can read. */
  async answer(partner: Partner, raw: RawCallback): Promise<Answered> {
    const { adapter, inbound: how } = partner;
    const able = adapter.inbound;
    if (!able || !how) throw new TypeError('this partner asks nothing');
    let request: Answered['request'] = 'unreadable';
    try {
      const read = able.read(raw);
      request = read.is;
      const reply = await this.replyTo(read, { partner, how, raw });
      return { answer: able.answer(reply), request, result: 'answered' };
    } catch (error) {
      const refusal = refusalOf(error);
      return { answer: able.answer(refusal), request, result: refusal.objection };
    }
  }

  private async replyTo(request: InboundRequest, asking: Asking): Promise<InboundReply> {
    switch (request.is) {
      case 'health':
        return { is: 'healthy' };
      case 'news':
        await this.callbacks.receive(asking.partner, asking.raw, 'private');
        return { is: 'taken' };
      case 'lookup':
        return this.lookUp(request, asking);
      case 'quote':
        return this.offer(request, asking);
      case 'transfer':
        return this.credit(request, asking);
      case 'question':
        return this.standing(request, asking);
    }
  }

  private async lookUp({ party }: InboundLookup, { how }: Asking): Promise<InboundParty> {
    const { name, account } = await this.keeper.find(how.creditsThrough, party);
    return { is: 'party', party, name, currencies: account?.currencies ?? [] };
  }

  private async offer(quote: InboundQuote, { partner, how }: Asking): Promise<InboundOffer> {
    const known = await this.announcements.find(partner.id, quote.transfer);
    if (known) throw new InboundRefused('quote_refused', 'this transfer has been announced already');
    const offered = await this.keeper.quote(how.creditsThrough, quote);
    const { sends, receives, fee, commission } = offered;
    const latest = new Date(this.clock.now().getTime() + how.quoteLifetimeMs);
    const ends = [latest, quote.expiresAt, offered.expiresAt].filter((end) => end !== null);
    const expiresAt = new Date(Math.min(...ends.map((end) => end.getTime())));
    const offer: InboundOffer = { is: 'offer', quote, sends, receives, fee, commission, expiresAt };
    await this.quotes.keep(partner.id, offer);
    return offer;
  }

  private async credit(request: InboundTransfer, asking: Asking): Promise<InboundCredit> {
    const { partner, how, raw } = asking;
    const [known, quote] = await Promise.all([
      this.announcements.find(partner.id, request.id),
      this.quotes.find(partner.id, request.id, request.quote),
    ]);
    const objection = this.objectionTo(request, quote, known !== null);
    if (objection) throw objection;
    if (!quote) throw new InboundRefused('quote_unknown', 'there is no quote for this transfer');
    const { sends, receives, fee, payee } = quote;
    const passage =
      known ??
      (await this.announcements.announce(partner, how.creditsThrough, {
        ...{ transfer: request.id, sends, receives, fee, payee },
        payer: request.payer ?? quote.payer,
        description: request.description,
      }));
    if (!passage) throw new InboundRefused('differs', 'this id is of another movement');
    await this.callbacks.receive(partner, raw, 'private');
    return this.untilCredited(passage, asking, request.id);
  }

  /** What is announced has to be what was offered, the first time and every time. */
  private objectionTo(
    { amount, payee }: InboundTransfer,
    quote: KeptQuote | null,
    isRepeat: boolean,
  ): InboundRefused | null {
    if (!quote) return new InboundRefused('quote_unknown', 'there is no quote for this transfer');
    const isSame =
      amount.equals(quote.amount) &&
      (payee === null || (payee.type === quote.payee.type && payee.value === quote.payee.value));
    if (!isSame) {
      return isRepeat
        ? new InboundRefused('differs', 'the same transfer was announced with other content')
        : new InboundRefused('transfer_refused', 'the transfer is not what its quote was for');
    }
    // What was announced in time may be repeated after it.
    return !isRepeat && quote.expiresAt.getTime() <= this.clock.now().getTime()
      ? new InboundRefused('quote_expired', 'the quote has expired')
      : null;
  }

  /**
   * Yes only while the customer is credited and the receipt stands; every no is on the books before it is said, so that
   * a repeat hears the same.
   */
  private async untilCredited(
    { receipt, credit }: Passage,
    { partner, how }: Asking,
    transfer: string,
  ): Promise<InboundCredit> {
    const until = performance.now() + how.answerWithinMs;
    for (;;) {
      const now = await this.announcements.find(partner.id, transfer);
      if (!now) throw new Error('a receipt has vanished');
      if (hasEndedBadly(now.receipt)) throw refusedBefore(now);
      if (now.credit.state === 'succeeded')
        return {
          is: 'credited',
          transfer,
          operation: receipt.id,
          at: now.credit.completedAt ?? this.clock.now(),
        };
      if (isTerminal(now.credit.state)) await this.giveUpWithCredit(now);
      else if (performance.now() >= until)
        await this.announcements.giveUp(now, failure('partner_unavailable', 'no'), 'not credited in time');
      else await this.watch.untilSettled(credit.id, until - performance.now());
    }
  }

  private giveUpWithCredit(passage: Passage): Promise<void> {
    const { reason = 'partner_rejected', partner = null } = passage.credit.failure ?? {};
    return this.announcements.giveUp(passage, failure(reason, 'no', partner), 'the credit was refused');
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

function refusedBefore({ receipt }: Passage): InboundRefused {
  const reason = receipt.failure?.reason ?? 'partner_rejected';
  return new InboundRefused(objectionOf(reason, 'transfer_refused'), 'the transfer was refused');
}

/** @throws what is a fault of ours */
function refusalOf(error: unknown): InboundRefused {
  if (error instanceof InboundRefused) return error;
  if (error instanceof DatabaseUnavailable) return new InboundRefused('unavailable', 'try again later');
  throw error;
}
