import { claimable, gateCtes, spendCte } from '../partners/gate-sql.js';
import { dueRows, LEASE } from './due-rows.js';

const GATE = {
  partner: '$4::text',
  gate: '$6::text',
  perSecond: '$7::double precision',
  burst: '$8::double precision',
};

/** What is sent again stays unknown meanwhile: its lease began when it was last submitted. */
const SENT_AGAIN = `(SELECT count(*) FROM operations WHERE partner = $4 AND kind = $5 AND lease IS NOT NULL
  AND state <> 'submitting' AND state = 'unknown' AND due_at > now()
  AND due_at <= submitted_at + make_interval(secs => $2::double precision / 1000))`;

/** In order, which a count does not need: of the indexes that may serve, the one of what is due comes in order (see `dueRows`). */
const UNDER_WAY = `((SELECT count(*) FROM (SELECT FROM operations
  WHERE partner = $4 AND state = 'submitting' AND kind = $5 AND due_at > now() ORDER BY due_at OFFSET 0) AS sent)
  + ${SENT_AGAIN})`;

interface Sendable {
  readonly name: string;
  readonly from: 'received' | 'awaiting_confirmation';
  /** Which of them, besides being due. */
  readonly where: string;
  /** SQL of what the transition says. */
  readonly actor: string;
  readonly why: string;
  readonly evidence: string;
}

/**
 * Takes operations of one partner and kind to be sent: state, transition, event and attempt commit before anything is.
 * No more than the gate grants and the concurrency leaves, counted over all workers.
 * $1 lease, $2 lease (ms), $3 limit, $4 partner, $5 kind, $6 gate, $7 per second, $8 burst, $9 concurrency,
 * $10 unresolved after (ms).
 */
const claimToSend = ({ name, from, where, actor, why, evidence }: Sendable) => ({
  name,
  text: `
WITH ${gateCtes(GATE, '$9::integer', UNDER_WAY)}, due AS MATERIALIZED (
  ${dueRows({
    table: 'operations',
    key: ['id'],
    where: `partner = $4 AND state = '${from}' AND kind = $5${where}`,
    limit: claimable('$3::integer'),
  })}
), taken AS (
  UPDATE operations o SET ${LEASE}, state = 'submitting', version = o.version + 1, attempts = o.attempts + 1,
    submitted_at = now(), updated_at = now(), deadline_at = now() + make_interval(secs => $10::double precision / 1000)
  FROM due WHERE o.id = due.id RETURNING o.*
), story AS (
  INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why, evidence)
  SELECT id, version, '${from}', 'submitting', ${actor}, ${why}, ${evidence} FROM taken
), told AS (
  INSERT INTO events (operation_id, sequence, type, body)
  SELECT id, version, kind || '.submitting', '{"state":"submitting","previousState":"${from}"}' FROM taken
), tried AS (
  INSERT INTO attempts (operation_id, number) SELECT id, attempts FROM taken
), ${spendCte('taken')}
SELECT * FROM taken`,
});

/**
 * What has been received, for the first time or again after it did not leave us, and is not too late: nobody expects it any
 * more, and a sweep ends it. `IS NOT TRUE` keeps the index of deadlines out of it.
 */
export const CLAIM_SUBMISSIONS = claimToSend({
  name: 'submissions-claim',
  from: 'received',
  where: ' AND (deadline_at <= now()) IS NOT TRUE',
  actor: "'gateway'",
  why: "'handed to the partner'",
  evidence: "jsonb_build_object('attempt', attempts)",
});

/**
 * What the partner asked about, once the answer is yes and as long as the offer stands. $11: these operations only, or
 * null: any.
 */
export const CLAIM_CONFIRMATIONS = claimToSend({
  name: 'confirmations-claim',
  from: 'awaiting_confirmation',
  where:
    ' AND confirmed_step IS NOT NULL AND expires_at > now() AND ($11::uuid[] IS NULL OR id = ANY($11::uuid[]))',
  actor: "CASE WHEN confirmed_by IS NULL THEN 'gateway' ELSE 'client' END",
  why: "'confirmed: ' || confirmed_step",
  evidence: "jsonb_build_object('attempt', attempts, 'step', confirmed_step, 'client', confirmed_by)",
});

/**
 * The next attempt is written down before it is sent, while the operation stays unknown and has no other owner: only
 * after "not found". $3 operations; the others as above, without $10.
 */
export const CLAIM_RESUBMISSIONS = {
  name: 'resubmissions-claim',
  text: `
WITH ${gateCtes(GATE, '$9::integer', UNDER_WAY)}, found AS MATERIALIZED (
  SELECT id FROM operations WHERE id = ANY($3::uuid[]) AND partner = $4 AND kind = $5
    AND state = 'unknown' AND lease IS NULL AND not_found > 0
  ORDER BY id LIMIT ${claimable('cardinality($3::uuid[])')} FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE operations o SET ${LEASE}, attempts = o.attempts + 1, not_found = 0, submitted_at = now()
  FROM found WHERE o.id = found.id RETURNING o.*
), tried AS (
  INSERT INTO attempts (operation_id, number) SELECT id, attempts FROM taken
), ${spendCte('taken')}
SELECT * FROM taken`,
};
