import {
  type ConfirmationStep,
  type Currency,
  type FailureReason,
  type Money,
  type Party,
  type PartnerWord,
} from '#domain';
import { type Json } from '../json.js';
import { type EnquiryOutcome, type Outcome } from './outcome.js';
import { type Order, type PaymentMarks, type SubmittedOrder } from './order.js';

/** What every capability that moves money has. */
export interface Enquirable {
  /**
   * What became of it? Never moves money. Answers `unknown` for what it cannot tell.
   * A capability without it is resolved by callbacks, statements or a person.
   */
  enquire?(order: SubmittedOrder): Promise<EnquiryOutcome>;
  /**
   * True where the partner deduplicates this order on our reference: it may be sent again after `unknown`,
   * and is credited or debited once. Source: the partner's own promise. No I/O.
   */
  resubmissionIsSafe(order: Order): boolean;
  /**
   * Thrown later, by `collect`, `disburse` or `reverse` and before anything was sent, it is a refusal of a first try; a
   * repeat stays `unknown`.
   * @throws OrderRefused naming the field, for what this partner is sure to refuse. No I/O.
   */
  check?(order: Order): void;
}

/** What a partner has that asks before it moves money. Its submission answers `needsConfirmation`. */
export interface Confirmable {
  /**
   * The answer to the partner's question is yes: goes on, to the next question or to the end. Called once for each
   * question; what breaks after the yes has left is `unknown`. A no is said to nobody: what was not confirmed never moves.
   */
  confirm?(order: SubmittedOrder, step: ConfirmationStep): Promise<Outcome>;
}

/** Debit a payer. */
export interface Collections extends Enquirable, Confirmable {
  /** The ways a payer can be asked; the first is the usual one. */
  readonly methods: readonly string[];
  collect(order: Order): Promise<Outcome>;
  /**
   * The account of ours that is paid into, where the money comes as a movement of its own through the partner's own door
   * (`Inbound`): whoever is credited there is credited before the payment succeeds.
   */
  readonly paidInto?: Party;
  /**
   * With `paidInto`: may the payer have been asked, by what the payment's memo says? Before that no money for it is let in.
   * Absent: from the submission on. No I/O.
   */
  mayBePaid?(memo: Json): boolean;
  /** For partners whose `ReceiptNotice` may tell of a payment that we asked for: kept with the payment. No I/O. */
  marksOf?(order: Omit<Order, 'isRepeat'>): PaymentMarks;
  /** Withdraws what the payer has not yet accepted. `declined` with the reason `payer_cancelled` says that it is withdrawn. */
  cancel?(order: SubmittedOrder): Promise<EnquiryOutcome>;
}

/** Credit a payee. */
export interface Disbursements extends Enquirable, Confirmable {
  disburse(order: Order): Promise<Outcome>;
}

/** Give money back. */
export interface Reversals extends Pick<Enquirable, 'resubmissionIsSafe'> {
  /** Which operations can be undone, and whether also in part. */
  readonly reversible: Readonly<Partial<Record<'payment' | 'transfer' | 'receipt', 'whole' | 'part'>>>;
  /** How long after it succeeded a reversal is still possible, in milliseconds. */
  readonly withinMs?: number;
  reverse(order: Order, original: SubmittedOrder): Promise<Outcome>;
  enquire?(order: SubmittedOrder, original: SubmittedOrder): Promise<EnquiryOutcome>;
  check?(order: Order, original: SubmittedOrder): void;
}

/** One account at the partner. */
export interface AccountBalance {
  /** The partner's name of the account ("Utility Account"); "main" where it has but one. */
  readonly account: string;
  readonly current: Money;
  readonly available: Money | null;
}

export type BalanceAnswer =
  | { readonly is: 'answered'; readonly accounts: readonly AccountBalance[] }
  /** The answer comes as a `BalanceNotice` with the question's id. */
  | { readonly is: 'answerFollows' }
  | { readonly is: 'failed'; readonly cause: Error };

export interface Balances {
  /** `question.id` is ours, unguessable, and may travel in the callback path. */
  ask(question: { readonly id: string }): Promise<BalanceAnswer>;
}

/** What a partner says of a party before it is paid. `null`: it does not tell. */
export interface PartyAnswer {
  readonly exists: boolean | null;
  readonly name: string | null;
  readonly nameMatches: boolean | null;
  readonly withinLimits: boolean | null;
  /** False: the partner looks nobody up by this type of name. */
  readonly isTypeKnown?: boolean | undefined;
  /** How the account stands, where the partner tells. */
  readonly account?: { readonly status: AccountStatus; readonly currencies: readonly Currency[] } | undefined;
}

export type AccountStatus = 'open' | 'blocked' | 'closed';

export interface PartyQuestion {
  readonly party: Party;
  readonly name: string | null;
  readonly amount: Money | null;
}

export interface Parties {
  /** @throws NotReached, NoAnswer */
  find(question: PartyQuestion): Promise<PartyAnswer>;
}

export interface QuoteQuestion {
  /** Ours, or of whoever asks us. */
  readonly id: string;
  readonly payee: Party;
  readonly payer: Party | null;
  readonly amount: Money;
  /** What the amount is: what leaves the payer's side, or what the payee gets. */
  readonly amountIs: 'sent' | 'received';
}

export type QuoteAnswer =
  | {
      readonly is: 'offered';
      readonly sends: Money;
      readonly receives: Money;
      /** What is kept of it. */
      readonly fee: Money | null;
      /** What is given on top. */
      readonly commission: Money | null;
      /** Null: for as long as anybody may want. */
      readonly expiresAt: Date | null;
    }
  | { readonly is: 'declined'; readonly reason: FailureReason; readonly partner: PartnerWord };

/** What a movement would cost. Moves nothing. */
export interface Quotes {
  /** @throws NotReached, NoAnswer */
  quote(question: QuoteQuestion): Promise<QuoteAnswer>;
}

/** One movement in the partner's own account of what happened. */
export interface StatementLine {
  /** Unique at the partner together with `type` and `isReversal`. */
  readonly partnerReference: string;
  readonly type: string;
  readonly isReversal: boolean;
  readonly at: Date;
  /** From our side: positive came in. Net of the fee. */
  readonly amount: Money;
  readonly fee: Money | null;
  readonly balanceAfter: Money | null;
  readonly counterparty: Party | null;
  /** Our reference, where the line carries it. */
  readonly reference: string | null;
  /** Further identifiers of the partner's that the line carries (a checkout session); the same as in `Outcome.references`. */
  readonly references: readonly string[];
}

export interface StatementPage {
  readonly lines: readonly StatementLine[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

export interface Statements {
  /** One UTC day ("2026-11-20"), oldest line first, page by page. @throws NotReached, NoAnswer */
  page(day: string, cursor: string | null): Promise<StatementPage>;
}

/** A collection as the partner itself holds it, found live at the partner. */
export interface PartnerSession {
  readonly id: string;
  /** Our reference (the operation id), where the session carries it. */
  readonly reference: string | null;
  readonly transaction: string | null;
  /** The partner's own words for its states. */
  readonly status: string;
  readonly amount: Money;
  readonly payer: Party | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly lastError: { readonly code: string; readonly message: string } | null;
}

/** Exactly one is given. */
export type SessionQuery =
  | { readonly by: 'id'; readonly value: string }
  | { readonly by: 'reference'; readonly value: string }
  | { readonly by: 'transaction'; readonly value: string };

export interface Sessions {
  /** Empty where there is none. @throws NotReached, NoAnswer */
  find(query: SessionQuery): Promise<readonly PartnerSession[]>;
}

/** Telling the partner where to send its callbacks. */
export interface Registration {
  register(): Promise<{ readonly registered: boolean; readonly message: string }>;
}

/** Money that comes unasked can be asked about by its receipt. */
export interface Receipts {
  enquire(order: SubmittedOrder): Promise<EnquiryOutcome>;
}
