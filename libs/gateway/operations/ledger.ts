import { type Actor, isTerminal, type OperationState } from '#domain';
import { Coalescer, Database, isDataError, type Queryable, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Finding, findingRow } from '../discrepancies/discrepancies.js';

import { APPLY } from './apply-statement.js';
import { isTooMuch } from './given-back.js';
import { holdOperations } from './hold.js';
import { isToBeLookedAt, lookAgain } from './look-again.js';
import { type Changes } from './news/news.js';
import { type Operation } from './operation.js';

/** What is known of one submission once it has ended. */
export interface ClosedAttempt {
  readonly number: number;
  readonly outcome: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly error: string | null;
}

/** One enquiry and what it said. */
export interface AskedEnquiry extends ClosedAttempt {
  readonly askedAt: Date;
  /** The partner's identifier of the enquiry itself, where its answer comes by callback. */
  readonly reference: string | null;
}

/** One change of an operation as its writer saw it: a move (`to` given) or a note. */
export interface Change {
  readonly operation: Operation;
  readonly to?: OperationState | undefined;
  readonly actor: Actor;
  readonly why: string;
  readonly evidence: Readonly<Record<string, unknown>> | null;
  readonly changes: Changes;
  /** Milliseconds until the next look; null: none; undefined: leave it. */
  readonly dueInMs?: number | null | undefined;
  /** Milliseconds from now, or from its creation where it goes back to be sent; null: none; undefined: leave it. */
  readonly deadlineInMs?: number | null | undefined;
  /** Write only while this lease is still the one on the row: a late owner changes nothing. */
  readonly lease?: string | undefined;
  readonly references?: readonly string[] | undefined;
  readonly attempt?: ClosedAttempt | undefined;
  readonly enquiry?: AskedEnquiry | undefined;
  /** Opened in the same commit. */
  readonly finding?: Finding | undefined;
}

/** Did the change happen? `stale`: the operation has changed since it was read; read again and judge again. */
export type Applied = 'applied' | 'stale';

/** The only way to change an operation: concurrent changes are gathered into one set-based statement. */
@Injectable()
export class Ledger {
  private readonly changes: Coalescer<Change, Applied>;

  constructor(
    private readonly database: Database,
    private readonly clock: SystemClock,
  ) {
    this.changes = new Coalescer<Change, Applied>({
      run: (batch) => this.applyAll(batch),
      isolates: isDataError,
      // Half of what a small set costs is the statement itself: for this long the next one grows, unless hardly any come.
      parallel: 1,
      maxBatch: 256,
      paceMs: 20,
      pacePerInputMs: 2,
    });
  }

  /** Moves the operation to another state: transition and event commit with it. */
  move(change: Change & { readonly to: OperationState }): Promise<Applied> {
    const original = givesBackLate(change);
    return original === null ? this.changes.submit(change) : this.moveLateReversal(change, original);
  }

  /** Notes facts or the next look without a transition. */
  note(change: Change): Promise<Applied> {
    return this.changes.submit(change);
  }

  /**
   * Its `late_success` settles itself, unless it gives back what another reversal has given back, or will: that is weighed
   * while nobody else gives back of the same. Alone, so that it holds no more than its original and itself.
   */
  private moveLateReversal(change: Change, original: string): Promise<Applied> {
    return this.database.transaction(async (queryable) => {
      const finding = await weighed(queryable, change, original);
      const [applied = 'stale'] = await this.applyAndLookAgain([{ ...change, finding }], queryable);
      return applied;
    });
  }

  private applyAll(batch: readonly Change[]): Promise<Applied[]> {
    return batch.some(({ operation, to }) => isToBeLookedAt(operation, to))
      ? this.database.transaction((queryable) => this.applyAndLookAgain(batch, queryable))
      : this.apply(batch, this.database);
  }

  private async applyAndLookAgain(batch: readonly Change[], queryable: Queryable): Promise<Applied[]> {
    const applied = await this.apply(batch, queryable);
    const changed = batch.filter((_, n) => applied[n] === 'applied');
    const turned = changed.filter(({ operation, to }) => isToBeLookedAt(operation, to));
    await lookAgain(
      queryable,
      turned.map(({ operation }) => operation),
      this.clock.now(),
    );
    return applied;
  }

  private async apply(batch: readonly Change[], queryable: Queryable): Promise<Applied[]> {
    const rows = batch
      .map((change, n) => inputRow(change, n))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
    const references = batch.flatMap(referencesOf);
    const attempts = batch.flatMap(({ operation, attempt }) =>
      attempt ? [{ id: operation.id, ...attempt }] : [],
    );
    const enquiries = batch.flatMap(({ operation, enquiry }) =>
      enquiry ? [{ id: operation.id, asked_at: enquiry.askedAt, ...enquiry }] : [],
    );
    const now = this.clock.now();
    const findings = batch.flatMap(({ finding }, n) => (finding ? [{ n, ...findingRow(finding, now) }] : []));
    const applied = await queryable.query<{ n: number }>(APPLY, [
      JSON.stringify(rows),
      JSON.stringify(references),
      JSON.stringify(attempts),
      JSON.stringify(enquiries),
      JSON.stringify(findings),
    ]);
    const done = new Set(applied.map(({ n }) => n));
    return batch.map((_, n) => (done.has(n) ? 'applied' : 'stale'));
  }
}

/** The operation whose money has been given back by what everybody had taken for refused; null: it is no such change. */
const givesBackLate = ({ operation: { reverses, state }, to }: Change): string | null =>
  isTerminal(state) && to === 'succeeded' ? reverses : null;

async function weighed(
  queryable: Queryable,
  { operation, finding }: Change,
  originalId: string,
): Promise<Finding | undefined> {
  const query = queryable.query.bind(queryable);
  const original = (await holdOperations(query, [originalId, operation.id])).get(originalId);
  if (!finding || !original || !(await isTooMuch(query, original, operation))) return finding;
  const { settledBy: _, ...open } = finding;
  return { ...open, details: { ...finding.details, why: 'more is given back than was paid' } };
}

/** What is undefined is left out: the statement takes it for null, or for false. */
function inputRow(change: Change, n: number) {
  const { operation, to, changes, lease, actor, why, dueInMs, deadlineInMs } = change;
  return {
    n,
    id: operation.id,
    version: operation.version,
    seen_claim: operation.claimedReceipt ?? undefined,
    seen_step: operation.confirmedStep ?? undefined,
    seen_deadline: operation.hasDeadline || undefined,
    ...{ lease, actor, why },
    to_state: to,
    evidence: change.evidence ?? undefined,
    event_body: to && eventBody(operation, to, changes),
    partner_reference: changes.partnerReference,
    receipt: changes.receipt,
    sets_claim: isGiven(changes.claimedReceipt),
    claimed_receipt: changes.claimedReceipt ?? undefined,
    claimed_names: changes.claimedNames,
    fee_minor: changes.fee?.minor.toString(),
    sets_failure: isGiven(changes.failure),
    failure: changes.failure ?? undefined,
    sets_action: isGiven(changes.nextAction),
    next_action: changes.nextAction ?? undefined,
    expires_at: changes.expiresAt,
    sets_confirmed: isGiven(changes.confirmedStep),
    confirmed_step: changes.confirmedStep ?? undefined,
    confirmed_by: changes.confirmedBy,
    not_found: changes.notFound,
    memo: changes.memo,
    // What has ended waits for nothing.
    awaits: to !== undefined && isTerminal(to) ? undefined : changes.awaits,
    ends: (to !== undefined && isTerminal(to)) || undefined,
    settles: isSettled(change) || undefined,
    sets_due: isGiven(dueInMs),
    due_in_ms: dueInMs ?? undefined,
    sets_deadline: isGiven(deadlineInMs),
    deadline_in_ms: deadlineInMs,
  };
}

const isGiven = (value: unknown): true | undefined => value !== undefined || undefined;

/** Does nobody have to wait for anything any more? */
function isSettled({ operation: { state }, to, changes: { failure } }: Change): boolean {
  const isChange = to !== undefined || (failure !== undefined && failure !== null);
  return isChange && isTerminal(to ?? state) && failure?.moneyMoved !== 'unknown';
}

/** What changed with this transition; what never changes is joined when the event is told. */
function eventBody(operation: Operation, to: OperationState, changes: Changes) {
  return {
    state: to,
    previousState: operation.state,
    correction: isTerminal(operation.state),
    partnerReference: operation.partnerReference ?? changes.partnerReference ?? null,
    receipt: operation.receipt ?? changes.receipt ?? null,
    failure: changes.failure === undefined ? operation.failure : changes.failure,
    nextAction: changes.nextAction === undefined ? operation.nextAction : changes.nextAction,
    fee: changes.fee ?? operation.fee,
  };
}

function referencesOf({ operation: { id, partner }, changes, references = [] }: Change) {
  const known = [changes.partnerReference, ...references].filter((reference) => reference !== undefined);
  const rows = [...new Set(known)].map((reference) => ({ id, partner, reference, is_receipt: false }));
  return changes.receipt === undefined
    ? rows
    : [
        ...rows.filter(({ reference }) => reference !== changes.receipt),
        { id, partner, reference: changes.receipt, is_receipt: true },
      ];
}
