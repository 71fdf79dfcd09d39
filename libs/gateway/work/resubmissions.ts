import { type OperationKind } from '#domain';
import { type Capability, type Outcome, type Partner } from '#partner-kit';
import { Database } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { closing, Verdicts } from '../operations/verdicts.js';
import { paceOf } from '../partners/gate.js';
import { PartnerGates } from '../partners/partner-gates.js';
import { PartnerCalls } from './partner-calls.js';
import { CLAIM_RESUBMISSION } from './submission-claim.js';
import { sendByOf } from './submissions.js';
import { WorkSettings } from './work-settings.js';

/** What can be sent again, and through which gate. */
const GATES = {
  payment: 'collections',
  transfer: 'disbursements',
  reversal: 'reversals',
} as const satisfies Partial<Record<OperationKind, Capability>>;

const isSendable = (kind: OperationKind): kind is keyof typeof GATES => kind in GATES;

/** Sends the same order again under the same reference, where the partner deduplicates on it and never received it. */
@Injectable()
export class Resubmissions {
  private readonly logger = new Logger(Resubmissions.name);
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly gates: PartnerGates,
    private readonly calls: PartnerCalls,
    private readonly verdicts: Verdicts,
    private readonly settings: WorkSettings,
  ) {}

  /**
   * For whoever has no hand free to wait for it. What does not come about, because it fails or the process dies before it is
   * claimed, still counts as not found: the next enquiry sends it.
   */
  begin(partner: Partner, operation: Pick<Operation, 'id' | 'kind'>): void {
    const done: Promise<void> = this.send(partner, operation)
      .catch((error: unknown) => {
        this.logger.error(
          { err: error, operation: operation.id },
          'left for its next enquiry, or its lease to end',
        );
      })
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  /** Resolves when everything that was begun has ended. */
  async drain(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Not to a partner that is switched off, and not past its gate: then the operation waits for its next enquiry. */
  async send(partner: Partner, { id, kind }: Pick<Operation, 'id' | 'kind'>): Promise<void> {
    if (!partner.enabled || !isSendable(kind)) return;
    const gate = GATES[kind];
    const permit = await this.gates.acquire(partner, gate);
    if (!permit.granted) return;
    const { leaseMs } = this.settings;
    const lease = randomId();
    const sendBy = sendByOf(leaseMs);
    const [row] = await this.database.query<OperationRow>(CLAIM_RESUBMISSION, [
      ...[lease, leaseMs, id, partner.id, kind],
      paceOf(partner, gate).concurrency,
    ]);
    if (!row) return;
    const operation = toOperation(row);
    const outcome = await this.outcomeOf(partner, operation, sendBy);
    await this.verdicts.take(operation, {
      partner,
      news: { outcome, from: 'submission', conclusive: true, attempt: operation.attempts },
      actor: 'partner',
      evidence: { attempt: operation.attempts },
      resubmissionIsSafe: false,
      lease,
      attempt: closing(operation.attempts, outcome),
    });
  }

  private async outcomeOf(partner: Partner, operation: Operation, sendBy: number): Promise<Outcome> {
    try {
      return await this.calls.submit(partner, operation, { isRepeat: true, sendBy });
    } catch (error) {
      return {
        is: 'unknown',
        cause: error instanceof Error ? error : new Error('unforeseen', { cause: error }),
      };
    }
  }
}
