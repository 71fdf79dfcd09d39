import { claimable, gateCtes, spendCte } from '../partners/gate-sql.js';
import { dueRows, LEASE } from './due-rows.js';

const GATE = {
  partner: '$4::text',
  gate: '$6::text',
  perSecond: '$7::double precision',
  burst: '$8::double precision',
};

const UNDER_WAY = `(SELECT count(*) FROM operations
  WHERE partner = $4 AND state = 'submitting' AND kind = $5 AND due_at > now())`;

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
