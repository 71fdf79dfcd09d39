/**
 * The SQL that lets calls through a gate: one row of `partner_gates` for each partner and gate, on the database's
 * clock, so that rate and breaker hold for all processes together.
 *
 * A breaker is closed while `open_until` is null, open until that moment, half open after it. Half open lets one
 * call through and books the next, longer pause in the same breath: a probe that never comes back therefore ends
 * like one that failed, and only a success ends the pauses.
 */

/** Failures in a row, with no success in between, that open a breaker. */
export const FAILURES_TO_OPEN = 10;

const FIRST_PAUSE_S = 5;
const LONGEST_PAUSE_S = 300;

/** How long the breaker stays open after it opened `openedCount` times already: 5 s, doubling to 5 min, less up to a fifth. */
export const pauseSql = (openedCount: string): string =>
  `make_interval(secs => least(${FIRST_PAUSE_S} * power(2, least(${openedCount}, 10)), ${LONGEST_PAUSE_S}) * (0.8 + 0.2 * random()))`;

/** Every value is an SQL expression, usually a placeholder with its type: `$1::text`, `$3::double precision`. */
export interface GateSql {
  readonly partner: string;
  /** The name of the gate, see `GateName`. */
  readonly gate: string;
  /** Permits that come back each second; double precision. */
  readonly perSecond: string;
  /** The most permits that add up while nobody calls; double precision. */
  readonly burst: string;
}

/**
 * The LIMIT keeps PostgreSQL 18 from crashing. Where the row was changed between the snapshot and the lock, the lock looks
 * at it again, and takes over what prunes the partitions of the same statement; had it come to its end, that would be gone
 * when the operations are updated. With the LIMIT it is not asked for a second row, and ends with the statement.
 */
const LOCKED = (at: GateSql, wait: '' | 'SKIP LOCKED'): string => `
  locked_gate AS MATERIALIZED (
    SELECT partner, capability, tokens, refilled_at, open_until, opened_count FROM partner_gates
    WHERE partner = ${at.partner} AND capability = ${at.gate} LIMIT 1 FOR UPDATE ${wait}
  ),
  timed_gate AS MATERIALIZED (SELECT *, clock_timestamp() AS moment FROM locked_gate),
  refilled_gate AS MATERIALIZED (
    SELECT partner, capability, open_until, opened_count, moment, refilled_at,
      least(${at.burst},
        tokens + ${at.perSecond} * greatest(extract(epoch FROM moment - refilled_at)::double precision, 0)) AS tokens,
      open_until IS NOT NULL AND open_until <= moment AS is_probe,
      coalesce(open_until > moment, false) AS is_open
    FROM timed_gate
  )`;

const PERMITS = `CASE WHEN is_open THEN 0 WHEN is_probe THEN least(1, floor(tokens)::integer) ELSE floor(tokens)::integer END`;

const SPEND = `
  UPDATE partner_gates AS target
  SET tokens = gate.tokens - used.permits,
    refilled_at = gate.moment,
    opened_count = target.opened_count + gate.is_probe::integer,
    open_until = CASE WHEN gate.is_probe THEN gate.moment + ${pauseSql('target.opened_count')} ELSE target.open_until END`;

/**
 * First part of a claim statement: `gate(available)`, at most one row, locked until the statement commits. There is
 * none while another process is at this gate, or was since this statement's snapshot was taken: it would not
 * see what that one took, and `inFlight` would count too little. Looking again a moment later is enough.
 *
 * ```sql
 * WITH ${gateCtes({ partner: '$1::text', gate: '$2::text', perSecond: '$3::double precision',
 *                   burst: '$4::double precision' }, '$5::integer', `(SELECT count(*) FROM … WHERE state = 'submitting')`)},
 *   due AS (SELECT id FROM operations WHERE … ORDER BY due_at LIMIT ${claimable('$6')} FOR UPDATE SKIP LOCKED),
 *   claimed AS (UPDATE operations SET … FROM due WHERE … RETURNING …),
 *   ${spendCte('claimed')}
 * SELECT * FROM claimed
 * ```
 * @param concurrency how many may be under way at once; an SQL expression
 * @param inFlight how many are under way now; an SQL expression over what only claims through this gate raise
 */
export const gateCtes = (at: GateSql, concurrency: string, inFlight: string): string => `
  seen_gate AS MATERIALIZED (
    SELECT refilled_at FROM partner_gates WHERE partner = ${at.partner} AND capability = ${at.gate}
  ),${LOCKED(at, 'SKIP LOCKED')},
  gate AS MATERIALIZED (
    SELECT refilled_gate.*, greatest(0, least(${PERMITS}, ${concurrency} - ${inFlight}))::integer AS available
    FROM refilled_gate JOIN seen_gate USING (refilled_at)
  )`;

/** For `LIMIT`: the permits of the gate, and no more than `limit` (an SQL expression). 0 where there is no gate. */
export const claimable = (limit: string): string =>
  `(SELECT least(${limit}, coalesce(max(available), 0)) FROM gate)`;

/** Last part of a claim statement: takes one permit for every row of the CTE named `claimed`. */
export const spendCte = (claimed: string): string => `
  spent_gate AS (${SPEND}
    FROM gate, (SELECT count(*) AS permits FROM ${claimed}) AS used
    WHERE target.partner = gate.partner AND target.capability = gate.capability AND used.permits > 0
  )`;

/**
 * Waits for whoever is at the gate, and keeps it for the rest of the transaction. For a claim that does not come back if it
 * finds somebody there: a statement of its own, before that one, which so sees all that was claimed while this waited.
 * $1 partner, $2 gate.
 */
export const HOLD = {
  name: 'gate-hold',
  text: 'SELECT FROM partner_gates WHERE partner = $1::text AND capability = $2::text FOR UPDATE',
};

/** One permit for one call, now or not at all. Waits for whoever is at the gate. $1 partner, $2 gate, $3 perSecond, $4 burst. */
export const ACQUIRE = {
  name: 'gate-acquire',
  text: `WITH ${LOCKED({ partner: '$1::text', gate: '$2::text', perSecond: '$3::double precision', burst: '$4::double precision' }, '')},
  gate AS MATERIALIZED (SELECT *, ${PERMITS} >= 1 AS granted FROM refilled_gate),
  spent_gate AS (${SPEND}
    FROM gate, (SELECT 1 AS permits) AS used
    WHERE target.partner = gate.partner AND target.capability = gate.capability AND gate.granted
  )
  SELECT granted, is_open,
    ceil(1000 * CASE WHEN granted THEN 0
      WHEN is_open THEN extract(epoch FROM open_until - moment)::double precision
      ELSE (1 - tokens) / $3::double precision END)::integer AS retry_after_ms
  FROM gate`,
};

/** $1 partners, $2 gates, $3 bursts, side by side. */
export const ENSURE = {
  name: 'gate-ensure',
  text: `INSERT INTO partner_gates (partner, capability, tokens)
    SELECT * FROM unnest($1::text[], $2::text[], $3::double precision[]) ON CONFLICT DO NOTHING`,
};

/**
 * What calls of one gate said, summed. $1 partner, $2 gate, $3 was there a success, $4 failures after the last
 * success (all of them where there was none), $5 was there a failure. A failure that comes in while the breaker is
 * open or half open is old news, or the probe's, whose pause is booked already.
 */
export const REPORT = {
  name: 'gate-report',
  text: `WITH told AS MATERIALIZED (
    SELECT partner, capability, $3::boolean OR open_until IS NULL AS is_closed,
      CASE WHEN $3::boolean THEN $4::integer WHEN open_until IS NULL THEN failures + $4::integer ELSE failures END AS failures
    FROM partner_gates WHERE partner = $1::text AND capability = $2::text FOR UPDATE
  )
  UPDATE partner_gates AS target
  SET failures = told.failures,
    opened_count = CASE WHEN told.is_closed AND told.failures >= ${FAILURES_TO_OPEN} THEN 1 WHEN $3::boolean THEN 0 ELSE target.opened_count END,
    open_until = CASE WHEN told.is_closed AND told.failures >= ${FAILURES_TO_OPEN} THEN now() + ${pauseSql('0')}
      WHEN $3::boolean THEN NULL ELSE target.open_until END,
    last_success = CASE WHEN $3::boolean THEN now() ELSE target.last_success END,
    last_failure = CASE WHEN $5::boolean THEN now() ELSE target.last_failure END
  FROM told WHERE target.partner = told.partner AND target.capability = told.capability`,
};

/**
 * Where the probe has said nothing of the partner, the next one need not wait for the pause that was booked with it. That it
 * was the probe is not known; calls that had begun before shorten the pause until the last of them has ended. $1 partner, $2 gate.
 */
export const GIVE_BACK = {
  name: 'gate-give-back',
  text: `UPDATE partner_gates SET open_until = now(), opened_count = greatest(1, opened_count - 1)
    WHERE partner = $1::text AND capability = $2::text AND open_until > now()`,
};

export const STATES = {
  name: 'gate-states',
  text: `SELECT partner, capability, failures, last_success, last_failure,
      CASE WHEN open_until > now() THEN open_until END AS open_until,
      CASE WHEN open_until IS NULL THEN 'closed' WHEN open_until > now() THEN 'open' ELSE 'half_open' END AS breaker
    FROM partner_gates WHERE $1::text IS NULL OR partner = $1 ORDER BY partner, capability`,
};
