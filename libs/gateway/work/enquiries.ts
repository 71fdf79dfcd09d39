import { isTerminal } from '#domain';
import { type EnquiryOutcome, type Partner } from '#partner-kit';
import { Database, SystemClock } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { LONGEST_WAIT_MS, nextEnquiryInMs } from '../operations/news/timetable.js';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { closing, Verdicts } from '../operations/verdicts.js';
import { paceOf } from '../partners/gate.js';
import { CLAIM_ENQUIRIES } from './enquiry-claim.js';
import { PartnerCalls } from './partner-calls.js';
import { Resubmissions } from './resubmissions.js';

/** Of what the callbacks lag behind: the queue grows, and partners under the same load tell late. */
const SHARE_OF_LAG = 2;

/** Asks partners what became of operations that are not resolved. Never moves money. */
@Injectable()
export class Enquiries {
  private readonly logger = new Logger(Enquiries.name);

  constructor(
    private readonly database: Database,
    private readonly calls: PartnerCalls,
    private readonly verdicts: Verdicts,
    private readonly resubmissions: Resubmissions,
    private readonly clock: SystemClock,
  ) {}

  /** @param callbackLagMs how long callbacks wait to be read: twice as long an enquiry leaves them the first word */
  async claimDue(partner: Partner, limit: number, leaseMs: number, callbackLagMs = 0) {
    const lease = randomId();
    const { perSecond, burst, concurrency } = paceOf(partner, 'enquiries');
    const rows = await this.database.query<OperationRow>(CLAIM_ENQUIRIES, [
      ...[lease, leaseMs, limit, partner.id, 'enquiries', perSecond, burst, concurrency],
      Math.min(callbackLagMs * SHARE_OF_LAG, LONGEST_WAIT_MS),
    ]);
    return rows.map((row) => ({ operation: toOperation(row), lease }));
  }

  /** Asks about one claimed operation and writes down what was said. */
  async ask(partner: Partner, operation: Operation, lease: string): Promise<void> {
    const askedAt = this.clock.now();
    const outcome = await this.outcomeOf(partner, operation);
    const judgement = await this.verdicts.take(operation, {
      partner,
      news: {
        ...{ outcome, from: 'enquiry', conclusive: true, enquiry: operation.enquiries, askedAt },
        claimAsked: operation.claimedReceipt,
      },
      actor: 'partner',
      evidence: { enquiry: operation.enquiries },
      resubmissionIsSafe: this.calls.resubmissionIsSafe(partner, operation),
      lease,
      nextLookInMs: this.nextLookInMs(partner, operation),
      enquiry: {
        ...closing(operation.enquiries, outcome),
        askedAt,
        reference: outcome.is === 'answerFollows' ? (outcome.references?.[0] ?? null) : null,
      },
    });
    if (judgement.effect === 'resend') await this.resubmissions.send(partner, operation);
  }

  /** The look that follows where the news itself asks for none, or where it could not be sent again. */
  private nextLookInMs({ descriptor }: Partner, operation: Operation): number | null {
    if (isTerminal(operation.state)) return null;
    const since = operation.submittedAt ?? operation.createdAt;
    return nextEnquiryInMs(descriptor.enquiryTimetableMs, this.clock.now().getTime() - since.getTime());
  }

  private async outcomeOf(partner: Partner, operation: Operation): Promise<EnquiryOutcome> {
    try {
      return await this.calls.enquire(partner, operation);
    } catch (error) {
      this.logger.error({ err: error, operation: operation.id }, 'an enquiry failed in an unforeseen way');
      return {
        is: 'unknown',
        cause: error instanceof Error ? error : new Error('unforeseen', { cause: error }),
      };
    }
  }
}
