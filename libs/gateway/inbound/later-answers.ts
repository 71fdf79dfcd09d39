import {
  type InboundRefusal,
  InboundRefused,
  type InboundReply,
  type InboundTransfer,
  type Partner,
} from '#partner-kit';
import { SystemClock } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallbackIntake } from '../callbacks/intake.js';
import { type Passage, type ToldLater } from './announcements.js';
import { type Asking, DIFFERS, type InboundInquiry, InboundReplies } from './inbound-replies.js';
import { OwedAnswers } from './owed-answers.js';
import { refusalOf } from './refusals.js';
import { kindOf, Tellings, topicOf } from './tellings.js';
import { TransferAnswers } from './transfer-answers.js';

/**
 * How many answers one process works on. Each is a few kilobytes and a question to the keeper of the accounts; the partner's
 * patience ends before that many are through, and who hears "busy" asks again.
 */
const MOST_UNDER_WAY = 1_000;

/** An inquiry moves nothing, and the payer's side asks again: it is told twice, and no more. */
const BEFORE_TELLING_MS = [0, 1_000] as const;

/** So long after its time is over, a worker tells what the process that took the transfer should have told. */
const SLACK_MS = 2_000;

/** Said in the acknowledgement's place: what is known of the transfer stands, and a no that is told would end it. */
const SAID_AT_ONCE: readonly string[] = ['differs'];

/** Takes up what is answered later, and answers it in the background. */
@Injectable()
export class LaterAnswers {
  private readonly logger = new Logger(LaterAnswers.name);
  private readonly underWay = new Set<Promise<void>>();
  /** Transfers that are not announced yet: they count before there is anything to tell. */
  private takenUp = 0;

  constructor(
    private readonly replies: InboundReplies,
    private readonly callbacks: CallbackIntake,
    private readonly owed: OwedAnswers,
    private readonly transfers: TransferAnswers,
    private readonly tellings: Tellings,
    private readonly clock: SystemClock,
  ) {}

  /** @throws InboundRefused what is to be said at once */
  async take(request: InboundInquiry | InboundTransfer, asking: Asking): Promise<InboundReply> {
    if (this.underWay.size + this.takenUp >= MOST_UNDER_WAY)
      throw new InboundRefused('busy', 'too many questions at once');
    if (request.is === 'transfer') await this.takeUp(request, asking);
    else if (request.is === 'refused' && request.id !== undefined)
      await this.refuse(request, { id: request.id }, asking);
    else this.begin(() => this.answer(request, asking));
    return { is: 'accepted' };
  }

  /** Resolves when everything under way has been told, or after `mostMs`. A worker tells what is left of transfers. */
  async drain(mostMs: number): Promise<void> {
    const late = new AbortController();
    const ended = Promise.all(this.underWay).finally(() => {
      late.abort();
    });
    await Promise.race([ended, sleep(mostMs, undefined, { signal: late.signal }).catch(() => undefined)]);
  }

  private async takeUp(request: InboundTransfer, asking: Asking): Promise<void> {
    this.takenUp += 1;
    try {
      await this.takeTransfer(request, asking);
    } finally {
      this.takenUp -= 1;
    }
  }

  private async answer(request: InboundInquiry, asking: Asking): Promise<void> {
    const reply = await this.replies
      .to(request, asking)
      .catch((error: unknown) => refusalOf(error, this.logger));
    if (request.is !== 'question') return this.tell(asking.partner, request, reply);
    // A no about a transfer ends it: it is told only of what is not on the books, and never of trouble of our own.
    if (reply instanceof InboundRefused && reply.objection !== 'transfer_unknown') return;
    const isNo = reply instanceof InboundRefused;
    await this.tell(
      asking.partner,
      request,
      reply,
      async () => !isNo || this.isUnknown(request, asking.partner),
    );
  }

  private async tell(
    partner: Partner,
    request: InboundInquiry | InboundTransfer,
    reply: InboundReply | InboundRefused,
    stillHolds: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<void> {
    const telling = { request: kindOf(request), topic: topicOf(request), reply, memo: request.memo ?? {} };
    for (const pauseMs of BEFORE_TELLING_MS) {
      await sleep(pauseMs);
      if (!(await stillHolds())) return;
      if (await this.tellings.tell(partner, telling)) return;
    }
  }

  /** Asked again, and announced since: then what it is told there counts, and a no that comes after a yes would end it. */
  private async isUnknown(request: Pick<InboundTransfer, 'id'>, partner: Partner): Promise<boolean> {
    return !(await this.replies.isAnnounced(request, partner));
  }

  /** Told only of what is not on the books; else it is said at once, since what is known of the transfer stands. */
  private async refuse(
    refusal: InboundRefusal,
    transfer: Pick<InboundTransfer, 'id'>,
    { partner }: Asking,
  ): Promise<void> {
    if (!(await this.isUnknown(transfer, partner))) throw refusal.why;
    this.begin(() => this.tell(partner, refusal, refusal.why, () => this.isUnknown(transfer, partner)));
  }

  /** Announced or refused before it is acknowledged; what is announced is told, whoever dies. */
  private async takeTransfer(request: InboundTransfer, asking: Asking): Promise<void> {
    const { partner, raw } = asking;
    const { id: transfer, memo = {} } = request;
    const waitMs = this.waitFor(request, asking);
    const toldLater = { memo, afterMs: waitMs + SLACK_MS };
    const passage = await this.announced(request, asking, toldLater);
    if (passage instanceof InboundRefused) {
      this.begin(() => this.tell(partner, request, passage, () => this.isUnknown(request, partner)));
      return;
    }
    // Also of the first one: somebody else may have announced it at the same moment. A repeat hears the same once more.
    if (!(await this.owed.owe(partner, passage, transfer, toldLater)))
      throw new InboundRefused('differs', DIFFERS);
    await this.callbacks.receive(partner, raw, 'private');
    const acknowledged = { operation: passage.receipt.id, transfer, memo };
    this.begin(() => this.transfers.answer(partner, acknowledged, waitMs));
  }

  /** A refusal that is given back is of a movement that nothing is known of: to tell it contradicts nothing. */
  private async announced(
    request: InboundTransfer,
    asking: Asking,
    toldLater: ToldLater,
  ): Promise<Passage | InboundRefused> {
    const known = await this.replies.known(request, asking.partner);
    if (known) return known;
    try {
      return await this.replies.announce(request, asking, toldLater);
    } catch (error) {
      if (!(error instanceof InboundRefused) || SAID_AT_ONCE.includes(error.objection)) throw error;
      // Announced meanwhile by another process: then what it is told there counts.
      return (await this.replies.known(request, asking.partner)) ?? error;
    }
  }

  private waitFor({ expiresAt }: InboundTransfer, { how }: Asking): number {
    const leftMs = expiresAt ? expiresAt.getTime() - this.clock.now().getTime() : how.answerWithinMs;
    return Math.max(0, Math.min(leftMs, how.answerWithinMs));
  }

  private begin(work: () => Promise<void>): void {
    const done: Promise<void> = work()
      .catch((error: unknown) => {
        this.logger.error({ err: error }, 'a partner could not be told');
      })
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }
}
