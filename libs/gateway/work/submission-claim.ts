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

const UNDER_WAY = `((SELECT count(*) FROM operations
  WHERE partner = $4 AND state = 'submitting' AND kind = $5 AND due_at > now()) + ${SENT_AGAIN})`;

/**
 * Takes received operations of one partner and kind: state, transition, event and attempt commit before anything is
 * sent. No more than the gate grants and the concurrency leaves, counted over all workers.
 * $1 lease, $2 lease (ms), $3 limit, $4 partner, $5 kind, $6 gate, $7 per second, $8 burst, $9 concurrency,
 * $10 unresolved after (ms).
 */
export const CLAIM_SUBMISSIONS = {
  name: 'submissions-claim',
  text: `
WITH ${gateCtes(GATE, '$9::integer', UNDER_WAY)}, due AS MATERIALIZED (
  ${dueRows({
    table: 'operations',
    key: ['id'],
    where: "partner = $4 AND state = 'received' AND kind = $5",
    limit: claimable('$3::integer'),
  })}
), taken AS (
  UPDATE operations o SET ${LEASE}, state = 'submitting', version = o.version + 1, attempts = o.attempts + 1,
    submitted_at = now(), updated_at = now(), deadline_at = now() + make_interval(secs => $10::double precision / 1000)
  FROM due WHERE o.id = due.id RETURNING o.*
), story AS (
  INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why, evidence)
  SELECT id, version, 'received', 'submitting', 'gateway', 'handed to the partner',
    jsonb_build_object('attempt', attempts)
  FROM taken
), told AS (
  INSERT INTO events (operation_id, sequence, type, body)
  SELECT id, version, kind || '.submitting', '{"state":"submitting","previousState":"received"}' FROM taken
), tried AS (
  INSERT INTO attempts (operation_id, number) SELECT id, attempts FROM taken
), ${spendCte('taken')}
SELECT * FROM taken`,
};

/**
 * The next attempt is written down before it is sent, while the operation stays unknown and has no other owner: only
 * after "not found", and as long as the concurrency of its gate leaves room. $3 operation; the others as above.
 */
export const CLAIM_RESUBMISSION = {
  name: 'resubmission-claim',
  text: `
WITH taken AS (
  UPDATE operations SET attempts = attempts + 1, not_found = 0, submitted_at = now(), lease = $1::uuid,
    due_at = now() + make_interval(secs => $2::double precision / 1000)
  WHERE id = $3::uuid AND partner = $4::text AND kind = $5::text
    AND state = 'unknown' AND lease IS NULL AND not_found > 0 AND ${UNDER_WAY} < $6::integer
  RETURNING *
), tried AS (
  INSERT INTO attempts (operation_id, number) SELECT id, attempts FROM taken
)
SELECT * FROM taken`,
};
