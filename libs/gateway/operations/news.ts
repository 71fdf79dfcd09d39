import {
  type DiscrepancyKind,
  type Failure,
  failure,
  isTerminal,
  type Money,
  type NextAction,
  type OperationState,
} from '#domain';
import {
  type Declined,
  type EnquiryOutcome,
  type Pending,
  type Succeeded,
  UnmappedAnswer,
} from '#partner-kit';
import { type Operation } from './operation.js';

/** What we learned of an operation, from whom, and how much it weighs. */
export interface News {
  readonly outcome: EnquiryOutcome;
  readonly from: 'submission' | 'enquiry' | 'callback' | 'cancellation';
  /** False for a callback's good news that an enquiry has to confirm before it is final. */
  readonly conclusive: boolean;
  /** The amount that the partner names. */
  readonly amount?: Money | undefined;
}

/** What the partner's descriptor and the passing of time have to say. All in milliseconds. */
export interface Circumstances {
  readonly now: Date;
  readonly enquiryTimetableMs: readonly number[];
  readonly visibilityDelayMs: number;
  readonly submitForMs: number;
  /** May the same order be sent again after "not found"? */
  readonly resubmissionIsSafe: boolean;
}

/** What one piece of news does to an operation. */
export interface Judgement {
  /**
   * `moved`: a transition; `noted`: facts or the next look changed; `repeat`: nothing new; `confirming`: an enquiry
   * decides; `wait`: too early to judge, come back; `contradiction`: a person decides; `resend`: send the same order again.
   */
  readonly effect: 'moved' | 'noted' | 'repeat' | 'confirming' | 'wait' | 'contradiction' | 'resend';
  readonly to?: OperationState;
  readonly why: string;
  readonly changes: Changes;
  /** Milliseconds until the next look; null: none; undefined: as it was. */
  readonly dueInMs?: number | null;
  readonly discrepancy?: {
    readonly kind: DiscrepancyKind;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

/** Facts about an operation that news may bring; undefined: as it was. */
export interface Changes {
  readonly partnerReference?: string | undefined;
  readonly receipt?: string | undefined;
  readonly claimedReceipt?: string | null | undefined;
  readonly fee?: Money | undefined;
  readonly failure?: Failure | null | undefined;
  readonly nextAction?: NextAction | null | undefined;
  readonly expiresAt?: Date | undefined;
  readonly notFound?: number | undefined;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/** Milliseconds from now until the next enquiry; after the end of the timetable its last gap repeats. */
export function nextEnquiryInMs(timetableMs: readonly number[], elapsedMs: number): number {
  const next = timetableMs.find((at) => at > elapsedMs);
  if (next !== undefined) return next - elapsedMs;
  const [beforeLast = 0, last = 60_000] =
    timetableMs.length > 1 ? timetableMs.slice(-2) : [0, timetableMs[0]];
  return Math.max(last - beforeLast, 1_000);
}

/** Exponential from one second to one minute, spread by up to a fifth so that retries do not march in step. */
export function retryInMs(tries: number, random = Math.random()): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** Math.max(tries - 1, 0), LAST_RETRY_MS);
  return Math.round(full * (0.9 + random * 0.2));
}

const elapsedMs = (operation: Operation, now: Date): number =>
  now.getTime() - (operation.submittedAt ?? operation.createdAt).getTime();

function nextLook(
  operation: Operation,
  { now, enquiryTimetableMs }: Circumstances,
  expiresAt?: Date,
): number {
  const enquiry = nextEnquiryInMs(enquiryTimetableMs, elapsedMs(operation, now));
  const expiry = expiresAt ?? operation.expiresAt;
  if (!expiry || expiry.getTime() <= now.getTime()) return enquiry;
  return Math.min(enquiry, expiry.getTime() - now.getTime() + 1_000);
}

/** The facts that travel with an outcome, as far as they are new. */
function told(operation: Operation, outcome: EnquiryOutcome): Changes {
  return {
    partnerReference: operation.partnerReference === null ? outcome.reference : undefined,
    ...(outcome.is === 'notFound' ? {} : operation.notFound > 0 ? { notFound: 0 } : {}),
  };
}

/** Judges one piece of news. Pure: reads the operation as it stands, decides, changes nothing. */
export function judge(operation: Operation, news: News, circumstances: Circumstances): Judgement {
  const { outcome } = news;
  switch (outcome.is) {
    case 'succeeded':
      return judgeSuccess(operation, outcome, news, circumstances);
    case 'declined':
      return judgeDecline(operation, outcome, news, circumstances);
    case 'pending':
      return judgePending(operation, outcome, circumstances);
    case 'needsConfirmation': {
      if (operation.state !== 'submitting' && operation.state !== 'pending')
        return repeat(operation, outcome);
      const untilMs = outcome.expiresAt ? outcome.expiresAt.getTime() - circumstances.now.getTime() : null;
      return {
        effect: 'moved',
        to: 'awaiting_confirmation',
        why: 'the partner asks for a confirmation',
        changes: {
          ...told(operation, outcome),
          nextAction: outcome.nextAction,
          expiresAt: outcome.expiresAt,
        },
        dueInMs: untilMs,
      };
    }
    case 'notSent':
      return judgeNotSent(operation, news, circumstances, outcome.retryAfterMs);
    case 'unknown':
      return judgeUnknown(operation, outcome.cause, news, circumstances);
    case 'notFound':
      return judgeNotFound(operation, circumstances);
    case 'answerFollows':
      return noted(operation, 'the partner will answer by callback', {}, nextLook(operation, circumstances));
  }
}

function judgeSuccess(
  operation: Operation,
  outcome: Succeeded,
  news: News,
  around: Circumstances,
): Judgement {
  const receipt = outcome.receipt ?? operation.claimedReceipt ?? undefined;
  if (news.amount && !news.amount.equals(operation.amount)) {
    return contradiction(
      operation,
      'amount_mismatch',
      'the partner names another amount than was asked for',
      around,
      {
        asked: operation.amount.toJSON(),
        told: news.amount.toJSON(),
        receipt: outcome.receipt ?? null,
      },
    );
  }
  if (operation.state === 'succeeded') {
    if (operation.receipt && outcome.receipt && operation.receipt !== outcome.receipt) {
      return contradiction(
        operation,
        'contradictory_news',
        'a second receipt for an operation that has one',
        around,
        {
          receipt: outcome.receipt,
        },
      );
    }
    return repeat(operation, outcome, receipt);
  }
  if (
    operation.state === 'received' ||
    operation.state === 'awaiting_approval' ||
    operation.state === 'awaiting_confirmation'
  ) {
    if (operation.attempts === 0 || operation.state === 'awaiting_approval') {
      return contradiction(
        operation,
        'contradictory_news',
        'success of something that was never sent',
        around,
        {
          receipt: outcome.receipt ?? null,
        },
      );
    }
    // Taken for not sent, yet the partner has it: it must not be sent again. Found without a lease it becomes unknown.
    return {
      effect: 'wait',
      to: 'submitting',
      why: 'the partner has it although it was taken for not sent',
      changes: { claimedReceipt: outcome.receipt },
      dueInMs: 0,
    };
  }
  if (!news.conclusive) {
    if (operation.state === 'submitting')
      return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
    return {
      effect: 'confirming',
      why: 'good news of a callback, to be confirmed by an enquiry',
      changes: { ...told(operation, outcome), claimedReceipt: outcome.receipt ?? operation.claimedReceipt },
      dueInMs: 0,
    };
  }
  const late = isTerminal(operation.state);
  return {
    effect: 'moved',
    to: 'succeeded',
    why: late ? `money moved after all (${news.from}): a correction` : `the partner confirms (${news.from})`,
    changes: {
      ...told(operation, outcome),
      receipt,
      claimedReceipt: null,
      fee: outcome.fee,
      failure: null,
      nextAction: null,
    },
    dueInMs: null,
    ...(late ? { discrepancy: { kind: 'late_success', details: { was: operation.state } } } : {}),
  };
}

function judgeDecline(operation: Operation, outcome: Declined, news: News, around: Circumstances): Judgement {
  if (operation.state === 'succeeded') {
    return contradiction(operation, 'contradictory_news', 'a refusal of something that succeeded', around, {
      partner: outcome.partner,
    });
  }
  if (isTerminal(operation.state)) {
    // A callback claimed success and the enquiry denies it: the state stands, a person looks.
    if (news.from === 'enquiry' && operation.claimedReceipt) return claimDenied(operation, outcome, around);
    return { ...repeat(operation, outcome), dueInMs: null };
  }
  if (operation.attempts === 0 && operation.kind !== 'receipt') {
    return contradiction(
      operation,
      'contradictory_news',
      'a refusal of something that was never sent',
      around,
      {
        partner: outcome.partner,
      },
    );
  }
  if (news.from === 'enquiry' && operation.claimedReceipt) return claimDenied(operation, outcome, around);
  const to = outcome.reason === 'expired' ? 'expired' : news.from === 'cancellation' ? 'cancelled' : 'failed';
  if (operation.state === 'received' || (operation.state === 'submitting' && to === 'cancelled')) {
    return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
  }
  return {
    effect: 'moved',
    to,
    why: `the partner refuses (${news.from})`,
    changes: {
      ...told(operation, outcome),
      failure: failure(outcome.reason, outcome.moneyMoved, outcome.partner),
      nextAction: null,
    },
    dueInMs: null,
    ...(outcome.reason === 'partner_misconfigured'
      ? { discrepancy: { kind: 'partner_setup', details: { partner: outcome.partner } } }
      : {}),
  };
}

const claimDenied = (operation: Operation, outcome: Declined, around: Circumstances): Judgement =>
  contradiction(operation, 'contradictory_news', 'a callback says paid and the enquiry says not', around, {
    claimedReceipt: operation.claimedReceipt,
    partner: outcome.partner,
  });

function judgePending(operation: Operation, outcome: Pending, around: Circumstances): Judgement {
  const changes: Changes = {
    ...told(operation, outcome),
    nextAction: outcome.nextAction,
    expiresAt: outcome.expiresAt,
  };
  const dueInMs = nextLook(operation, around, outcome.expiresAt);
  if (operation.state === 'submitting' || operation.state === 'unknown') {
    // A callback has already claimed success: ask at once.
    const due = operation.claimedReceipt ? 0 : dueInMs;
    return { effect: 'moved', to: 'pending', why: 'the partner has it', changes, dueInMs: due };
  }
  if (operation.state === 'pending')
    return noted(operation, 'still pending at the partner', changes, dueInMs);
  if (isTerminal(operation.state)) {
    return { ...repeat(operation, outcome), dueInMs: operation.claimedReceipt ? dueInMs : null };
  }
  return repeat(operation, outcome);
}

function judgeNotSent(
  operation: Operation,
  news: News,
  around: Circumstances,
  retryAfterMs?: number,
): Judgement {
  if (news.from !== 'submission' || operation.state === 'unknown') {
    return noted(
      operation,
      'the partner could not be asked',
      {},
      retryAfterMs ?? nextLook(operation, around),
    );
  }
  if (operation.state !== 'submitting')
    return { effect: 'repeat', why: 'overtaken by other news', changes: {} };
  const age = around.now.getTime() - operation.createdAt.getTime();
  if (age >= around.submitForMs) {
    return {
      effect: 'moved',
      to: 'failed',
      why: 'it could not be sent in time',
      changes: { failure: failure('partner_unavailable', 'no', news.outcome.partner ?? null) },
      dueInMs: null,
    };
  }
  return {
    effect: 'moved',
    to: 'received',
    why: 'it did not leave us and will be sent again',
    changes: {},
    dueInMs: Math.max(retryAfterMs ?? 0, retryInMs(operation.attempts)),
  };
}

function judgeUnknown(operation: Operation, cause: Error, news: News, around: Circumstances): Judgement {
  const unmapped =
    cause instanceof UnmappedAnswer
      ? {
          discrepancy: {
            kind: 'unmapped_answer' as const,
            details: { says: cause.message, from: news.from },
          },
        }
      : {};
  const changes = told(operation, news.outcome);
  if (operation.state === 'submitting' && news.from !== 'callback') {
    const dueInMs = operation.claimedReceipt ? 0 : nextLook(operation, around);
    return {
      effect: 'moved',
      to: 'unknown',
      why: 'no usable answer came: it may have moved',
      changes,
      dueInMs,
      ...unmapped,
    };
  }
  if (operation.state === 'pending' && news.from === 'callback') {
    return {
      effect: 'moved',
      to: 'unknown',
      why: 'the partner is not sure any more',
      changes,
      dueInMs: 0,
      ...unmapped,
    };
  }
  if (operation.state === 'submitting')
    return { effect: 'wait', why: 'its own answer is still awaited', changes: {} };
  if (operation.state === 'succeeded' || (isTerminal(operation.state) && !operation.claimedReceipt)) {
    return { ...repeat(operation, news.outcome), ...unmapped };
  }
  return {
    ...noted(operation, 'the answer tells nothing', changes, nextLook(operation, around)),
    ...unmapped,
  };
}

/** "Not found" is believed only after the partner's visibility delay, and twice; never against its own acknowledgement. */
function judgeNotFound(operation: Operation, around: Circumstances): Judgement {
  const age = elapsedMs(operation, around.now);
  if (age < around.visibilityDelayMs) {
    return noted(operation, 'not visible at the partner yet', {}, around.visibilityDelayMs - age + 1_000);
  }
  if (
    operation.state !== 'unknown' ||
    operation.partnerReference !== null ||
    operation.claimedReceipt !== null
  ) {
    return noted(
      operation,
      'the partner does not find what it acknowledged',
      {},
      nextLook(operation, around),
    );
  }
  if (operation.notFound === 0) {
    const again = Math.min(nextLook(operation, around), Math.max(around.visibilityDelayMs, 1_000));
    return noted(operation, 'not found once: asked again before it counts', { notFound: 1 }, again);
  }
  if (around.resubmissionIsSafe) {
    return { effect: 'resend', why: 'the partner never received it', changes: { notFound: 0 } };
  }
  return {
    effect: 'moved',
    to: 'failed',
    why: 'the partner never received it',
    changes: { failure: failure('partner_unavailable', 'no', null), nextAction: null },
    dueInMs: null,
  };
}

function repeat(operation: Operation, outcome: EnquiryOutcome, receipt?: string): Judgement {
  const changes: Changes = {
    ...told(operation, outcome),
    ...(operation.receipt === null && receipt ? { receipt, claimedReceipt: null } : {}),
  };
  const isNews = Object.values(changes).some((value) => value !== undefined);
  return { effect: isNews ? 'noted' : 'repeat', why: 'nothing that was not known', changes };
}

const noted = (_: Operation, why: string, changes: Changes, dueInMs: number): Judgement => ({
  effect: 'noted',
  why,
  changes,
  dueInMs,
});

function contradiction(
  operation: Operation,
  kind: DiscrepancyKind,
  why: string,
  around: Circumstances,
  details: Readonly<Record<string, unknown>>,
): Judgement {
  const open = operation.state === 'pending' || operation.state === 'unknown';
  return {
    effect: 'contradiction',
    why,
    changes: {},
    ...(open ? { dueInMs: nextLook(operation, around) } : {}),
    discrepancy: { kind, details: { why, state: operation.state, ...details } },
  };
}
