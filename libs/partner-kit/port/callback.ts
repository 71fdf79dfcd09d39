import { type Money, type Party } from '#domain';
import { type EnquiryOutcome } from './outcome.js';
import { type AccountBalance } from './capabilities.js';
import { type PaymentMarks, type SubmittedOrder } from './order.js';

/** A request that a partner made to us, as it came. */
export interface RawCallback {
  readonly method: string;
  /** What followed our callback key in the path, without slashes around it: "stk/01934f6e-…". */
  readonly path: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The address of the peer, as the trusted proxy gives it. */
  readonly source: string;
  readonly receivedAt: Date;
}

/** Is the callback the partner's? A `forged` one is kept as evidence and never interpreted. */
export type Verdict =
  | { readonly is: 'authentic' }
  /** Acceptable, with something an operator should look at (an address that is not on the list). */
  | { readonly is: 'doubtful'; readonly why: string }
  | { readonly is: 'forged'; readonly why: string };

/**
 * How strongly a partner proves that a callback is its own, strongest first. `private_listener`: it comes through the
 * partner's own door (`Inbound`), by which it could as well have ordered what it tells of.
 */
export type CallbackStrength =
  'signature' | 'mutual_tls' | 'private_listener' | 'shared_secret' | 'source_range' | 'none';

/** How a notice names the operation that it is about; what it names has to go together, unless it is signed. */
export interface About {
  /** Our operation id, where it came back to us (in the path, or as our reference). */
  readonly operation?: string | undefined;
  /** The partner's identifiers. */
  readonly references?: readonly string[] | undefined;
  readonly receipt?: string | undefined;
  /** What it speaks of, where it names no operation: it is about every one that awaits this. */
  readonly topic?: string | undefined;
}

/** The outcome of an operation, told by the partner. */
export interface OutcomeNotice {
  readonly is: 'outcome';
  readonly about: About;
  readonly outcome: EnquiryOutcome;
  /** The amount that the partner names; compared with ours where given. */
  readonly amount?: Money | undefined;
  /** The partner's identifier of an enquiry of ours that this answers; then it weighs as much as an enquiry. */
  readonly answersEnquiry?: string | undefined;
}

/** News whose meaning depends on what is kept of the operation: which question comes next, whether a proof fits. */
export interface ReplyNotice {
  readonly is: 'reply';
  readonly about: About;
  /** As in `OutcomeNotice`. */
  readonly answersEnquiry?: string | undefined;
  /**
   * What it means for that operation; null: nothing any more, it is of a step that lies behind. Asked again where the
   * operation has moved on meanwhile. No I/O.
   */
  outcomeFor(order: SubmittedOrder): EnquiryOutcome | null;
}

/** Money came in that the partner tells us of by itself. May still belong to a payment that we asked for. */
export interface ReceiptNotice {
  readonly is: 'receipt';
  readonly receipt: string;
  readonly amount: Money;
  readonly payer: Party | null;
  /** What the payer typed, or the account paid into. Untrusted text. */
  readonly reference: string | null;
  readonly description?: string | undefined;
  readonly paidAt: Date;
  /**
   * The marks (`Collections.marksOf`) of the payments that it may be the money of; their payer is null where nothing is
   * told of whoever paid. Null: the money of a payment is never told of in this way.
   */
  readonly marks: (Pick<PaymentMarks, 'account'> & { readonly payer: string | null }) | null;
  /** Is this the money of that payment of ours, by what it says? Whether it was paid in its time is judged by whoever asks. */
  fit(order: SubmittedOrder): ReceiptFit;
}

/** `named`: it bears a reference of our own making, of this payment alone. `alike`: account and payer are those of the payment. */
export type ReceiptFit = 'named' | 'alike' | 'misfit';

/** The answer to a balance question that the partner answers by callback. */
export interface BalanceNotice {
  readonly is: 'balance';
  /** The id that we gave the question (`BalanceQuestion.id`). */
  readonly question: string;
  readonly accounts: readonly AccountBalance[] | null;
  /** Why there is none. */
  readonly failure?: string | undefined;
}

/** Nothing to do: a test message, an intermediate step. */
export interface IgnoredNotice {
  readonly is: 'ignored';
  readonly why: string;
}

/** One piece of news from a partner. */
export type Notice = OutcomeNotice | ReplyNotice | ReceiptNotice | BalanceNotice | IgnoredNotice;

export interface CallbackAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What a partner sends us: `verify` and `answer` run before the acknowledgement, `read` after it was stored. */
export interface Callbacks {
  /** Below `private_listener`, good news is confirmed by an enquiry before it is final, where one exists. */
  readonly strength: CallbackStrength;
  /** Quick and without I/O. */
  verify(callback: RawCallback): Verdict;
  /** What the partner wants to read in our 2xx; also where it asks us for a decision (may this customer pay?). */
  answer(callback: RawCallback): CallbackAnswer;
  /** What its sender reads in our answer to a forged one; absent: 401 in the gateway's own words. */
  refuse?(callback: RawCallback): CallbackAnswer;
  /** @throws UnreadableCallback */
  read(callback: RawCallback): readonly Notice[];
}
