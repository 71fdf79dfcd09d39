import { counter, Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { OPERATIONS_MOVED } from '../operations/operation-news.js';
import { claimStatement } from '../work/due-rows.js';

/** In order per operation: an event waits until the one before it has been told. */
const CLAIM = claimStatement({
  name: 'events-claim',
  table: 'events',
  key: ['operation_id', 'sequence'],
  where: `NOT EXISTS (SELECT FROM events earlier WHERE earlier.operation_id = events.operation_id
    AND earlier.sequence < events.sequence AND earlier.published_at IS NULL)`,
});

/** What happens to operations, counted where each transition is told: once. */
const transitions = counter({
  name: 'passerelle_operation_transitions_total',
  help: 'Transitions of operations, by partner, kind and the state that they came to',
  labelNames: ['partner', 'kind', 'state'],
});

interface ClaimedEvent {
  operation_id: string;
  sequence: number;
}

/** Wakes those who wait for the operations, and marks the events as told, in one commit. */
const TELL = {
  name: 'events-tell',
  text: `WITH told AS (
    UPDATE events e SET published_at = now(), due_at = NULL, lease = NULL
    FROM unnest($1::uuid[], $2::int[]) AS r(operation_id, sequence)
    WHERE e.operation_id = r.operation_id AND e.sequence = r.sequence AND e.lease = $3::uuid
    RETURNING e.operation_id, e.body->>'state' AS state
  ), notified AS MATERIALIZED (
    SELECT pg_notify($4, string_agg(DISTINCT operation_id::text, ' ')) FROM told HAVING count(*) > 0
  )
  SELECT o.partner, o.kind, told.state, count(*)::int AS count
  FROM told JOIN operations o ON o.id = told.operation_id, notified GROUP BY o.partner, o.kind, told.state`,
};

const LEASE_MS = 30_000;

/** A notification holds 8,000 bytes: this many ids and their spaces fit. */
const AT_MOST = 200;

/** Tells committed events onward, in order per operation: today to whoever waits for an operation to move. */
@Injectable()
export class EventRelay {
  constructor(private readonly database: Database) {}

  /** Tells what is due; says how many. */
  async tellDue(): Promise<number> {
    const lease = randomId();
    const rows = await this.database.query<ClaimedEvent>(CLAIM, [lease, LEASE_MS, AT_MOST]);
    if (rows.length === 0) return 0;
    const told = await this.database.query<{ partner: string; kind: string; state: string; count: number }>(
      TELL,
      [rows.map((row) => row.operation_id), rows.map(({ sequence }) => sequence), lease, OPERATIONS_MOVED],
    );
    for (const { partner, kind, state, count } of told) transitions.inc({ partner, kind, state }, count);
    return rows.length;
  }
}
