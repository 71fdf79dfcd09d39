import { type Actor, isTerminal } from '#domain';
import { type EnquiryOutcome, type Partner } from '#partner-kit';
import { SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Finding } from '../discrepancies/discrepancies.js';
import { type AskedEnquiry, type ClosedAttempt, Ledger } from './ledger.js';
import { teachesNames } from './news/findings.js';
import { judge } from './news/judge.js';
import { type Judgement, type News } from './news/news.js';
import { type Operation } from './operation.js';
import { OperationReader } from './reader.js';

/** Where a piece of news comes from and what is to be kept of it. */
export interface Told {
  readonly partner: Partner;
  readonly news: News;
  /** What the news says of the operation as it stands by then; null: nothing. Asked again when it has moved on. */
  readonly outcomeFor?: ((operation: Operation) => Promise<EnquiryOutcome | null>) | undefined;
  readonly actor: Actor;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly resubmissionIsSafe: boolean;
  readonly callbackId?: string;
  /** The lease under which it was learned. */
  readonly lease?: string | undefined;
  /** When to look next where the news itself does not say. */
  readonly nextLookInMs?: number | null | undefined;
  readonly attempt?: ClosedAttempt;
  readonly enquiry?: AskedEnquiry;
}

/** An operation that changes this often under our hands is left for the next look. */
const MOST_READINGS = 8;

/** Takes news to an operation: judges it, writes what follows, judges again when the operation has moved meanwhile. */
@Injectable()
export class Verdicts {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: OperationReader,
    private readonly clock: SystemClock,
  ) {}

  async take(seen: Operation, heard: Told): Promise<Judgement> {
    let operation = seen;
    let told = heard;
    for (let reading = 0; reading < MOST_READINGS; reading += 1) {
      told = await this.withClaimOwner(operation, told);
      const judgement = judge(operation, told.news, this.circumstances(told));
      if (await this.write(operation, judgement, told)) {
        return judgement;
      }
      const now = await this.reader.find(operation.id);
      if (!now) throw new Error('an operation has vanished');
      // Nobody knows more by that: it is the same news, under the same lease, of which the next writing tells.
      if (isAsSeen(operation, now) && operation.hasDeadline !== now.hasDeadline) {
        operation = now;
        continue;
      }
      // Whoever moved it has the say about its next look; what was learned under the old lease is news like any other.
      const owned = await this.withReceiptOwner(operation, judgement, told);
      const news = hasLostItsLease(told, operation, now)
        ? { ...owned.news, isOvertaken: true }
        : await newsOf(owned, operation, now);
      if (!news) return { effect: 'repeat', why: 'it is of a step that lies behind', changes: {} };
      told = { ...owned, news, lease: undefined, nextLookInMs: undefined };
      operation = now;
    }
    return { effect: 'wait', why: 'it changes too quickly', changes: {} };
  }

  private circumstances({ partner: { adapter, descriptor, confirmation }, resubmissionIsSafe }: Told) {
    const { enquiryTimetableMs, visibilityDelayMs, submitForMs, unresolvedAfterMs } = descriptor;
    const now = this.clock.now();
    return {
      ...{ now, enquiryTimetableMs, visibilityDelayMs },
      ...{ submitForMs, unresolvedAfterMs, resubmissionIsSafe, confirmation },
      paysInto: adapter.collections?.paidInto !== undefined,
    };
  }

  /** True when it is written, or nothing had to be. */
  private async write(operation: Operation, judgement: Judgement, told: Told): Promise<boolean> {
    const { to, why, changes } = judgement;
    const { attempt, enquiry, lease, partner, news } = told;
    const dueInMs = judgement.dueInMs === undefined ? told.nextLookInMs : judgement.dueInMs;
    const finding = findingOf(operation, judgement, told);
    const isNothing =
      [to, dueInMs, finding, attempt, enquiry, lease].every((one) => one === undefined) &&
      Object.values(changes).every((value) => value === undefined);
    if (isNothing) return true;
    const change = {
      ...{ operation, why, changes, dueInMs, lease, attempt, enquiry, finding },
      actor: told.actor,
      evidence: told.evidence,
      // What an enquiry is called is no name of the operation.
      references: news.outcome.is === 'answerFollows' || !teachesNames(news) ? [] : news.outcome.references,
      deadlineInMs: deadlineInMs(operation, judgement, partner),
    };
    const applied = to ? await this.ledger.move({ ...change, to }) : await this.ledger.note(change);
    return applied === 'applied';
  }

  /**
   * What succeeds without naming the receipt that it claims may be what was taken for money unasked for: the same money
   * is not on the books twice without anybody noticing.
   */
  private async withClaimOwner({ kind, partner, claimedReceipt }: Operation, told: Told): Promise<Told> {
    const { outcome } = told.news;
    if (outcome.is !== 'succeeded' || outcome.receipt !== undefined) return told;
    if (claimedReceipt === null || kind === 'receipt') return told;
    const owner = await this.reader.ownerOf(partner, claimedReceipt);
    const unasked = owner === null ? null : await this.reader.find(owner);
    return unasked?.kind === 'receipt' ? { ...told, news: { ...told.news, receiptOwner: unasked.id } } : told;
  }

  /** A move that did not happen may have met a receipt that pays for something else. */
  private async withReceiptOwner(operation: Operation, { changes }: Judgement, told: Told): Promise<Told> {
    if (changes.receipt === undefined) return told;
    const owner = await this.reader.ownerOf(operation.partner, changes.receipt);
    if (owner === null || owner === operation.id) return told;
    return { ...told, news: { ...told.news, receiptOwner: owner } };
  }
}

function findingOf(
  { id, partner }: Operation,
  { discrepancy }: Judgement,
  { callbackId }: Told,
): Finding | undefined {
  if (!discrepancy) return undefined;
  const finding = { ...discrepancy, partner, operationId: id, callbackId: callbackId ?? null };
  return discrepancy.kind === 'late_success' ? { ...finding, settledBy: 'rule' } : finding;
}

/** Has a question been asked since, or something more been sent? */
const isFurther = (seen: Operation, now: Operation): boolean =>
  now.state === 'awaiting_confirmation' || now.attempts !== seen.attempts;

/** But for its deadline, which may have passed: flagged, it has none. */
const isAsSeen = (seen: Operation, now: Operation): boolean =>
  now.version === seen.version &&
  now.claimedReceipt === seen.claimedReceipt &&
  now.confirmedStep === seen.confirmedStep;

/** An enquiry that is not the one that counts any more, though all that it saw is as it was: more is known by now. */
const hasLostItsLease = ({ news, lease }: Told, seen: Operation, now: Operation): boolean =>
  news.from === 'enquiry' && lease !== undefined && isAsSeen(seen, now);

/** The same news for an operation that has changed; what was to be kept with it as it was is not kept any more. */
async function newsOf({ news, outcomeFor }: Told, seen: Operation, now: Operation): Promise<News | null> {
  if (now.version === seen.version) return news;
  if (!outcomeFor) {
    const isOvertaken =
      news.isOvertaken || (news.from === 'enquiry' && isFurther(seen, now)) ? true : undefined;
    return { ...news, isOvertaken, outcome: { ...news.outcome, memo: undefined, awaits: undefined } };
  }
  const outcome = await outcomeFor(now);
  return outcome && { ...news, outcome };
}

/** The last enquiry of what ended uncertain gets so much longer, as a part of the time that it had. */
const LAST_WORD = 0.1;

/**
 * An operation that ended unpaid and that a callback claims was paid, or whose refusal may turn, has to be settled or
 * flagged like any other.
 */
function deadlineInMs(
  { state, hasDeadline }: Operation,
  { to, effect, dueInMs, changes: { failure } }: Judgement,
  { descriptor: { submitForMs, unresolvedAfterMs } }: Partner,
): number | null | undefined {
  if (to === 'received') return submitForMs;
  // Taken for not sent, and the partner has it: from now on it is late when any other would be.
  if (to === 'submitting') return unresolvedAfterMs;
  // Whoever is asked has until the offer runs out; only then is it late.
  if (to === 'awaiting_confirmation') return (dueInMs ?? 0) + unresolvedAfterMs;
  // Flagged already, an operation goes on without a deadline.
  if (to !== undefined && failure?.moneyMoved === 'unknown')
    return hasDeadline ? unresolvedAfterMs * (1 + LAST_WORD) : null;
  if (to !== undefined || !isTerminal(state)) return undefined;
  // A person has been told: once is enough. And of what is certain, nothing more is expected.
  if (effect === 'contradiction' || failure?.moneyMoved === 'no') return null;
  return effect === 'confirming' && state !== 'succeeded' ? unresolvedAfterMs : undefined;
}

/** What an attempt or an enquiry keeps of an outcome. */
export function closing(number: number, outcome: EnquiryOutcome): ClosedAttempt {
  const cause = outcome.is === 'notSent' || outcome.is === 'unknown' ? outcome.cause.message : null;
  return {
    number,
    outcome: outcome.is,
    code: outcome.partner?.code ?? null,
    message: outcome.partner?.message ?? null,
    error: cause,
  };
}
