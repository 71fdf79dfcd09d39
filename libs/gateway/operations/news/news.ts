import {
  type ConfirmationMode,
  type ConfirmationStep,
  type DiscrepancyKind,
  type Failure,
  type Money,
  type NextAction,
  type OperationState,
} from '#domain';
import { type EnquiryOutcome, type JsonObject } from '#partner-kit';

/** What we learned of an operation, from whom, and how much it weighs. */
export interface News {
  readonly outcome: EnquiryOutcome;
  readonly from: 'submission' | 'enquiry' | 'callback' | 'cancellation';
  /** False for a callback's good news that an enquiry has to confirm before it is final. */
  readonly conclusive: boolean;
  /** Which enquiry says so: the same one counts once, however often its answer comes. */
  readonly enquiry?: number | undefined;
  /** When that enquiry was made; absent: now. */
  readonly askedAt?: Date | undefined;
  /** The receipt that was claimed when it was made, null: none; absent: it was not asked about. */
  readonly claimAsked?: string | null | undefined;
  /** Which attempt says so: what never left in one tells nothing of the next. */
  readonly attempt?: number | undefined;
  /** From an address that is not known as the partner's. */
  readonly isDoubtful?: boolean | undefined;
  /**
   * It names the operation by our id, beside an identifier that the partner has not yet given it to our knowledge, or
   * answers an enquiry that nobody has noted.
   */
  readonly isUnproven?: boolean | undefined;
  /** Of an enquiry: the operation has gone a step further since it was asked. */
  readonly isOvertaken?: boolean | undefined;
  /** The operation that has this receipt already. */
  readonly receiptOwner?: string | undefined;
  /** The amount that the partner names. */
  readonly amount?: Money | undefined;
}

/** What the partner's descriptor and the passing of time have to say. All in milliseconds. */
export interface Circumstances {
  readonly now: Date;
  readonly enquiryTimetableMs: readonly number[];
  readonly visibilityDelayMs: number;
  readonly submitForMs: number;
  /** So long after its last submission a refusal may still turn, where the partner is known for that. */
  readonly unresolvedAfterMs: number;
  /** May the same order be sent again after "not found"? */
  readonly resubmissionIsSafe: boolean;
  /** The money of payments is passed on to a customer of ours, who is credited before it is final. */
  readonly paysInto: boolean;
  /** Who answers the partner's questions where the operation does not say. */
  readonly confirmation: ConfirmationMode;
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
  readonly claimedNames?: readonly string[] | undefined;
  readonly fee?: Money | undefined;
  readonly failure?: Failure | null | undefined;
  readonly nextAction?: NextAction | null | undefined;
  readonly expiresAt?: Date | undefined;
  readonly confirmedStep?: ConfirmationStep | null | undefined;
  /** Who said yes; undefined with a `confirmedStep`: the rule. */
  readonly confirmedBy?: string | undefined;
  readonly notFound?: number | undefined;
  readonly memo?: JsonObject | undefined;
  /** Undefined with a transition: nothing any more. */
  readonly awaits?: string | undefined;
}
