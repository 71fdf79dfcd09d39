import { counter, Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { OPERATIONS_MOVED } from '../operations/operation-news.js';

/** What happens to operations, counted where each transition is told: once. */
const transitions = counter({
  name: 'passerelle_operation_transitions_total',
  help: 'Transitions of operations, by partner, kind and the state that they came to',
  labelNames: ['partner', 'kind', 'state'],
});

/**
 * Whoever waits for an operation waits for it to end, or to need its caller: it is on its way otherwise, and what moves it
 * next is told in its turn. The last transition alone says so, not those that led to it.
 */
const HAS_COME_SOMEWHERE = `(CASE o.state
  WHEN 'pending' THEN o.next_action IS NOT NULL
  WHEN 'awaiting_confirmation' THEN o.confirmed_step IS NULL
  ELSE o.state NOT IN ('received', 'submitting', 'unknown') END)`;

/**
 * Takes what is due, wakes those who wait for the operations and marks the events as
 * told, in one commit: as long as telling is the
 * database's own work, a lease in between would only write every event once more. In order per operation: an event waits for each before it that has not been told and is not told with it. `OFFSET 0` keeps that
 * question with each row: as a join, it would be answered by reading all that was ever told. $1 at most, $2 the channel.
 *
 * One process tells at a time, and no row is locked before it is written: whoever comes next may have looked before the last
 * one was done, and finds told what it was about to tell. Looking again at a row that it wants to lock, and has been changed,
 * PostgreSQL 18 takes over what prunes the partitions of the same statement, and takes it away once there is nothing more to
 * lock: here the events were still to be written, and the server ended with a segmentation fault.
 */
const TELL_DUE = {
  name: 'events-tell-due',
  text: `WITH due AS MATERIALIZED (
    SELECT operation_id, sequence FROM events
    WHERE due_at <= now() AND (SELECT pg_try_advisory_xact_lock(hashtextextended('passerelle tells events', 0)))
    ORDER BY due_at LIMIT $1::int
  ), ready AS MATERIALIZED (
    SELECT operation_id, sequence FROM due WHERE NOT EXISTS (
      SELECT FROM events earlier WHERE earlier.operation_id = due.operation_id
        AND earlier.sequence < due.sequence AND earlier.published_at IS NULL
        AND (earlier.operation_id, earlier.sequence) NOT IN (SELECT operation_id, sequence FROM due) OFFSET 0)
  ), told AS (
    UPDATE events e SET published_at = now(), due_at = NULL, tries = e.tries + 1
    FROM ready WHERE e.operation_id = ready.operation_id AND e.sequence = ready.sequence AND (e.due_at <= now()) IS TRUE
    RETURNING e.operation_id, e.sequence, e.body->>'state' AS state
  ), moved AS MATERIALIZED (
    SELECT o.id, o.partner, o.kind, told.state, told.sequence = o.version AND ${HAS_COME_SOMEWHERE} AS has_come_somewhere
    FROM told JOIN operations o ON o.id = told.operation_id
  ), notified AS MATERIALIZED (
    SELECT pg_notify($2, string_agg(DISTINCT id::text, ' ')) FROM moved WHERE has_come_somewhere HAVING count(*) > 0
  )
  SELECT partner, kind, state, count(*)::int AS count FROM moved LEFT JOIN notified ON true GROUP BY partner, kind, state`,
};

interface ToldRow {
  partner: string;
  kind: string;
  state: string;
  count: number;
}

/** A notification holds 8,000 bytes: this many ids and their spaces fit. */
const AT_MOST = 200;
/** Whoever stops the worker waits for no more. */
const SETS_AT_ONCE = 10;

/** Tells committed events onward, in order per operation: today to whoever waits for an operation to move. */
@Injectable()
export class EventRelay {
  constructor(private readonly database: Database) {}

  /** Tells what is due, set after set as long as they are full: nothing is to be gathered by waiting then. Says how many. */
  async tellDue(): Promise<number> {
    let told = 0;
    for (let set = 0; set < SETS_AT_ONCE; set += 1) {
      const count = await this.tellSet();
      told += count;
      if (count < AT_MOST) break;
    }
    return told;
  }

  private async tellSet(): Promise<number> {
    const told = await this.database.query<ToldRow>(TELL_DUE, [AT_MOST, OPERATIONS_MOVED]);
    for (const { partner, kind, state, count } of told) transitions.inc({ partner, kind, state }, count);
    return told.reduce((sum, { count }) => sum + count, 0);
  }
}
