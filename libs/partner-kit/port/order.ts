import { type Money, type OperationKind, type Party } from '#domain';
import { type JsonObject } from '../json.js';

/** What an adapter is asked to carry out. */
export interface Order {
  /** Our id of the operation (UUIDv7): the reference towards the partner, the same at every repeat. */
  readonly id: string;
  readonly kind: OperationKind;
  readonly amount: Money;
  readonly payer: Party | null;
  readonly payee: Party | null;
  /** The client's own reference: free text of up to 64 characters. */
  readonly reference: string | null;
  readonly description: string | null;
  /** How the payer is asked, where the partner has several ways (`push`, `link`, `qr`); null: the partner's usual one. */
  readonly method: string | null;
  /** Where the payer's browser goes afterwards, for partners that redirect. */
  readonly returnUrls: { readonly success: string; readonly failure: string } | null;
  /** False at the first submission only: a partner without an idempotency key is asked first what it already has. */
  readonly isRepeat: boolean;
}

/** By what the money of a payment is recognised when the partner tells of it unasked; '' where that says nothing. */
export interface PaymentMarks {
  /** Of the account that is paid into. */
  readonly account: string;
  /** Of whoever pays: no more than a confirmation tells of a number that it masks. */
  readonly payer: string;
}

/** An operation that was submitted, as an enquiry, a cancellation or a reversal needs it. */
export interface SubmittedOrder extends Order {
  /** The partner's main identifier, once it gave one. */
  readonly partnerReference: string | null;
  /** Every identifier that the partner gave so far, oldest first. */
  readonly references: readonly string[];
  /**
   * What a callback calls it that proves nothing, the main name first; absent: nothing. To ask by only where the partner
   * can be asked by nothing else: whoever makes a name up chooses what the answer is about.
   */
  readonly claimedNames?: readonly string[] | undefined;
  /** The receipt, once known; also one that a callback claims and that is to be confirmed. */
  readonly receipt: string | null;
  /** What the outcomes so far have left for the adapter to go on with; null: nothing yet. */
  readonly memo: JsonObject | null;
  /** When it was last sent. */
  readonly submittedAt: Date | null;
  /** When the operation was made. */
  readonly createdAt: Date;
}
