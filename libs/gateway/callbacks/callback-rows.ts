import { type RawCallback } from '#partner-kit';
import { Database, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { type Finding, findingRow } from '../discrepancies/discrepancies.js';
import { claimStatement } from '../work/due-rows.js';

/** A callback that matches nothing is looked at again for this long: it may have overtaken its own request. */
const UNMATCHED_AFTER_MS = 10 * 60_000;
/** And so often, the last time 50 seconds after the first: it may be old only because nobody was there to look. */
const LEAST_LOOKS = 9;

/** A kept callback, claimed to be read. */
export interface ClaimedCallback {
  readonly id: string;
  readonly partner: string;
  readonly raw: RawCallback;
  /** How often it has been tried, this time included. */
  readonly tries: number;
  /** How often it could not be processed. */
  readonly failures: number;
  /** Could it not be read the last time, or did nobody come to the end of that? A person may have been told. */
  readonly hadTrouble: boolean;
  /** From an address that is not known as the partner's. */
  readonly isDoubtful: boolean;
  readonly lease: string;
  readonly claimedAt: Date;
}

/** What the database takes too long over is looked at again, too; a person is told after this long, and so many tries. */
const STUCK_AFTER_MS = 60 * 60_000;
const STUCK_AFTER_TRIES = 8;

/** Has it waited so long that the database is not slow by chance? It may be old only because nobody was there to look. */
export const isStuck = ({ raw: { receivedAt }, claimedAt, tries }: ClaimedCallback): boolean =>
  claimedAt.getTime() - receivedAt.getTime() > STUCK_AFTER_MS && tries >= STUCK_AFTER_TRIES;

/** May it be about something that is only being written down? The first look after trouble is never the last. */
export const mayStillMatch = ({
  raw: { receivedAt },
  claimedAt,
  tries,
  hadTrouble,
}: ClaimedCallback): boolean =>
  hadTrouble || tries < LEAST_LOOKS || claimedAt.getTime() - receivedAt.getTime() <= UNMATCHED_AFTER_MS;

interface CallbackRow {
  id: string;
  partner: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  source: string;
  received_at: Date;
  tries: number;
  failures: number;
  last_error: string | null;
  was_left: boolean;
  verdict: string;
  lease: string;
  claimed_at: Date;
}

/** One notice that found its operation: kept for the timeline. */
export interface KeptNotice {
  readonly operationId: string;
  readonly number: number;
  readonly says: Readonly<Record<string, unknown>>;
  readonly effect: string;
}

/** How the reading of a callback ended. `waiting` comes back after `dueInMs`. */
export interface Reading {
  readonly state: 'done' | 'waiting' | 'unmatched' | 'parked';
  readonly dueInMs: number | null;
  readonly error: string | null;
  /** The callback's own doing: what fails so too often is put aside. */
  readonly isFailure?: true;
  /** It waits for the database again and again: a person is told, and it goes on. */
  readonly isStuck?: boolean;
  readonly notices: readonly KeptNotice[];
}

/** Also where it matches nothing, yet or at all. */
const wasRead = ({ state, error }: Reading): boolean => error === null || state === 'unmatched';

/** What never matches, and what cannot be read, becomes a discrepancy, not a log line. */
function flagOf({ id, partner }: ClaimedCallback, { state, isStuck, error }: Reading): Finding | null {
  const finding = { partner, operationId: null, callbackId: id, details: { why: error } };
  if (state === 'unmatched') return { kind: 'unmatched_callback', ...finding };
  return state === 'parked' || isStuck ? { kind: 'unreadable_callback', ...finding } : null;
}

const CLAIM = claimStatement({ name: 'callbacks-claim', table: 'callbacks', key: ['id'], where: 'true' });

/** Only what the lease still covers is finished and flagged: whoever has it by then may match what this owner could not. */
const FINISH = {
  name: 'callbacks-finish',
  text: `WITH finished AS (
    UPDATE callbacks c SET state = r.state, last_error = r.error, lease = NULL,
      failures = c.failures + (r.is_failure IS TRUE)::int,
      due_at = now() + make_interval(secs => r.due_in_ms / 1000),
      processed_at = CASE WHEN r.due_in_ms IS NULL THEN now() END
    FROM json_to_recordset($1::json) AS r(id uuid, lease uuid, state text, due_in_ms double precision, error text,
      is_failure boolean, is_recovered boolean)
    WHERE c.id = r.id AND c.lease = r.lease
    RETURNING c.id, r.is_recovered
  ), settled AS (
    UPDATE discrepancies SET settled_at = now(), settled_by = 'rule', note = 'the callback has been read'
    WHERE kind = 'unreadable_callback' AND subject = ANY (ARRAY(SELECT id::text FROM finished WHERE is_recovered))
      AND settled_at IS NULL
  ), flagged AS (
    INSERT INTO discrepancies (id, kind, partner, callback_id, subject, details)
    SELECT r.id, r.kind, r.partner, r.callback_id, r.subject, r.details
    FROM json_to_recordset($3::json) AS r(id uuid, kind text, partner text, callback_id uuid, subject text, details jsonb)
    WHERE r.callback_id = ANY (ARRAY(SELECT id FROM finished))
    ORDER BY r.kind, r.subject
    ON CONFLICT DO NOTHING
  )
  INSERT INTO notices (operation_id, callback_id, number, says, effect)
  SELECT operation_id, callback_id, number, says, effect
  FROM json_to_recordset($2::json) AS r(operation_id uuid, callback_id uuid, number int, says jsonb, effect text)
  -- A late owner and the next one may write the same ones down at the same moment: in this order, not in that of their sets.
  ORDER BY operation_id, callback_id, number
  -- What it came to stays: it is read again with others of its callback that still wait, and changes nothing then.
  ON CONFLICT (operation_id, callback_id, number) DO UPDATE SET effect = excluded.effect, at = now()
    WHERE notices.effect = 'wait' OR excluded.effect NOT IN ('wait', 'repeat', 'noted')`,
};

/** The table of callbacks as a queue. */
@Injectable()
export class CallbackRows {
  constructor(
    private readonly database: Database,
    private readonly clock: SystemClock,
  ) {}

  async claimDue(limit: number, leaseMs: number): Promise<readonly ClaimedCallback[]> {
    const rows = await this.database.query<CallbackRow>(CLAIM, [randomId(), leaseMs, limit]);
    return rows.map(
      ({
        id,
        partner,
        tries,
        failures,
        last_error,
        was_left,
        verdict,
        lease,
        method,
        path,
        headers,
        body,
        source,
        received_at,
        claimed_at,
      }) => ({
        ...{ id, partner, tries, failures, lease, claimedAt: claimed_at },
        hadTrouble: was_left || last_error !== null,
        isDoubtful: verdict === 'doubtful',
        raw: { method, path, headers, body, source, receivedAt: received_at },
      }),
    );
  }

  async finish(readings: readonly { callback: ClaimedCallback; reading: Reading }[]): Promise<void> {
    const states = readings.map(({ callback: { id, lease, hadTrouble }, reading }) => ({
      ...{ id, lease, state: reading.state, error: reading.error },
      due_in_ms: reading.dueInMs,
      is_failure: reading.isFailure,
      is_recovered: (hadTrouble && wasRead(reading)) || undefined,
    }));
    const notices = readings.flatMap(({ callback, reading }) =>
      reading.notices.map(({ operationId, number, says, effect }) => ({
        ...{ number, says, effect },
        operation_id: operationId,
        callback_id: callback.id,
      })),
    );
    const now = this.clock.now();
    const flags = readings.flatMap(({ callback, reading }) => {
      const flag = flagOf(callback, reading);
      return flag ? [findingRow(flag, now)] : [];
    });
    await this.database.query(
      FINISH,
      [states, notices, flags].map((rows) => JSON.stringify(rows)),
    );
  }
}
