import {
  type ConfirmAction,
  type FailureReason,
  type Money,
  type NextAction,
  type PartnerWord,
} from '#domain';
import { type JsonObject } from '../json.js';

/** What every outcome may bring along. */
interface Told {
  /** The partner's main identifier of the operation, where it gave one. */
  readonly reference?: string | undefined;
  /** Further identifiers of the partner's by which later news can be matched. Opaque, unique at the partner. */
  readonly references?: readonly string[] | undefined;
  /** The partner's own code and text. */
  readonly partner?: PartnerWord | undefined;
  /** What the adapter needs to go on, kept with the operation in the same commit; replaces what was kept before. */
  readonly memo?: JsonObject | undefined;
  /**
   * What the partner will speak of without naming the operation ("parties/MSISDN/221770000001"): until its next
   * transition, the operation is one of those that such news is about.
   */
  readonly awaits?: string | undefined;
}

/** Money moved. */
export interface Succeeded extends Told {
  readonly is: 'succeeded';
  /** The partner's receipt number: one per movement of money. */
  readonly receipt?: string | undefined;
  readonly fee?: Money | undefined;
}

/** The partner has it; a callback or an enquiry will tell. */
export interface Pending extends Told {
  readonly is: 'pending';
  readonly nextAction?: NextAction | undefined;
  /** When the partner gives up by itself. */
  readonly expiresAt?: Date | undefined;
}

/**
 * Stopped at a question, a party or a quote to accept: nothing moves before `confirm()`. `reference` is kept before the
 * yes is sent, so that what became of it can be asked.
 */
export interface NeedsConfirmation extends Told {
  readonly is: 'needsConfirmation';
  readonly nextAction: ConfirmAction;
  /** Until when a yes is of any use. */
  readonly expiresAt: Date;
}

/** Asked and refused. */
export interface Declined extends Told {
  readonly is: 'declined';
  readonly reason: FailureReason;
  readonly partner: PartnerWord;
  /** `unknown` where this partner has been seen to pay after such a refusal: late news stays welcome. */
  readonly moneyMoved: 'no' | 'unknown';
}

/** It never left us, or the partner said that it did not take it up: safe to send again. */
export interface NotSent extends Told {
  readonly is: 'notSent';
  readonly cause: Error;
  /** Do not come back before, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** It may have moved money: only enquire, never resend blindly. */
export interface Unknown extends Told {
  readonly is: 'unknown';
  readonly cause: Error;
}

/** What a submission says. Every caller decides on every case. */
export type Outcome = Succeeded | Pending | NeedsConfirmation | Declined | NotSent | Unknown;

/** The partner does not know the operation. Believed only after its visibility delay, and twice. */
export interface NotFound extends Told {
  readonly is: 'notFound';
}

/** The partner will answer the enquiry itself by a callback. */
export interface AnswerFollows extends Told {
  readonly is: 'answerFollows';
}

/** What an enquiry says. `notSent` is a question that never left us; `unknown` one without a usable answer. */
export type EnquiryOutcome = Outcome | NotFound | AnswerFollows;
