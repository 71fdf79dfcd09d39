import { type MoneyJson } from './money.js';

/** What an operation is: what was asked for, or told of. */
export const OPERATION_KINDS = ['payment', 'transfer', 'bill_payment', 'reversal', 'receipt'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export const OPERATION_STATES = [
  'received',
  'awaiting_approval',
  'submitting',
  'awaiting_confirmation',
  'pending',
  'unknown',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/** The state that an operation is born in: asked for, or (a receipt) told of by a partner. */
export const FIRST_STATES = [
  'received',
  'awaiting_approval',
  'pending',
] as const satisfies readonly OperationState[];

/**
 * The legal transitions: the one table, held by `move()` and by a trigger in the database.
 * `submitting → received` is a submission that never left us and waits for its next try.
 * `failed | cancelled | expired → succeeded` is late proof of payment: a correction. Nothing leaves `succeeded`.
 */
export const NEXT_STATES: Readonly<Record<OperationState, readonly OperationState[]>> = {
  received: ['submitting', 'awaiting_approval', 'failed', 'cancelled', 'expired'],
  awaiting_approval: ['received', 'cancelled', 'expired'],
  submitting: ['received', 'awaiting_confirmation', 'pending', 'unknown', 'succeeded', 'failed', 'expired'],
  awaiting_confirmation: ['submitting', 'failed', 'cancelled', 'expired'],
  pending: ['awaiting_confirmation', 'unknown', 'succeeded', 'failed', 'cancelled', 'expired'],
  unknown: ['pending', 'succeeded', 'failed', 'cancelled', 'expired'],
  succeeded: [],
  failed: ['succeeded'],
  cancelled: ['succeeded'],
  expired: ['succeeded'],
};

export const canMove = (from: OperationState, to: OperationState): boolean => NEXT_STATES[from].includes(to);

const TERMINAL_STATES: readonly OperationState[] = ['succeeded', 'failed', 'cancelled', 'expired'];

/** True where nothing more is expected to happen; only late proof of payment still can. */
export const isTerminal = (state: OperationState): boolean => TERMINAL_STATES.includes(state);

/** Does the state need its caller to act before anything goes on? */
export const needsCaller = (state: OperationState): boolean =>
  state === 'awaiting_confirmation' || state === 'awaiting_approval';

/** Who caused a transition. */
export type Actor = 'client' | 'gateway' | 'partner' | 'operator';

/** What a partner asks before it moves money, in the order in which it asks: is it this party, this exchange, this price? */
export const CONFIRMATION_STEPS = ['party', 'conversion', 'quote'] as const;
export type ConfirmationStep = (typeof CONFIRMATION_STEPS)[number];

/** Who says yes to a partner's question: the engine itself, or whoever asked for the operation. */
export const CONFIRMATION_MODES = ['automatic', 'manual'] as const;
export type ConfirmationMode = (typeof CONFIRMATION_MODES)[number];

/** Who the partner found at the number that is to be paid. */
export interface OfferedParty {
  readonly name: string | null;
  /** The institution that keeps the account, as the scheme calls it. */
  readonly institution: string | null;
}

/** At which price the partner would move the money. */
export interface OfferedQuote {
  /** What leaves the payer. */
  readonly sends: MoneyJson;
  /** What the payee gets; null where the partner does not say. */
  readonly receives: MoneyJson | null;
  /** What the payee’s institution keeps of it. */
  readonly fee: MoneyJson | null;
  /** What it gives on top. */
  readonly commission: MoneyJson | null;
}

/** A partner's question. Until when it may be answered stands in the operation's `expiresAt`. */
export interface ConfirmAction {
  readonly type: 'confirm';
  readonly step: ConfirmationStep;
  readonly party: OfferedParty | null;
  readonly quote: OfferedQuote | null;
}

/** What the caller, or the payer through the caller, has to do next. */
export type NextAction =
  | { readonly type: 'approve_on_phone' }
  | { readonly type: 'redirect'; readonly url: string }
  | { readonly type: 'scan_qr'; readonly image: string; readonly mediaType: string }
  | { readonly type: 'enter_otp'; readonly hint?: string }
  | ConfirmAction;

/** Disagreements that a rule or a person must settle. */
export const DISCREPANCY_KINDS = {
  unmatched_callback: 'A partner told us of something that matches no operation',
  contradictory_news: 'A partner contradicts what it said before',
  amount_mismatch: 'A partner names another amount or currency than we asked for',
  unresolved_past_deadline: 'The outcome is still not known past the deadline',
  unmapped_answer: 'A partner answered with something that no table knows',
  unreadable_callback: 'A callback could not be read',
  ambiguous_receipt: 'Money came that may belong to a payment that it does not name',
  committed_not_credited: 'A partner has settled what our customer was not credited with',
  credit_not_taken_back: 'A customer keeps a credit whose money never came',
  late_success: 'Money moved after the operation had ended otherwise',
  certificate_expiring: 'A certificate towards a partner comes to its end',
  partner_setup: 'Our set-up with the partner is wrong, by its word or for an order that was taken in',
} as const satisfies Record<string, string>;
export type DiscrepancyKind = keyof typeof DISCREPANCY_KINDS;
