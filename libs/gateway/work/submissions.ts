import { type ConfirmationStep } from '#domain';
import { type Capability, type Outcome, type Partner } from '#partner-kit';
import { Coalescer, Database, SystemClock } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { v4 as randomId } from 'uuid';
import { type Judgement } from '../operations/news/news.js';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { closing, Verdicts } from '../operations/verdicts.js';
import { CALLS_SHARE } from '../partners/build-registry.js';
import { paceOf } from '../partners/gate.js';
import { PartnerCalls, type Try } from './partner-calls.js';
import { CLAIM_CONFIRMATIONS, CLAIM_SUBMISSIONS } from './submission-claim.js';

/** Operations of one kind at one partner: they share a gate. */
export interface Lane {
  readonly partner: Partner;
  readonly kind: 'payment' | 'transfer' | 'reversal';
  readonly capability: Capability;
}

/** An operation that is ours to send. */
export interface ToSend extends Pick<Try, 'sendBy'> {
  readonly operation: Operation;
  readonly lease: string;
  /** The question to which the yes is sent; null: the order itself is. */
  readonly step: ConfirmationStep | null;
}

/** At a gate at which somebody else is: for about as long as a statement takes. */
const LOOK_AGAIN_MS = 2;
const LOOKS = 3;

/** When a call has to begin that goes by a lease which is claimed now, to end with it: on the clock of `performance.now()`. */
export const sendByOf = (leaseMs: number): number => performance.now() + leaseMs * (1 - CALLS_SHARE);

/** Has the partner asked something to which the answer is known already? */
const isAnswered = ({ to, changes: { confirmedStep } }: Judgement): boolean =>
  to === 'awaiting_confirmation' && confirmedStep !== undefined && confirmedStep !== null;

/** Hands received operations to their partners, recorded before they are sent. */
@Injectable()
export class Submissions {
  private readonly logger = new Logger(Submissions.name);
  private readonly answers = new WeakMap<Lane, Coalescer<string, ToSend | null>>();

  constructor(
    private readonly database: Database,
    private readonly calls: PartnerCalls,
    private readonly verdicts: Verdicts,
    private readonly clock: SystemClock,
  ) {}

  /** Claims at most `limit` due operations of the lane. */
  claimDue(lane: Lane, limit: number, leaseMs: number): Promise<readonly ToSend[]> {
    return this.claim(CLAIM_SUBMISSIONS, lane, limit, leaseMs);
  }

  /** Claims at most `limit` operations of the lane whose question has got its yes; of these only, where given. */
  claimConfirmed(
    lane: Lane,
    limit: number,
    leaseMs: number,
    only?: readonly string[],
  ): Promise<readonly ToSend[]> {
    return this.claim(CLAIM_CONFIRMATIONS, lane, limit, leaseMs, [only ?? null]);
  }

  /**
   * Sends one claimed operation and writes down what came of it. Where the partner asks and nobody wants to look, the
   * answer is sent next.
   */
  async send(lane: Lane, first: ToSend, leaseMs: number): Promise<void> {
    for (let next: ToSend | null = first; next !== null;) {
      const { operation, lease }: ToSend = next;
      const outcome = await this.outcomeOf(lane.partner, next);
      const judgement = await this.verdicts.take(operation, {
        partner: lane.partner,
        news: { outcome, from: 'submission', conclusive: true, attempt: operation.attempts },
        actor: 'partner',
        evidence: { attempt: operation.attempts },
        resubmissionIsSafe: false,
        lease,
        attempt: closing(operation.attempts, outcome),
      });
      next = isAnswered(judgement) ? await this.claimAnswer(lane, operation.id, leaseMs) : null;
    }
  }

  /** Null: it is left to whoever claims it next. */
  private claimAnswer(lane: Lane, id: string, leaseMs: number): Promise<ToSend | null> {
    const answers =
      this.answers.get(lane) ??
      new Coalescer<string, ToSend | null>({
        run: (ids) => this.claimAnswers(lane, ids, leaseMs),
        // Two at the gate would only get into each other's way.
        parallel: 1,
      });
    this.answers.set(lane, answers);
    return answers.submit(id);
  }

  /** Looks again a moment later where somebody else was at the gate, which cannot be told from a gate that grants nothing. */
  private async claimAnswers(
    lane: Lane,
    ids: readonly string[],
    leaseMs: number,
    looks = LOOKS,
  ): Promise<readonly (ToSend | null)[]> {
    const claimed = await this.claimConfirmed(lane, ids.length, leaseMs, ids);
    if (claimed.length === 0 && looks > 1) {
      await sleep(LOOK_AGAIN_MS);
      return this.claimAnswers(lane, ids, leaseMs, looks - 1);
    }
    const byId = new Map(claimed.map((one) => [one.operation.id, one]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  private async claim(
    statement: typeof CLAIM_SUBMISSIONS,
    { partner, kind, capability }: Lane,
    limit: number,
    leaseMs: number,
    more: readonly unknown[] = [],
  ): Promise<readonly ToSend[]> {
    const lease = randomId();
    const sendBy = sendByOf(leaseMs);
    const { perSecond, burst, concurrency } = paceOf(partner, capability);
    const rows = await this.database.query<OperationRow>(statement, [
      ...[lease, leaseMs, limit, partner.id, kind, capability],
      ...[perSecond, burst, concurrency, partner.descriptor.unresolvedAfterMs],
      ...more,
    ]);
    return rows.map((row) => {
      const operation = toOperation(row);
      const step = statement === CLAIM_CONFIRMATIONS ? operation.confirmedStep : null;
      return { operation, lease, sendBy: Math.min(sendBy, this.offerEnds(operation, step)), step };
    });
  }

  /** On the clock of `performance.now()`. */
  private offerEnds({ expiresAt }: Operation, step: ConfirmationStep | null): number {
    if (step === null || expiresAt === null) return Infinity;
    return performance.now() + expiresAt.getTime() - this.clock.now().getTime();
  }

  /** Anything unexpected after the claim may have happened after the request had left: it is not known. */
  private async outcomeOf(partner: Partner, { operation, sendBy, step }: ToSend): Promise<Outcome> {
    try {
      return await (step === null
        ? this.calls.submit(partner, operation, { isRepeat: false, sendBy })
        : this.calls.confirm(partner, operation, step, { sendBy }));
    } catch (error) {
      this.logger.error({ err: error, operation: operation.id }, 'a submission failed in an unforeseen way');
      return {
        is: 'unknown',
        cause: error instanceof Error ? error : new Error('unforeseen', { cause: error }),
      };
    }
  }
}
