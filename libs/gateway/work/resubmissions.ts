import { type OperationKind } from '#domain';
import { type Capability, type Outcome, type Partner } from '#partner-kit';
import { Coalescer, Database } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { closing, Verdicts } from '../operations/verdicts.js';
import { paceOf } from '../partners/gate.js';
import { HOLD } from '../partners/gate-sql.js';
import { PartnerCalls } from './partner-calls.js';
import { CLAIM_RESUBMISSIONS } from './submission-claim.js';
import { sendByOf } from './submissions.js';
import { WorkSettings } from './work-settings.js';

/** What can be sent again, and through which gate. */
const GATES = {
  payment: 'collections',
  transfer: 'disbursements',
  reversal: 'reversals',
} as const satisfies Partial<Record<OperationKind, Capability>>;

type Sendable = keyof typeof GATES;

const isSendable = (kind: OperationKind): kind is Sendable => kind in GATES;

interface Claimed {
  readonly operation: Operation;
  readonly lease: string;
  /** On the clock of `performance.now()`. */
  readonly sendBy: number;
}

/** Sends the same order again under the same reference, where the partner deduplicates on it and never received it. */
@Injectable()
export class Resubmissions {
  private readonly logger = new Logger(Resubmissions.name);
  private readonly underWay = new Set<Promise<void>>();
  private readonly claims = new Map<string, Coalescer<string, Claimed | null>>();

  constructor(
    private readonly database: Database,
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
    const claimed = await this.claimsOf(partner, kind).submit(id);
    if (!claimed) return;
    const { operation, lease, sendBy } = claimed;
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

  /** However many are begun at once, one connection waits at a gate. */
  private claimsOf(partner: Partner, kind: Sendable): Coalescer<string, Claimed | null> {
    const name = `${partner.id} ${kind}`;
    const claims =
      this.claims.get(name) ??
      new Coalescer<string, Claimed | null>({ run: (ids) => this.claim(partner, kind, ids), parallel: 1 });
    this.claims.set(name, claims);
    return claims;
  }

  /**
   * Under the same gate as what is sent for the first time, in the same way: whoever claims holds it until the claim has
   * committed, so that the next one counts that too. Nothing is sent before.
   */
  private async claim(
    partner: Partner,
    kind: Sendable,
    ids: readonly string[],
  ): Promise<readonly (Claimed | null)[]> {
    const { leaseMs } = this.settings;
    const gate = GATES[kind];
    const { perSecond, burst, concurrency } = paceOf(partner, gate);
    const lease = randomId();
    const sendBy = sendByOf(leaseMs);
    const rows = await this.database.transaction(async (queryable) => {
      await queryable.execute(HOLD, [partner.id, gate]);
      return queryable.query<OperationRow>(CLAIM_RESUBMISSIONS, [
        ...[lease, leaseMs, ids, partner.id, kind, gate],
        ...[perSecond, burst, concurrency],
      ]);
    });
    const claimed = new Map(rows.map((row) => [row.id, { operation: toOperation(row), lease, sendBy }]));
    return ids.map((id) => {
      const one = claimed.get(id) ?? null;
      // One attempt is sent once, also where two have asked for it.
      claimed.delete(id);
      return one;
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
