import { Database, type Statement } from '#platform';
import { Injectable } from '@nestjs/common';
import {
  type AnswerRow,
  type AttemptRow,
  type EnquiryRow,
  type EventRow,
  type MessageRow,
  type NoticeRow,
  type TimelineEntry,
  toAnswer,
  toAttempt,
  toDiscrepancyEntry,
  toEnquiry,
  toEvent,
  toMessage,
  toNotice,
  toTransition,
  type TransitionRow,
} from './timeline-entries.js';
import { type DiscrepancyRow } from './search-discrepancies.js';

const of = (name: string, table: string): Statement => ({
  name: `timeline-${name}`,
  text: `SELECT * FROM ${table} WHERE operation_id = $1`,
});

const TRANSITIONS = of('transitions', 'transitions');
const ATTEMPTS = of('attempts', 'attempts');
const ENQUIRIES = of('enquiries', 'enquiries');
const ANSWERS = of('answers', 'inbound_answers');
const EVENTS = of('events', 'events');
const DISCREPANCIES = of('discrepancies', 'discrepancies');

/** Also what was said under the partner's name for it, before and after there was an operation: of a day at most. */
const MESSAGES: Statement = {
  name: 'timeline-messages',
  text: `SELECT direction, at, method, path, request, answer, answered_at, failure FROM messages
    WHERE topic = ANY (ARRAY(SELECT $1::text UNION SELECT reference FROM partner_references WHERE operation_id = $1::uuid))
      AND partner = (SELECT partner FROM operations WHERE id = $1::uuid)
      AND id >= lowest_id_at((SELECT created_at FROM operations WHERE id = $1::uuid) - interval '1 day')
    ORDER BY at, id`,
};

const NOTICES: Statement = {
  name: 'timeline-notices',
  text: `SELECT n.number, n.at, n.says, n.effect, c.id AS callback_id, c.received_at, c.method, c.path, c.headers,
      c.body, c.source, c.verdict, c.verdict_why, c.tries
    FROM notices n LEFT JOIN callbacks c ON c.id = n.callback_id WHERE n.operation_id = $1`,
};

/** Where two things happened in the same instant: cause before effect. */
const ORDER: readonly TimelineEntry['type'][] = [
  'attempt',
  'message',
  'enquiry',
  'notice',
  'answer',
  'transition',
  'event',
  'discrepancy',
];

const byTime = (one: TimelineEntry, other: TimelineEntry): number =>
  one.at.getTime() - other.at.getTime() ||
  ORDER.indexOf(one.type) - ORDER.indexOf(other.type) ||
  one.number - other.number;

/** The whole story of an operation: who did what, when, and what partners said. Masked. */
@Injectable()
export class Timeline {
  constructor(private readonly database: Database) {}

  /** Oldest first. Empty where there is no such operation. */
  async of(operationId: string): Promise<readonly TimelineEntry[]> {
    const { database } = this;
    const values = [operationId];
    const parts = await Promise.all([
      database.query<TransitionRow>(TRANSITIONS, values).then((rows) => rows.map(toTransition)),
      database.query<AttemptRow>(ATTEMPTS, values).then((rows) => rows.map(toAttempt)),
      database.query<MessageRow>(MESSAGES, values).then((rows) => rows.map(toMessage)),
      database.query<EnquiryRow>(ENQUIRIES, values).then((rows) => rows.map(toEnquiry)),
      database.query<NoticeRow>(NOTICES, values).then((rows) => rows.map(toNotice)),
      database.query<AnswerRow>(ANSWERS, values).then((rows) => rows.map(toAnswer)),
      database.query<EventRow>(EVENTS, values).then((rows) => rows.map(toEvent)),
      database.query<DiscrepancyRow>(DISCREPANCIES, values).then((rows) => rows.map(toDiscrepancyEntry)),
    ]);
    return parts.flat().toSorted(byTime);
  }
}
