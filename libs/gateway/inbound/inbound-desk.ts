import {
  type CallbackAnswer,
  type Inbound,
  type InboundObjection,
  InboundRefused,
  type InboundReply,
  type InboundRequest,
  type InboundTransfer,
  type Partner,
  type RawCallback,
} from '#partner-kit';
import { Injectable, Logger } from '@nestjs/common';
import { CallbackIntake } from '../callbacks/intake.js';
import { Messages } from '../messages/messages.js';
import { PartnerGates } from '../partners/partner-gates.js';
import { Crediting } from './crediting.js';
import { type Asking, InboundReplies } from './inbound-replies.js';
import { LaterAnswers } from './later-answers.js';
import { refusalOf } from './refusals.js';
import { type Kind, kindOf, topicOf } from './tellings.js';

/** What begins something: not taken from a partner that is switched off, whose news is. */
const NEW: readonly InboundRequest['is'][] = ['lookup', 'quote', 'refused', 'transfer'];

/** What was said to a partner, and for metrics: about what, and how it went. */
export interface Answered {
  readonly answer: CallbackAnswer;
  readonly request: Kind | 'unreadable';
  /** "answered", "accepted" where the answer is told later, or why not. */
  readonly result: string;
}

/**
 * Answers partners that ask us: while they wait, or later where they have an ear for it (`Inbound.tell`). Money that one
 * brings is a receipt, or of a payment that it was asked for by, and what passes it on to our customer a transfer at the
 * partner that keeps the account: two operations with the same life as any other.
 */
@Injectable()
export class InboundDesk {
  private readonly logger = new Logger(InboundDesk.name);

  constructor(
    private readonly replies: InboundReplies,
    private readonly crediting: Crediting,
    private readonly later: LaterAnswers,
    private readonly callbacks: CallbackIntake,
    private readonly messages: Messages,
    private readonly gates: PartnerGates,
  ) {}

  /** Whatever happens, the partner gets an answer that it can read. */
  async answer(partner: Partner, raw: RawCallback): Promise<Answered> {
    const { adapter, inbound: how } = partner;
    const able = adapter.inbound;
    if (!able || !how) throw new TypeError('this partner asks nothing');
    let request: InboundRequest | undefined;
    let reply: InboundReply | InboundRefused;
    try {
      await this.refuseForged(able, partner, raw);
      request = able.read(raw);
      this.gates.report(partner.id, 'callbacks', true);
      reply = await this.replyTo(request, able, { partner, how, raw });
    } catch (error) {
      // Of a transfer that waits for its answer: somebody may be credited by now, and "away" would say that nobody is.
      const isUnsure = request?.is === 'transfer' && !able.tell;
      const refusal = refusalOf(error, this.logger, isUnsure ? 'timed_out' : 'unavailable');
      const isOurs = refusal.objection === 'unavailable';
      reply = request?.is === 'question' && isOurs && !able.tell ? { is: 'nothing' } : refusal;
    }
    const answer = able.answer(reply);
    const topic = request ? topicOf(request) : null;
    if (topic !== null) this.messages.received(partner, topic, raw, answer);
    return { answer, request: request ? kindOf(request) : 'unreadable', result: resultOf(reply) };
  }

  /** The answer to what could not even be read. */
  refuse({ adapter }: Partner, objection: InboundObjection, message: string): CallbackAnswer {
    if (!adapter.inbound) throw new TypeError('this partner asks nothing');
    return adapter.inbound.answer(new InboundRefused(objection, message));
  }

  /** Resolves when what is told later has been told, or after `mostMs`. */
  drain(mostMs: number): Promise<void> {
    return this.later.drain(mostMs);
  }

  /** Kept as evidence, and never interpreted. */
  private async refuseForged(able: Inbound, partner: Partner, raw: RawCallback): Promise<void> {
    const verdict = able.verify?.(raw);
    if (verdict?.is !== 'forged') return;
    this.logger.warn({ partner: partner.id, why: verdict.why }, 'a request that is not the partner’s');
    await this.callbacks.keep(partner, raw, verdict);
    throw notOfThePartner();
  }

  private async replyTo(request: InboundRequest, able: Inbound, asking: Asking): Promise<InboundReply> {
    if (!asking.partner.enabled && NEW.includes(request.is) && !(await this.isKnown(request, asking)))
      throw new InboundRefused('unavailable', 'nothing new is taken now');
    switch (request.is) {
      case 'health':
        return { is: 'healthy' };
      case 'news': {
        const { verdict } = await this.callbacks.receive(asking.partner, asking.raw, 'private');
        if (verdict.is === 'forged') throw notOfThePartner();
        if (request.refusal) throw request.refusal;
        return { is: 'taken' };
      }
      case 'transfer':
        return able.tell ? this.later.take(request, asking) : this.credit(request, asking);
      case 'lookup':
      case 'quote':
      case 'question':
      case 'refused':
        return able.tell ? this.later.take(request, asking) : this.replies.to(request, asking);
    }
  }

  /** A repeat of what was announced hears what stands, whatever has been switched off since. */
  private async isKnown(request: InboundRequest, { partner }: Asking): Promise<boolean> {
    return request.is === 'transfer' && (await this.replies.isAnnounced(request, partner));
  }

  private async credit(request: InboundTransfer, asking: Asking): Promise<InboundReply> {
    const { partner, how, raw } = asking;
    const known = await this.replies.known(request, partner);
    if (!known) await this.replies.announce(request, asking, null);
    await this.callbacks.receive(partner, raw, 'private');
    const decided = await this.crediting.decide(partner.id, request.id, how.answerWithinMs);
    const verdict = this.crediting.verdictOn(decided, request.id);
    // The switch has settled it meanwhile, and nobody is credited yet: that is flagged, and no yes.
    if (verdict === null) throw new InboundRefused('timed_out', 'not credited yet');
    if (verdict instanceof InboundRefused) throw verdict;
    return verdict;
  }
}

function resultOf(reply: InboundReply | InboundRefused): string {
  if (reply instanceof InboundRefused) return reply.objection;
  if (reply.is === 'nothing') return 'unavailable';
  return reply.is === 'accepted' ? 'accepted' : 'answered';
}

const notOfThePartner = (): InboundRefused =>
  new InboundRefused('forged', 'it is not proven to come from the partner');
