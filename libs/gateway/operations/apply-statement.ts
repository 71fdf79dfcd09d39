import { settledWith } from '../discrepancies/discrepancies.js';

/**
 * The one statement that changes operations. A row of `input` either moves its operation (`to_state` given) or notes facts
 * about it; both only while the version, what is claimed and confirmed without raising it, and where given the lease, are
 * those that the writer saw. What settles it needs its deadline to be there, or not, as the writer saw it. A move brings its
 * transition and its event in the same commit; attempts are closed and references kept beside them.
 * What a row does not set, it leaves out.
 */
export const APPLY = {
  name: 'operations-apply',
  text: `
WITH input AS (
  SELECT * FROM json_to_recordset($1::json) AS r(
    n int, id uuid, version int, seen_claim text, seen_step text, seen_deadline boolean, lease uuid, to_state text, actor text, why text, evidence jsonb, event_body jsonb,
    partner_reference text, receipt text, sets_claim boolean, claimed_receipt text, claimed_names text[], fee_minor bigint,
    sets_failure boolean, failure jsonb, sets_action boolean, next_action jsonb, expires_at timestamptz,
    sets_confirmed boolean, confirmed_step text, confirmed_by text, memo jsonb, awaits text, not_found int, ends boolean, settles boolean, sets_due boolean, due_in_ms double precision, sets_deadline boolean,
    deadline_in_ms double precision)
), changed AS (
  UPDATE operations o SET
    state = coalesce(i.to_state, o.state),
    version = o.version + (i.to_state IS NOT NULL)::int,
    partner_reference = coalesce(o.partner_reference, i.partner_reference),
    receipt = coalesce(o.receipt, i.receipt),
    claimed_receipt = CASE WHEN i.sets_claim THEN i.claimed_receipt ELSE o.claimed_receipt END,
    claimed_names = coalesce(i.claimed_names, o.claimed_names),
    fee_minor = coalesce(i.fee_minor, o.fee_minor),
    failure = CASE WHEN i.sets_failure THEN i.failure ELSE o.failure END,
    next_action = CASE WHEN i.sets_action THEN i.next_action ELSE o.next_action END,
    expires_at = coalesce(i.expires_at, o.expires_at),
    confirmed_step = CASE WHEN i.sets_confirmed THEN i.confirmed_step ELSE o.confirmed_step END,
    confirmed_by = CASE WHEN i.sets_confirmed THEN i.confirmed_by ELSE o.confirmed_by END,
    not_found = coalesce(i.not_found, o.not_found),
    memo = coalesce(i.memo, o.memo),
    awaits = CASE WHEN i.to_state IS NULL THEN coalesce(i.awaits, o.awaits) ELSE i.awaits END,
    completed_at = CASE WHEN i.ends THEN now() ELSE o.completed_at END,
    updated_at = now(),
    due_at = CASE WHEN i.sets_due THEN now() + make_interval(secs => i.due_in_ms / 1000) ELSE o.due_at END,
    lease = CASE WHEN i.sets_due THEN NULL ELSE o.lease END,
    deadline_at = CASE
      -- What goes back to be sent has what is left of the time that it had from the beginning.
      WHEN i.sets_deadline THEN CASE WHEN i.to_state = 'received' THEN o.created_at ELSE now() END
        + make_interval(secs => i.deadline_in_ms / 1000)
      WHEN i.ends THEN NULL
      ELSE o.deadline_at END
  FROM input i
  WHERE o.id = i.id AND o.version = i.version AND (i.lease IS NULL OR o.lease = i.lease)
    AND o.claimed_receipt IS NOT DISTINCT FROM i.seen_claim AND o.confirmed_step IS NOT DISTINCT FROM i.seen_step
    -- Flagged while this waited for the row, it has a flag that this statement does not see, and would leave open. So what
    -- settles is written only with the deadline that its writer saw. Whoever reads it again and finds nothing else changed
    -- has the same news still, and its lease: the next time the flag is there to be seen.
    AND (i.settles IS NOT TRUE OR (o.deadline_at IS NOT NULL) = (i.seen_deadline IS TRUE))
    -- One receipt is one movement of money: it never pays for two operations.
    AND (i.receipt IS NULL OR NOT EXISTS (SELECT FROM partner_references owned
      WHERE owned.partner = o.partner AND owned.reference = i.receipt AND owned.operation_id <> i.id))
  RETURNING i.n, o.id, o.kind, o.version, old.state AS from_state, i.to_state, i.actor, i.why, i.evidence, i.event_body,
    i.settles
), story AS (
  INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why, evidence)
  SELECT id, version, from_state, to_state, actor, why, evidence FROM changed WHERE to_state IS NOT NULL
), told AS (
  INSERT INTO events (operation_id, sequence, type, body)
  SELECT id, version, kind || '.' || to_state, event_body FROM changed WHERE to_state IS NOT NULL
), ${settledWith('SELECT id FROM changed WHERE settles')}, known AS (
  -- Also of a change that comes too late: what the partner calls the operation does not depend on how it stands, and
  -- where the news is judged again and changes nothing any more, this is what keeps the name to match callbacks by.
  INSERT INTO partner_references (partner, reference, operation_id, is_receipt)
  SELECT r.partner, r.reference, r.id, r.is_receipt
  FROM json_to_recordset($2::json) AS r(id uuid, partner text, reference text, is_receipt boolean)
  WHERE NOT r.is_receipt
  ORDER BY r.partner, r.reference
  ON CONFLICT DO NOTHING
), receipted AS (
  -- Without ON CONFLICT: of two operations that take the same receipt at the same moment, one fails and is judged again.
  INSERT INTO partner_references (partner, reference, operation_id, is_receipt)
  SELECT r.partner, r.reference, r.id, true
  FROM json_to_recordset($2::json) AS r(id uuid, partner text, reference text, is_receipt boolean)
  WHERE r.is_receipt AND r.id = ANY (ARRAY(SELECT id FROM changed))
    AND NOT EXISTS (SELECT FROM partner_references known WHERE known.partner = r.partner AND known.reference = r.reference)
  ORDER BY r.partner, r.reference
), found AS (
  INSERT INTO discrepancies (id, kind, partner, operation_id, callback_id, subject, details, settled_at, settled_by)
  SELECT r.id, r.kind, r.partner, r.operation_id, r.callback_id, r.subject, r.details,
    CASE WHEN r.settled_by IS NULL THEN NULL ELSE now() END, r.settled_by
  FROM json_to_recordset($5::json) AS r(n int, id uuid, kind text, partner text, operation_id uuid, callback_id uuid,
    subject text, details jsonb, settled_by text)
  WHERE r.n = ANY (ARRAY(SELECT n FROM changed))
  ON CONFLICT DO NOTHING
), closed AS (
  UPDATE attempts a SET ended_at = now(), outcome = r.outcome, partner_code = r.code, partner_message = r.message,
    error = r.error
  FROM json_to_recordset($3::json) AS r(id uuid, number int, outcome text, code text, message text, error text)
  WHERE a.operation_id = r.id AND a.number = r.number
), asked AS (
  INSERT INTO enquiries (operation_id, number, asked_at, outcome, reference, partner_code, partner_message, error)
  SELECT r.id, r.number, r.asked_at, r.outcome, r.reference, r.code, r.message, r.error
  FROM json_to_recordset($4::json) AS r(id uuid, number int, asked_at timestamptz, outcome text, reference text,
    code text, message text, error text)
  ON CONFLICT DO NOTHING
)
SELECT n FROM changed`,
};
