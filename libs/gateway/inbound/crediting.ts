import { type Failure, failure, isTerminal } from '#domain';
import { type InboundCredit, InboundRefused } from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationWatch } from '../operations/watch.js';
import { AccountKeeper } from './account-keeper.js';
import { Announcements, hasEndedBadly, type Passage, refusalOfCredit } from './announcements.js';

/** Between two looks at a credit that does not settle. */
const LOOK_MS = 20;

/** Brings what was announced to where it can be answered. */
@Injectable()
export class Crediting {
  constructor(
    private readonly announcements: Announcements,
    private readonly watch: OperationWatch,
    private readonly keeper: AccountKeeper,
  ) {}

  /**
   * Until the customer is credited or the receipt has ended. What is not credited in time is given up: once it is announced,
   * a no is on the books before it is said, so that a repeat hears the same.
   */
  async decide(partner: string, transfer: string, waitMs: number): Promise<Passage> {
    const until = performance.now() + waitMs;
    for (let hasGivenUp = false; ;) {
      const now = await this.announcements.find(partner, transfer);
      if (!now) throw new Error('a receipt has vanished');
      if (hasGivenUp || hasEndedBadly(now.receipt) || now.credit.state === 'succeeded') return now;
      if (isTerminal(now.credit.state) || performance.now() >= until) {
        await this.announcements.giveUp(now, ...reasonOf(now));
        hasGivenUp = true;
      } else {
        await this.watch.untilSettled(now.credit.id, until - performance.now());
        await sleep(LOOK_MS);
      }
    }
  }

  /** Yes only while the customer is credited and the receipt stands. Null: the partner has settled it without a credit. */
  verdictOn(passage: Passage, transfer: string): InboundCredit | InboundRefused | null {
    const { receipt, credit } = passage;
    if (hasEndedBadly(receipt)) return this.refusedBefore(passage);
    if (credit.state !== 'succeeded') return null;
    return {
      ...{ is: 'credited', transfer, operation: receipt.id },
      at: credit.completedAt ?? credit.updatedAt,
    };
  }

  private refusedBefore({ receipt, credit }: Passage): InboundRefused {
    const because = receipt.failure ?? failure('partner_rejected', 'no');
    const objection = this.keeper.objectionTo(credit.partner, because, 'transfer_refused');
    return new InboundRefused(objection, 'the transfer was refused');
  }
}

function reasonOf({ credit }: Passage): readonly [Failure, string] {
  if (!isTerminal(credit.state)) return [failure('expired', 'no'), 'not credited in time'];
  return [refusalOfCredit(credit), 'the credit was refused'];
}
