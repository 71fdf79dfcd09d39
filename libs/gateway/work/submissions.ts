import { type Capability, type Outcome, type Partner } from '#partner-kit';
import { Database } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { closing, Verdicts } from '../operations/verdicts.js';
import { paceOf } from '../partners/gate.js';
import { PartnerCalls } from './partner-calls.js';
import { CLAIM_SUBMISSIONS } from './submission-claim.js';

/** Operations of one kind at one partner: they share a gate. */
export interface Lane {
  readonly partner: Partner;
  readonly kind: 'payment' | 'transfer' | 'reversal';
  readonly capability: Capability;
}

/** Hands received operations to their partners, recorded before they are sent. */
@Injectable()
export class Submissions {
  private readonly logger = new Logger(Submissions.name);

  constructor(
    private readonly database: Database,
    private readonly calls: PartnerCalls,
    private readonly verdicts: Verdicts,
  ) {}

  /** Claims at most `limit` due operations of the lane. */
  async claimDue({ partner, kind, capability }: Lane, limit: number, leaseMs: number) {
    const lease = randomId();
    const { perSecond, burst, concurrency } = paceOf(partner, capability);
    const rows = await this.database.query<OperationRow>(CLAIM_SUBMISSIONS, [
      ...[lease, leaseMs, limit, partner.id, kind, capability],
      ...[perSecond, burst, concurrency, partner.descriptor.unresolvedAfterMs],
    ]);
    return rows.map((row) => ({ operation: toOperation(row), lease }));
  }

  /** Sends one claimed operation and writes down what came of it. */
  async send(partner: Partner, operation: Operation, lease: string): Promise<void> {
    const outcome = await this.outcomeOf(partner, operation);
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
