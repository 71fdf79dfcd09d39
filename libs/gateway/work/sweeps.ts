import { failure, newId } from '#domain';
import { Database, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { settledWith } from '../discrepancies/discrepancies.js';

/** The parts of a statement that moves a whole set of operations for the same reason. */
const moved = (to: string, why: string) => `story AS (
  INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why)
  SELECT id, version, previous, '${to}', 'gateway', '${why}' FROM moved
), told AS (
  INSERT INTO events (operation_id, sequence, type, body)
  SELECT id, version, kind || '.${to}', jsonb_build_object('state', '${to}', 'previousState', previous, 'failure', failure)
  FROM moved
)
SELECT count(*)::int AS count FROM moved`;

/** A crash is a timeout: what is submitting without a live lease may have reached the partner. $1: at most. */
const ABANDONED = {
  name: 'sweep-abandoned',
  text: `WITH due AS MATERIALIZED (
    SELECT id FROM operations WHERE partner = ANY($2::text[]) AND state = 'submitting' AND due_at <= now()
    ORDER BY partner, due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE operations o SET state = 'unknown', version = version + 1, due_at = now(), lease = NULL, updated_at = now()
    FROM due WHERE o.id = due.id RETURNING o.id, o.version, o.kind, o.failure, 'submitting' AS previous
  ), ${moved('unknown', 'its worker stopped before it had an answer')}`,
};

/** An offer that ran out, accepted or not, before the yes was sent. What was late before it was asked about is not any more. */
const UNCONFIRMED = {
  name: 'sweep-unconfirmed',
  text: `WITH due AS MATERIALIZED (
    SELECT id FROM operations WHERE partner = ANY($2::text[]) AND state = 'awaiting_confirmation' AND due_at <= now()
      AND (confirmed_step IS NULL OR expires_at <= now())
    ORDER BY partner, due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE operations o SET state = 'expired', version = version + 1, due_at = NULL, deadline_at = NULL, lease = NULL,
      updated_at = now(), completed_at = now(), next_action = NULL, failure = $3::jsonb
    FROM due WHERE o.id = due.id RETURNING o.id, o.version, o.kind, o.failure, 'awaiting_confirmation' AS previous
  ), ${settledWith('SELECT id FROM moved')}, ${moved('expired', 'it was not confirmed in time')}`,
};

/**
 * Never left us and its time is over: no money moved. It may be flagged, where it was held for so long before it was given back.
 * Found among what is late, not among all that has been received: `IS TRUE` keeps the index of states out of it.
 */
const UNSENT = {
  name: 'sweep-unsent',
  text: `WITH due AS MATERIALIZED (
    SELECT id FROM operations WHERE deadline_at <= now() AND (state = 'received') IS TRUE
    ORDER BY deadline_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE operations o SET state = 'failed', version = version + 1, due_at = NULL, deadline_at = NULL, lease = NULL,
      updated_at = now(), completed_at = now(), failure = $2::jsonb
    FROM due WHERE o.id = due.id RETURNING o.id, o.version, o.kind, o.failure, 'received' AS previous
  ), ${settledWith('SELECT id FROM moved')}, ${moved('failed', 'it could not be sent in time')}`,
};

/** Past its deadline: flagged, once; the enquiries go on. $1: ids for the discrepancies, as many as may be flagged. */
const UNRESOLVED = {
  name: 'sweep-unresolved',
  text: `WITH due AS MATERIALIZED (
    SELECT id, row_number() OVER () AS n FROM (
      SELECT id FROM operations WHERE deadline_at <= now() AND state <> 'received'
      ORDER BY deadline_at LIMIT cardinality($1::uuid[]) FOR UPDATE SKIP LOCKED) AS late
  ), flagged AS (
    UPDATE operations o SET deadline_at = NULL FROM due WHERE o.id = due.id
    RETURNING o.id, due.n, o.partner, o.state, o.submitted_at, old.deadline_at AS deadline
  ), opened AS (
    INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details)
    SELECT ($1::uuid[])[n], 'unresolved_past_deadline' , partner, id, id::text,
      jsonb_build_object('state', state, 'submittedAt', submitted_at, 'deadline', deadline)
    FROM flagged ON CONFLICT DO NOTHING
  )
  SELECT count(*)::int AS count FROM flagged`,
};

const AT_MOST = 500;

/** What time alone brings about, for all partners at once, a set in one statement. */
@Injectable()
export class Sweeps {
  constructor(
    private readonly database: Database,
    private readonly clock: SystemClock,
  ) {}

  /** Operations whose worker is gone become `unknown`. */
  abandoned(partners: readonly string[]): Promise<number> {
    return this.run(ABANDONED, [AT_MOST, partners]);
  }

  unconfirmed(partners: readonly string[]): Promise<number> {
    return this.run(UNCONFIRMED, [AT_MOST, partners, JSON.stringify(failure('quote_expired', 'no'))]);
  }

  unsent(): Promise<number> {
    return this.run(UNSENT, [AT_MOST, JSON.stringify(failure('partner_unavailable', 'no'))]);
  }

  /** Every operation ends or is flagged. */
  unresolved(): Promise<number> {
    const ids = Array.from({ length: AT_MOST }, () => newId(this.clock.now()));
    return this.run(UNRESOLVED, [ids]);
  }

  private async run(statement: typeof UNSENT, values: readonly unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(statement, values);
    return row?.count ?? 0;
  }
}
