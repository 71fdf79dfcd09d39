import { type Failure, failure, isTerminal, type Party } from '#domain';
import {
  type CallbackAnswer,
  type InboundConfiguration,
  type InboundCredit,
  type InboundLookup,
  type InboundObjection,
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
import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallbackIntake } from '../callbacks/intake.js';
import { OperationWatch } from '../operations/watch.js';
import { AccountKeeper, objectionOf } from './account-keeper.js';
import { Announcements, hasEndedBadly, type Passage } from './announcements.js';
import { InboundQuotes, type KeptQuote } from './inbound-quotes.js';
import { RequestedPayments } from './requested-payments.js';

/** What begins something: not taken from a partner that is switched off, whose news is. */
const NEW: readonly InboundRequest['is'][] = ['lookup', 'quote', 'transfer'];

/** Between two looks at a credit that does not settle. */
const LOOK_MS = 20;

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
 * Answers partners that ask us while they wait. Money that one brings is a receipt, or of a payment that it was asked for
 * by, and what passes it on to our customer a transfer at the partner that keeps the account: two operations with the same
 * life as any other.
 */
@Injectable()
export class InboundDesk {
  private readonly logger = new Logger(InboundDesk.name);

  constructor(
    private readonly keeper: AccountKeeper,
    private readonly quotes: InboundQuotes,
    private readonly announcements: Announcements,
    private readonly requested: RequestedPayments,
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
      const refusal = refusalOf(error, this.logger);
      return { answer: able.answer(refusal), request, result: refusal.objection };
    }
  }

  /** The answer to what could not even be read. */
  refuse({ adapter }: Partner, objection: InboundObjection, message: string): CallbackAnswer {
    if (!adapter.inbound) throw new TypeError('this partner asks nothing');
    return adapter.inbound.answer(new InboundRefused(objection, message));
  }

  private async replyTo(request: InboundRequest, asking: Asking): Promise<InboundReply> {
    if (!asking.partner.enabled && NEW.includes(request.is))
      throw new InboundRefused('unavailable', 'nothing new is taken now');
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
    const answers = await this.requested.answeredBy(partner, quote);
    const offered = await this.keeper.quote(how.creditsThrough, quote);
    const { sends, receives, fee, commission } = offered;
    const latest = new Date(this.clock.now().getTime() + how.quoteLifetimeMs);
    const ends = [latest, quote.expiresAt, offered.expiresAt].filter((end) => end !== null);
    const expiresAt = new Date(Math.min(...ends.map((end) => end.getTime())));
    const offer: InboundOffer = { is: 'offer', quote, sends, receives, fee, commission, expiresAt };
    await this.quotes.keep(partner.id, offer, answers);
    return offer;
  }

  private async credit(request: InboundTransfer, asking: Asking): Promise<InboundCredit> {
    const { partner, raw } = asking;
    const known = await this.announcements.find(partner.id, request.id);
    if (known && !isSame(request, known)) throw new InboundRefused('differs', DIFFERS);
    const passage = known ?? (await this.announce(request, asking));
    await this.callbacks.receive(partner, raw, 'private');
    return this.untilCredited(passage, asking, request.id);
  }

  private async announce(request: InboundTransfer, { partner, how }: Asking): Promise<Passage> {
    const quote = await this.quotes.find(partner.id, request.id, request.quote);
    if (!quote) throw new InboundRefused('quote_unknown', 'there is no quote for this transfer');
    if (!isOffered(request, quote))
      throw new InboundRefused('transfer_refused', 'the transfer is not what its quote was for');
    if (quote.expiresAt.getTime() <= this.clock.now().getTime())
      throw new InboundRefused('quote_expired', 'the quote has expired');
    const { sends, receives, fee, payee, answers } = quote;
    const keeper = how.creditsThrough;
    const announcement = {
      ...{ transfer: request.id, sends, receives, fee, payee },
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

  /**
   * Yes only while the customer is credited and the receipt stands. Once it is announced, a no is on the books before it is
   * said, so that a repeat hears the same.
   */
  private async untilCredited(
    { credit }: Passage,
    { partner, how }: Asking,
    transfer: string,
  ): Promise<InboundCredit> {
    const until = performance.now() + how.answerWithinMs;
    for (let hasGivenUp = false; ;) {
      const now = await this.announcements.find(partner.id, transfer);
      if (!now) throw new Error('a receipt has vanished');
      if (hasEndedBadly(now.receipt)) throw refusedBefore(now);
      if (now.credit.state === 'succeeded') return creditedBy(now, transfer);
      // The switch has settled it meanwhile, and nobody is credited yet: that is flagged, and no yes.
      if (hasGivenUp) throw new InboundRefused('timed_out', 'not credited yet');
      if (isTerminal(now.credit.state) || performance.now() >= until) {
        await this.announcements.giveUp(now, ...reasonOf(now));
        hasGivenUp = true;
      } else {
        await this.watch.untilSettled(credit.id, until - performance.now());
        await sleep(LOOK_MS);
      }
    }
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

const DIFFERS = 'the same id was announced with other content';

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

const creditedBy = ({ receipt, credit }: Passage, transfer: string): InboundCredit => ({
  ...{ is: 'credited', transfer, operation: receipt.id },
  at: credit.completedAt ?? credit.updatedAt,
});

function reasonOf({ credit }: Passage): readonly [Failure, string] {
  if (!isTerminal(credit.state)) return [failure('partner_unavailable', 'no'), 'not credited in time'];
  const { reason = 'partner_rejected', partner = null } = credit.failure ?? {};
  return [failure(reason, 'no', partner), 'the credit was refused'];
}

function refusedBefore({ receipt }: Passage): InboundRefused {
  const reason = receipt.failure?.reason ?? 'partner_rejected';
  return new InboundRefused(objectionOf(reason, 'transfer_refused'), 'the transfer was refused');
}

/** A fault of ours is none of the partner's business: it can try again. */
function refusalOf(error: unknown, logger: Logger): InboundRefused {
  if (error instanceof InboundRefused) return error;
  if (!(error instanceof DatabaseUnavailable))
    logger.error({ err: error }, 'a partner could not be answered');
  return new InboundRefused('unavailable', 'try again later');
}
