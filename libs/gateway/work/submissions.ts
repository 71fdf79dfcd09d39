import { type Capability, type Outcome, type Partner } from '#partner-kit';
import { Database } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { closing, Verdicts } from '../operations/verdicts.js';
import { CALLS_SHARE } from '../partners/build-registry.js';
import { paceOf } from '../partners/gate.js';
import { PartnerCalls } from './partner-calls.js';
import { CLAIM_SUBMISSIONS } from './submission-claim.js';

/** Operations of one kind at one partner: they share a gate. */
export interface Lane {
  readonly partner: Partner;
  readonly kind: 'payment' | 'transfer' | 'reversal';
  readonly capability: Capability;
}

/** This process, or the database, stood still for a while. Others may have given the operation up meanwhile. */
const TOO_LATE: Outcome = {
  is: 'notSent',
  cause: new Error('too much of the lease was over before it could be sent'),
};

/** Hands received operations to their partners, recorded before they are sent. */
@Injectable()
export class Submissions {
  private readonly logger = new Logger(Submissions.name);

  constructor(
    private readonly database: Database,
    private readonly calls: PartnerCalls,
    private readonly verdicts: Verdicts,
  ) {}

  /** Claims at most `limit` due operations of the lane. What is not begun by `sendBy` must not be sent any more. */
  async claimDue({ partner, kind, capability }: Lane, limit: number, leaseMs: number) {
    const lease = randomId();
    const sendBy = performance.now() + leaseMs * (1 - CALLS_SHARE);
    const { perSecond, burst, concurrency } = paceOf(partner, capability);
    const rows = await this.database.query<OperationRow>(CLAIM_SUBMISSIONS, [
      ...[lease, leaseMs, limit, partner.id, kind, capability],
      ...[perSecond, burst, concurrency, partner.descriptor.unresolvedAfterMs],
    ]);
    return rows.map((row) => ({ operation: toOperation(row), lease, sendBy }));
  }

  /**
   * Sends one claimed operation and writes down what came of it.
   * @param sendBy on the clock of `performance.now()`: by the end of a later call the operation could be another worker's
   */
  async send(partner: Partner, operation: Operation, lease: string, sendBy: number): Promise<void> {
    const outcome = performance.now() > sendBy ? TOO_LATE : await this.outcomeOf(partner, operation);
    await this.verdicts.take(operation, {
      partner,
      news: { outcome, from: 'submission', conclusive: true },
      actor: 'partner',
      evidence: { attempt: operation.attempts },
      resubmissionIsSafe: false,
      lease,
      attempt: closing(operation.attempts, outcome),
    });
  }

  /** Anything unexpected after the claim may have happened after the request had left: it is not known. */
  private async outcomeOf(partner: Partner, operation: Operation): Promise<Outcome> {
    try {
      return await this.calls.submit(partner, operation, false);
    } catch (error) {
      this.logger.error({ err: error, operation: operation.id }, 'a submission failed in an unforeseen way');
      return {
        is: 'unknown',
        cause: error instanceof Error ? error : new Error('unforeseen', { cause: error }),
      };
    }
  }
}
