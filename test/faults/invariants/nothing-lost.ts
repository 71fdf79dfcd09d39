import type pg from 'pg';
import { type Acknowledgement } from '../world.js';
import { type Evidence, fewOf, type Invariant } from './invariant.js';
import { minorOf } from './money.js';

type AcknowledgedOperation = Extract<Acknowledgement, { what: 'operation' }>;
type AcknowledgedCallback = Extract<Acknowledgement, { what: 'callback' }>;
type AcknowledgedConfirmation = Extract<Acknowledgement, { what: 'confirmation' }>;
type AcknowledgedCancellation = Extract<Acknowledgement, { what: 'cancellation' }>;

/** So many of the youngest are sent again. */
const REPLAYED = 10;

/** $1: operations, $2: keys, as they were acknowledged. */
const LOST = `
  SELECT format('operation %s, acknowledged for the key %s, %s', asked.id, asked.key, CASE
      WHEN o.id IS NULL THEN 'is not there' WHEN k.operation_id IS NULL THEN 'has lost its key'
      ELSE 'has another key' END) AS what
  FROM unnest($1::uuid[], $2::text[]) AS asked(id, key)
  LEFT JOIN operations o ON o.id = asked.id
  LEFT JOIN idempotency_keys k ON k.client_id = o.client_id AND k.key = asked.key
  WHERE o.id IS NULL OR k.operation_id IS DISTINCT FROM o.id`;

/** $1: as `AskedFor`. What was taken in is what was asked for: of a set of requests, each row its own. */
const ANOTHER = `
  SELECT format('operation %s is not what was asked for: %s %s of %s %s for %s%s at %s', o.id, o.kind, o.reference,
    o.amount_minor, o.currency, o.payer_value, o.payee_value, o.partner) AS what
  FROM json_to_recordset($1::json) AS asked(id uuid, partner text, minor text, currency text, payer text, payee text,
    reference text)
  JOIN operations o ON o.id = asked.id
  WHERE (o.partner, o.amount_minor::text, o.currency) IS DISTINCT FROM (asked.partner, asked.minor, asked.currency)
    OR o.payer_value IS DISTINCT FROM coalesce(asked.payer, o.payer_value)
    OR o.payee_value IS DISTINCT FROM coalesce(asked.payee, o.payee_value)
    OR o.reference IS DISTINCT FROM coalesce(asked.reference, o.reference)`;

interface AskedFor {
  readonly id: string;
  readonly partner: string;
  readonly minor: string;
  readonly currency: string;
  readonly payer: string | null;
  readonly payee: string | null;
  readonly reference: string | null;
}

interface Body {
  readonly partner?: string;
  readonly amount?: { readonly value: string; readonly currency: string };
  readonly payer?: { readonly value: string };
  readonly payee?: { readonly value: string };
  readonly reference?: string;
}

/** What gives money back names an operation, and no partner. */
function askedFor({ operationId: id, sent }: AcknowledgedOperation): readonly AskedFor[] {
  const { partner, amount, payer, payee, reference = null } = sent as Body;
  if (partner === undefined || amount === undefined) return [];
  const minor = minorOf(amount.value, amount.currency).toString();
  const parties = { payer: payer?.value ?? null, payee: payee?.value ?? null };
  return [{ id, partner, minor, currency: amount.currency, ...parties, reference }];
}

/** $1: partners, $2: digests in hex. */
const FORGOTTEN = `
  SELECT format('%s of %s callbacks of %s with digest %s are there', count(c.id), asked.times, asked.partner,
    left(asked.digest, 12)) AS what
  FROM (SELECT partner, digest, count(*) AS times FROM unnest($1::text[], $2::text[]) AS a(partner, digest)
    GROUP BY partner, digest) AS asked
  LEFT JOIN callbacks c ON c.partner = asked.partner AND c.digest = decode(asked.digest, 'hex')
  GROUP BY asked.partner, asked.digest, asked.times HAVING count(c.id) < asked.times`;

/**
 * $1: operations, $2: the steps that were confirmed. A yes stands in the row until the partner asks the next question; what
 * was sent with it names it for ever.
 */
const UNSAID = `
  SELECT format('the yes to the %s of operation %s, which is %s, is not there', asked.step, asked.id,
    coalesce(o.state, 'not there')) AS what
  FROM unnest($1::uuid[], $2::text[]) AS asked(id, step) LEFT JOIN operations o ON o.id = asked.id
  WHERE o.confirmed_step IS DISTINCT FROM asked.step
    AND NOT EXISTS (SELECT FROM transitions t WHERE t.operation_id = asked.id AND t.from_state = 'awaiting_confirmation'
      AND t.to_state = 'submitting' AND t.evidence->>'step' = asked.step)`;

/** $1: operations of which somebody was told that they are cancelled, whatever became of them afterwards. */
const GOES_ON = `
  SELECT format('operation %s, acknowledged as cancelled, is %s and never was', asked.id,
    coalesce(o.state, 'not there')) AS what
  FROM unnest($1::uuid[]) AS asked(id) LEFT JOIN operations o ON o.id = asked.id
  WHERE NOT EXISTS (SELECT FROM transitions t WHERE t.operation_id = asked.id AND t.to_state = 'cancelled')`;

/** What was acknowledged and is not in the database. */
export async function findLost(
  database: Pick<pg.Pool, 'query'>,
  acknowledged: readonly Acknowledgement[],
): Promise<readonly string[]> {
  const operations = acknowledged.filter((one): one is AcknowledgedOperation => one.what === 'operation');
  const callbacks = acknowledged.filter((one): one is AcknowledgedCallback => one.what === 'callback');
  const confirmations = acknowledged.filter(
    (one): one is AcknowledgedConfirmation => one.what === 'confirmation',
  );
  const cancellations = acknowledged.filter(
    (one): one is AcknowledgedCancellation => one.what === 'cancellation',
  );
  const lost = await database.query<{ what: string }>(LOST, [
    operations.map(({ operationId }) => operationId),
    operations.map(({ key }) => key),
  ]);
  const another = await database.query<{ what: string }>(ANOTHER, [
    JSON.stringify(operations.flatMap(askedFor)),
  ]);
  const forgotten = await database.query<{ what: string }>(FORGOTTEN, [
    callbacks.map(({ partner }) => partner),
    callbacks.map(({ digest }) => digest),
  ]);
  const unsaid = await database.query<{ what: string }>(UNSAID, [
    confirmations.map(({ operationId }) => operationId),
    confirmations.map(({ step }) => step),
  ]);
  const goingOn = await database.query<{ what: string }>(GOES_ON, [
    cancellations.map(({ operationId }) => operationId),
  ]);
  return [...lost.rows, ...another.rows, ...forgotten.rows, ...unsaid.rows, ...goingOn.rows].map(
    ({ what }) => what,
  );
}

async function replayed(
  { replay }: Evidence,
  acknowledgement: AcknowledgedOperation,
): Promise<readonly string[]> {
  const { operationId, key } = acknowledgement;
  const { operation, status } = await replay(acknowledgement);
  if (operation?.id === operationId) return [];
  return [`the key ${key} of operation ${operationId} now answers ${operation?.id ?? `status ${status}`}`];
}

export const nothingLost: Invariant = {
  id: 'I2',
  title: 'what was answered 2xx is there',
  check: async (evidence) => {
    const { database, acknowledged } = evidence;
    const youngest = acknowledged.filter((one) => one.what === 'operation').slice(-REPLAYED);
    const lost = await findLost(database, acknowledged);
    const answers = await Promise.all(youngest.map((one) => replayed(evidence, one)));
    return fewOf([...lost, ...answers.flat()]);
  },
};
