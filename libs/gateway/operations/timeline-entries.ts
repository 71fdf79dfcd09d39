import { type Actor, type OperationState, type PartnerWord } from '#domain';
import { type Discrepancy, type DiscrepancyRow, toDiscrepancy } from './search-discrepancies.js';
import { maskBody, masked, maskHeaders, maskPath, maskText } from './timeline-mask.js';

interface Entry {
  readonly at: Date;
  /** Counts the entries of one type. */
  readonly number: number;
}

export interface TransitionEntry extends Entry {
  readonly type: 'transition';
  readonly from: OperationState | null;
  readonly to: OperationState;
  readonly actor: Actor;
  readonly why: string;
  readonly evidence: unknown;
}

/** A submission to the partner. `at` is when it was written down, before it was sent. */
export interface AttemptEntry extends Entry {
  readonly type: 'attempt';
  readonly endedAt: Date | null;
  readonly outcome: string | null;
  readonly partner: PartnerWord | null;
  readonly error: string | null;
}

export interface EnquiryEntry extends Entry {
  readonly type: 'enquiry';
  readonly endedAt: Date | null;
  readonly outcome: string;
  readonly partner: PartnerWord | null;
  readonly error: string | null;
}

/** News of the partner's, with the callback that brought it. `at` is when it was understood. */
export interface NoticeEntry extends Entry {
  readonly type: 'notice';
  readonly says: unknown;
  readonly effect: string;
  readonly callback: {
    readonly id: string;
    readonly receivedAt: Date;
    readonly method: string;
    readonly path: string;
    readonly source: string;
    readonly verdict: string;
    readonly verdictWhy: string | null;
    readonly tries: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Null where it is no text. */
    readonly body: string | null;
    /** Only its beginning is shown. */
    readonly cut: boolean;
  } | null;
}

/** What a partner that does not wait was told of the money that it brings. `at` is when it last asked. */
export interface AnswerEntry extends Entry {
  readonly type: 'answer';
  /** "answered", or why not; null where it has not taken it. */
  readonly said: string | null;
  readonly toldAt: Date | null;
  readonly tries: number;
}

/** Of a request, or of the answer to one, as it was on the wire; masked. */
export interface Spelled {
  readonly headers: Readonly<Record<string, string>>;
  /** Null where there is none, and where it is no text. */
  readonly body: string | null;
  /** Only its beginning is kept. */
  readonly cut: boolean;
}

/** A request between us and the partner, with its answer, where the partner's are kept. `at` is when it left, or came in. */
export interface MessageEntry extends Entry {
  readonly type: 'message';
  readonly direction: 'sent' | 'received';
  readonly method: string;
  readonly path: string;
  readonly request: Spelled;
  /** Null: none came, or none had come when the call ended that it belonged to. */
  readonly answer: (Spelled & { readonly status: number }) | null;
  readonly answeredAt: Date | null;
  /** Why no answer came. */
  readonly error: string | null;
}

export interface EventEntry extends Entry {
  readonly type: 'event';
  readonly event: string;
  readonly publishedAt: Date | null;
  readonly tries: number;
  readonly error: string | null;
}

export interface DiscrepancyEntry extends Entry {
  readonly type: 'discrepancy';
  readonly discrepancy: Discrepancy;
}

/** One thing that happened to an operation. */
export type TimelineEntry =
  | TransitionEntry
  | AttemptEntry
  | MessageEntry
  | EnquiryEntry
  | NoticeEntry
  | AnswerEntry
  | EventEntry
  | DiscrepancyEntry;

export interface TransitionRow {
  sequence: number;
  from_state: OperationState | null;
  to_state: OperationState;
  at: Date;
  actor: Actor;
  why: string;
  evidence: unknown;
}

export interface AttemptRow {
  number: number;
  started_at: Date;
  ended_at: Date | null;
  outcome: string | null;
  partner_code: string | null;
  partner_message: string | null;
  error: string | null;
}

export interface EnquiryRow extends Omit<AttemptRow, 'started_at' | 'ended_at'> {
  asked_at: Date;
  answered_at: Date;
  outcome: string;
}

export interface NoticeRow {
  number: number;
  at: Date;
  says: unknown;
  effect: string;
  callback_id: string | null;
  received_at: Date;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  source: string;
  verdict: string;
  verdict_why: string | null;
  tries: number;
}

export interface AnswerRow {
  owed_at: Date;
  said: string | null;
  told_at: Date | null;
  tries: number;
}

export interface MessageRow {
  direction: 'sent' | 'received';
  at: Date;
  method: string;
  path: string;
  request: Spelled;
  answer: (Spelled & { status: number }) | null;
  answered_at: Date | null;
  failure: string | null;
}

export interface EventRow {
  sequence: number;
  type: string;
  at: Date;
  tries: number;
  last_error: string | null;
  published_at: Date | null;
}

type Spoken = Pick<AttemptRow, 'partner_code' | 'partner_message'>;

const wordOf = ({ partner_code: code, partner_message: message }: Spoken): PartnerWord | null =>
  code === null && message === null ? null : { code: code ?? '', message: maskText(message ?? '') };

const errorOf = (error: string | null): string | null => (error === null ? null : maskText(error));

export const toTransition = (row: TransitionRow): TransitionEntry => ({
  type: 'transition',
  at: row.at,
  number: row.sequence,
  from: row.from_state,
  to: row.to_state,
  actor: row.actor,
  why: row.why,
  evidence: masked(row.evidence),
});

export const toAttempt = (row: AttemptRow): AttemptEntry => ({
  type: 'attempt',
  at: row.started_at,
  number: row.number,
  endedAt: row.ended_at,
  outcome: row.outcome,
  partner: wordOf(row),
  error: errorOf(row.error),
});

export const toEnquiry = (row: EnquiryRow): EnquiryEntry => ({
  type: 'enquiry',
  at: row.asked_at,
  number: row.number,
  endedAt: row.answered_at,
  outcome: row.outcome,
  partner: wordOf(row),
  error: errorOf(row.error),
});

function callbackOf(row: NoticeRow): NoticeEntry['callback'] {
  if (row.callback_id === null) return null;
  const { text, cut } = maskBody(row.body);
  return {
    id: row.callback_id,
    receivedAt: row.received_at,
    method: row.method,
    path: maskPath(row.path),
    source: row.source,
    verdict: row.verdict,
    verdictWhy: row.verdict_why,
    tries: row.tries,
    headers: maskHeaders(row.headers),
    body: text,
    cut,
  };
}

export const toNotice = (row: NoticeRow): NoticeEntry => ({
  type: 'notice',
  at: row.at,
  number: row.number,
  says: masked(row.says),
  effect: row.effect,
  callback: callbackOf(row),
});

export const toAnswer = ({ owed_at: at, said, told_at: toldAt, tries }: AnswerRow): AnswerEntry => ({
  ...{ type: 'answer', at, number: 1, said, toldAt, tries },
});

/** Masked when it was written. */
export const toMessage = (
  { answered_at: answeredAt, failure: error, ...row }: MessageRow,
  index: number,
): MessageEntry => ({ type: 'message', number: index + 1, ...row, answeredAt, error });

export const toEvent = (row: EventRow): EventEntry => ({
  type: 'event',
  at: row.at,
  number: row.sequence,
  event: row.type,
  publishedAt: row.published_at,
  tries: row.tries,
  error: errorOf(row.last_error),
});

export const toDiscrepancyEntry = (row: DiscrepancyRow): DiscrepancyEntry => ({
  type: 'discrepancy',
  at: row.opened_at,
  number: 0,
  discrepancy: toDiscrepancy(row),
});
