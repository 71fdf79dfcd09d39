/**
 * Written by hand, never generated. Times are the database's own (`now()`): the one clock that all processes share.
 * Tables that grow for ever are partitioned by month through the time inside their UUIDv7; where uniqueness must hold
 * for ever (idempotency keys, partner references) by hash instead, since a month cannot promise that.
 */
export const FOUNDATION_SQL = `
CREATE TABLE clients (
  id                    text PRIMARY KEY,
  name                  text NOT NULL,
  secret_hash           text NOT NULL,
  scopes                text[] NOT NULL,
  rate_limit_per_second integer,
  created_at            timestamptz NOT NULL DEFAULT now(),
  disabled_at           timestamptz
);

-- The first moment of an id's time, as the lowest id of that moment.
CREATE FUNCTION lowest_id_at(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-7000-8000-000000000000')::uuid
  FROM (SELECT lpad(to_hex(greatest(floor(extract(epoch FROM moment) * 1000)::bigint, 0)), 12, '0') AS hex) AS millis
$$;

CREATE TABLE operations (
  id                uuid PRIMARY KEY,
  client_id         text,
  kind              text NOT NULL,
  partner           text NOT NULL,
  state             text NOT NULL,
  version           integer NOT NULL DEFAULT 1,
  amount_minor      bigint NOT NULL CHECK (amount_minor > 0),
  currency          text NOT NULL,
  fee_minor         bigint,
  payer_type        text,
  payer_value       text,
  payer_account     text,
  payer_name        text,
  payee_type        text,
  payee_value       text,
  payee_account     text,
  payee_name        text,
  reference         text,
  description       text,
  metadata          jsonb,
  method            text,
  return_urls       jsonb,
  reverses          uuid,
  batch             uuid,
  -- Of the request that asked for it: the worker goes on under the same trace.
  correlation_id    text,
  traceparent       text,
  next_action       jsonb,
  partner_reference text,
  receipt           text,
  claimed_receipt   text,
  failure           jsonb,
  attempts          integer NOT NULL DEFAULT 0,
  enquiries         integer NOT NULL DEFAULT 0,
  not_found         integer NOT NULL DEFAULT 0,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now(),
  submitted_at      timestamptz,
  completed_at      timestamptz,
  expires_at        timestamptz,
  -- The state is the queue: when a worker has to look at it next. A claim moves it past the lease.
  due_at            timestamptz,
  lease             uuid,
  -- When it must have ended or be flagged.
  deadline_at       timestamptz
) PARTITION BY RANGE (id);
CREATE INDEX operations_due ON operations (partner, state, due_at) WHERE due_at IS NOT NULL;
-- Enquiries under way: counted against the partner's concurrency.
CREATE INDEX operations_enquiring ON operations (partner) WHERE lease IS NOT NULL AND state <> 'submitting';
-- Payments whose receipt is not known yet: what unasked-for money is compared with.
CREATE INDEX operations_unreceipted ON operations (partner, amount_minor) WHERE kind = 'payment' AND receipt IS NULL;
CREATE INDEX operations_deadline ON operations (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX operations_of_client ON operations (client_id, id);
CREATE INDEX operations_reference ON operations (reference) WHERE reference IS NOT NULL;
CREATE INDEX operations_payer ON operations (payer_value) WHERE payer_value IS NOT NULL;
CREATE INDEX operations_payee ON operations (payee_value) WHERE payee_value IS NOT NULL;
CREATE INDEX operations_reverses ON operations (reverses) WHERE reverses IS NOT NULL;

-- The legal transitions; the same as NEXT_STATES of the domain, which a test compares. An array and no table: whoever
-- plans an expression over it has it as a constant, and the trigger below looks at it for every move.
CREATE FUNCTION legal_moves() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY[
    'received → submitting', 'received → awaiting_approval', 'received → failed', 'received → cancelled',
    'received → expired',
    'awaiting_approval → received', 'awaiting_approval → cancelled', 'awaiting_approval → expired',
    'submitting → received', 'submitting → awaiting_confirmation', 'submitting → pending', 'submitting → unknown',
    'submitting → succeeded', 'submitting → failed', 'submitting → expired',
    'awaiting_confirmation → submitting', 'awaiting_confirmation → failed', 'awaiting_confirmation → cancelled',
    'awaiting_confirmation → expired',
    'pending → awaiting_confirmation', 'pending → unknown', 'pending → succeeded', 'pending → failed',
    'pending → cancelled', 'pending → expired',
    'unknown → pending', 'unknown → succeeded', 'unknown → failed', 'unknown → cancelled', 'unknown → expired',
    'failed → succeeded',
    'cancelled → succeeded',
    'expired → succeeded']
$$;
CREATE VIEW legal_transitions AS
  SELECT split_part(move, ' → ', 1) AS from_state, split_part(move, ' → ', 2) AS to_state FROM unnest(legal_moves()) AS move;

CREATE FUNCTION refuse_illegal_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state || ' → ' || NEW.state <> ALL (legal_moves()) THEN
    RAISE EXCEPTION 'an operation cannot move from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.version <> OLD.version + 1 THEN
    RAISE EXCEPTION 'a transition counts the version up by one' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER operations_legal_transition BEFORE UPDATE OF state ON operations
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_illegal_transition();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never edited', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$$;

CREATE TABLE transitions (
  operation_id uuid NOT NULL,
  sequence     integer NOT NULL,
  from_state   text,
  to_state     text NOT NULL,
  at           timestamptz NOT NULL DEFAULT now(),
  actor        text NOT NULL,
  why          text NOT NULL,
  evidence     jsonb,
  PRIMARY KEY (operation_id, sequence)
) PARTITION BY RANGE (operation_id);
CREATE TRIGGER transitions_never_edited BEFORE UPDATE ON transitions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE events (
  operation_id uuid NOT NULL,
  sequence     integer NOT NULL,
  type         text NOT NULL,
  at           timestamptz NOT NULL DEFAULT now(),
  body         jsonb NOT NULL,
  due_at       timestamptz DEFAULT now(),
  lease        uuid,
  tries        integer NOT NULL DEFAULT 0,
  last_error   text,
  published_at timestamptz,
  PRIMARY KEY (operation_id, sequence)
) PARTITION BY RANGE (operation_id);
CREATE INDEX events_due ON events (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE attempts (
  operation_id    uuid NOT NULL,
  number          integer NOT NULL,
  started_at      timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz,
  outcome         text,
  partner_code    text,
  partner_message text,
  error           text,
  PRIMARY KEY (operation_id, number)
) PARTITION BY RANGE (operation_id);

CREATE TABLE enquiries (
  operation_id    uuid NOT NULL,
  number          integer NOT NULL,
  asked_at        timestamptz NOT NULL,
  answered_at     timestamptz NOT NULL DEFAULT now(),
  outcome         text NOT NULL,
  reference       text,
  partner_code    text,
  partner_message text,
  error           text,
  PRIMARY KEY (operation_id, number)
) PARTITION BY RANGE (operation_id);

CREATE TABLE callbacks (
  id           uuid PRIMARY KEY,
  partner      text NOT NULL,
  method       text NOT NULL,
  path         text NOT NULL,
  headers      jsonb NOT NULL,
  body         bytea NOT NULL,
  source       text NOT NULL,
  digest       bytea NOT NULL,
  received_at  timestamptz NOT NULL DEFAULT now(),
  verdict      text NOT NULL,
  verdict_why  text,
  -- stored: to be read; done; forged: evidence only; waiting: matches nothing yet; unmatched, parked: a discrepancy says so.
  state        text NOT NULL,
  due_at       timestamptz,
  lease        uuid,
  tries        integer NOT NULL DEFAULT 0,
  failures     integer NOT NULL DEFAULT 0,
  last_error   text,
  processed_at timestamptz
) PARTITION BY RANGE (id);
CREATE INDEX callbacks_due ON callbacks (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE notices (
  operation_id uuid NOT NULL,
  callback_id  uuid NOT NULL,
  number       integer NOT NULL,
  at           timestamptz NOT NULL DEFAULT now(),
  says         jsonb NOT NULL,
  effect       text NOT NULL,
  PRIMARY KEY (operation_id, callback_id, number)
) PARTITION BY RANGE (operation_id);

-- Every month has its partitions before it begins; the default ones catch what no month holds.
CREATE FUNCTION ensure_month_partitions(moment timestamptz, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  first  timestamptz;
  made   integer := 0;
BEGIN
  FOR ahead IN 0..months LOOP
    first := date_trunc('month', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    first := (((first AT TIME ZONE 'UTC') + make_interval(months => ahead)) AT TIME ZONE 'UTC');
    FOREACH parent IN ARRAY ARRAY['operations','transitions','events','attempts','enquiries','callbacks','notices'] LOOP
      IF to_regclass(parent || to_char(first AT TIME ZONE 'UTC', '_YYYY_MM')) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
          parent || to_char(first AT TIME ZONE 'UTC', '_YYYY_MM'), parent,
          lowest_id_at(first),
          lowest_id_at(((first AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'));
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;
CREATE TABLE operations_other PARTITION OF operations DEFAULT;
CREATE TABLE transitions_other PARTITION OF transitions DEFAULT;
CREATE TABLE events_other PARTITION OF events DEFAULT;
CREATE TABLE attempts_other PARTITION OF attempts DEFAULT;
CREATE TABLE enquiries_other PARTITION OF enquiries DEFAULT;
CREATE TABLE callbacks_other PARTITION OF callbacks DEFAULT;
CREATE TABLE notices_other PARTITION OF notices DEFAULT;
SELECT ensure_month_partitions(now(), 2);

CREATE TABLE idempotency_keys (
  client_id    text NOT NULL,
  key          text NOT NULL,
  digest       text NOT NULL,
  operation_id uuid NOT NULL,
  PRIMARY KEY (client_id, key)
) PARTITION BY HASH (client_id, key);

-- Every identifier that a partner gave an operation, its receipt included: what news is matched by.
CREATE TABLE partner_references (
  partner      text NOT NULL,
  reference    text NOT NULL,
  operation_id uuid NOT NULL,
  is_receipt   boolean NOT NULL,
  -- The reference first: it is looked for without its partner, too.
  PRIMARY KEY (reference, partner)
) PARTITION BY HASH (reference);
CREATE INDEX partner_references_of ON partner_references (operation_id);

DO $$
BEGIN
  FOR slot IN 0..7 LOOP
    EXECUTE format('CREATE TABLE idempotency_keys_%s PARTITION OF idempotency_keys FOR VALUES WITH (MODULUS 8, REMAINDER %s)', slot, slot);
    EXECUTE format('CREATE TABLE partner_references_%s PARTITION OF partner_references FOR VALUES WITH (MODULUS 8, REMAINDER %s)', slot, slot);
  END LOOP;
END
$$;

CREATE TABLE discrepancies (
  id           uuid PRIMARY KEY,
  kind         text NOT NULL,
  partner      text NOT NULL,
  operation_id uuid,
  callback_id  uuid,
  -- What makes it one and the same: it is opened once while it is open.
  subject      text NOT NULL,
  details      jsonb NOT NULL,
  opened_at    timestamptz NOT NULL DEFAULT now(),
  settled_at   timestamptz,
  settled_by   text,
  note         text
);
CREATE UNIQUE INDEX discrepancies_open ON discrepancies (kind, subject) WHERE settled_at IS NULL;
CREATE INDEX discrepancies_of ON discrepancies (operation_id) WHERE operation_id IS NOT NULL;

-- How fast, and whether at all, a partner's capability may be called: one row that all processes share.
CREATE TABLE partner_gates (
  partner       text NOT NULL,
  capability    text NOT NULL,
  tokens        double precision NOT NULL,
  refilled_at   timestamptz NOT NULL DEFAULT now(),
  failures      integer NOT NULL DEFAULT 0,
  opened_count  integer NOT NULL DEFAULT 0,
  open_until    timestamptz,
  last_success  timestamptz,
  last_failure  timestamptz,
  PRIMARY KEY (partner, capability)
);

CREATE TABLE partner_tokens (
  partner    text NOT NULL,
  name       text NOT NULL,
  sealed     bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (partner, name)
);

CREATE TABLE balance_readings (
  id          uuid PRIMARY KEY,
  partner     text NOT NULL,
  asked_at    timestamptz NOT NULL DEFAULT now(),
  answered_at timestamptz,
  accounts    jsonb,
  failure     text
);
CREATE INDEX balance_readings_of ON balance_readings (partner, asked_at);
`;
