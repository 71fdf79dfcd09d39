/**
 * Intent first: idempotency key, operation, first transition and event of a whole batch in one commit.
 * A row whose key is taken is passed over whole; what it was taken for is read by `TAKEN`. Answers in one row: all of a
 * batch are stored at the same moment.
 */
export const INTAKE = {
  name: 'intake',
  text: `
WITH input AS (
  SELECT * FROM json_to_recordset($1::json) AS r(
    id uuid, client_id text, key text, digest text, kind text, partner text, amount_minor bigint, currency text,
    payer_type text, payer_value text, payer_account text, payer_name text,
    payee_type text, payee_value text, payee_account text, payee_name text,
    reference text, description text, metadata jsonb, method text, return_urls jsonb, reverses uuid, confirmation text,
    correlation_id text, traceparent text, receipt_account text, receipt_payer text, submit_for_ms double precision)
), claimed AS (
  INSERT INTO idempotency_keys (client_id, key, digest, operation_id)
  SELECT client_id, key, digest, id FROM input ORDER BY client_id, key
  ON CONFLICT DO NOTHING
  RETURNING operation_id
), stored AS (
  INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency,
    payer_type, payer_value, payer_account, payer_name, payee_type, payee_value, payee_account, payee_name,
    reference, description, metadata, method, return_urls, reverses, confirmation, correlation_id, traceparent, receipt_account, receipt_payer,
    due_at, deadline_at)
  SELECT id, nullif(client_id, ''), kind, partner, 'received', amount_minor, currency,
    payer_type, payer_value, payer_account, payer_name, payee_type, payee_value, payee_account, payee_name,
    reference, description, metadata, method, return_urls, reverses, confirmation, correlation_id, traceparent, receipt_account, receipt_payer,
    now(), now() + make_interval(secs => submit_for_ms / 1000)
  FROM input WHERE id = ANY (ARRAY(SELECT operation_id FROM claimed))
  RETURNING id, kind, client_id
), story AS (
  INSERT INTO transitions (operation_id, sequence, to_state, actor, why)
  SELECT id, 1, 'received', CASE WHEN client_id IS NULL THEN 'gateway' ELSE 'client' END, 'asked for' FROM stored
), told AS (
  INSERT INTO events (operation_id, sequence, type, body)
  SELECT id, 1, kind || '.received', '{"state":"received","previousState":null}' FROM stored
)
SELECT coalesce(json_agg(id), '[]') AS ids, now() AS at FROM stored`,
};

/** What the given keys of clients were first used for. */
export const TAKEN = {
  name: 'intake-taken',
  text: `SELECT k.client_id AS key_client, k.key, k.digest, o.*
    FROM unnest($1::text[], $2::text[]) AS asked(client_id, key)
    JOIN idempotency_keys k ON k.client_id = asked.client_id AND k.key = asked.key
    JOIN operations o ON o.id = k.operation_id`,
};
