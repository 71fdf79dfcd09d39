import { isTerminal } from '#domain';
import { type JsonObject, type Partner } from '#partner-kit';
import { Injectable, Logger } from '@nestjs/common';
import { Crediting } from './crediting.js';
import { type OwedAnswer, OwedAnswers } from './owed-answers.js';
import { Tellings, wordFor } from './tellings.js';

/**
 * A no is told so often, which is some hours: the switch has ended the transfer by its own clock long before, and no money
 * hangs on it. A yes is told until it is taken.
 */
const MOST_NOES = 24;

/** A transfer that was acknowledged. */
interface Acknowledged {
  /** The receipt's id, or the payment's. */
  readonly operation: string;
  readonly transfer: string;
  readonly memo: JsonObject;
}

/** Tells partners what became of the transfers that they announced: the process that took one first, then any worker. */
@Injectable()
export class TransferAnswers {
  private readonly logger = new Logger(TransferAnswers.name);

  constructor(
    private readonly crediting: Crediting,
    private readonly owed: OwedAnswers,
    private readonly tellings: Tellings,
  ) {}

  /** Once it is decided, which takes `waitMs` at most. What the partner does not take, a worker tells it again. */
  async answer(partner: Partner, { operation, transfer, memo }: Acknowledged, waitMs: number): Promise<void> {
    const decided = await this.crediting.decide(partner.id, transfer, waitMs);
    const reply = this.crediting.verdictOn(decided, transfer);
    if (reply === null) {
      await this.owed.drop(operation);
      return;
    }
    if (await this.tellings.tell(partner, { request: 'transfer', topic: transfer, reply, memo })) {
      await this.owed.taken(operation, wordFor(reply));
    } else {
      await this.owed.putOff(operation);
    }
  }

  claimDue(partner: Partner, limit: number, leaseMs: number): Promise<readonly OwedAnswer[]> {
    return this.owed.claimDue(partner, limit, leaseMs);
  }

  /** What the process that took it up has not told. Its time is over: what is not credited by now is refused. */
  async settle(partner: Partner, owed: OwedAnswer): Promise<void> {
    const { operation, transfer, memo, tries } = owed;
    if (await this.isOver(owed)) return this.owed.drop(operation.id);
    if (isTerminal(operation.state) && tries > MOST_NOES) {
      this.logger.warn({ operation: operation.id, tries }, 'a partner does not take our no');
      return this.owed.drop(operation.id);
    }
    await this.answer(partner, { operation: operation.id, transfer, memo }, 0);
  }

  /** Has the receipt ended at the partner’s own word? Then it waits for nothing. */
  private async isOver({ operation: { id, state } }: OwedAnswer): Promise<boolean> {
    return isTerminal(state) && (await this.owed.lastActor(id)) === 'partner';
  }
}
