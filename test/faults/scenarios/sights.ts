import assert from 'node:assert/strict';
import { type Fault } from '../../support/sandbox-controls.js';
import { type Random } from '../random.js';
import { type Answered, type Order, type World } from '../world.js';

export type PartnerId = Order['partner'];

const ENDED = ['succeeded', 'failed', 'cancelled', 'expired'];

/** An operation as it stands in the database. */
export interface Standing {
  readonly id: string;
  readonly partner: string;
  readonly kind: string;
  readonly state: string;
  readonly reference: string | null;
  readonly partnerReference: string | null;
  readonly receipt: string | null;
  readonly attempts: number;
}

/** Numbers that mean nothing in the sandbox, each another one: two prompts on one phone get in each other's way. */
export function phones(random: Random, partner: PartnerId, count: number): readonly string[] {
  const first = random.integer(0, 9_999);
  return Array.from({ length: count }, (_, n) => {
    const own = String((first + n) % 10_000).padStart(4, '0');
    switch (partner) {
      case 'wave-sn':
        return `+22178${own}${random.integer(0, 9)}${random.integer(20, 99)}`;
      case 'mpesa-ke':
        return `+25471${own}${random.integer(100, 999)}`;
      case 'mojaloop-sn':
      case 'mojaloop-fspiop-sn':
        return `+22170${own}${random.integer(0, 9)}${random.integer(70, 99)}`;
    }
  });
}

/** How the partner writes a number: what its faults are matched by. */
export const partyOf = (partner: PartnerId, msisdn: string): string =>
  partner === 'wave-sn' ? msisdn : msisdn.slice(1);

/** The partner misbehaves towards one number only. */
export const towards = (partner: PartnerId, msisdn: string, fault: Fault): Fault => ({
  ...fault,
  match: { ...fault.match, party: partyOf(partner, msisdn) },
});

/** @throws when it was not taken in */
export function idOf({ status, operation, body }: Answered): string {
  assert.ok(operation, `the order was answered ${status}: ${JSON.stringify(body)}`);
  return operation.id;
}

export async function standing({ stack }: World, ids: readonly string[]): Promise<readonly Standing[]> {
  const { rows } = await stack.database.query<Standing>(
    `SELECT o.id, partner, kind, state, reference, partner_reference AS "partnerReference", receipt, attempts
     FROM unnest($1::uuid[]) WITH ORDINALITY AS asked(id, n) JOIN operations o USING (id) ORDER BY n`,
    [ids],
  );
  return rows;
}

/** Resolves when all of them have ended. @throws naming one that has not */
export async function allEnded(
  world: World,
  ids: readonly string[],
  withinMs = 25_000,
): Promise<readonly Standing[]> {
  const isOpen = ({ state }: Standing): boolean => !ENDED.includes(state);
  let rows: readonly Standing[] = [];
  try {
    return await world.until(
      'their end',
      async () => (rows = await standing(world, ids)).length === ids.length && !rows.some(isOpen) && rows,
      withinMs,
    );
  } catch (cause) {
    const left = rows.filter(isOpen);
    const names = left
      .slice(0, 3)
      .map(({ kind, id, partner, state }) => `${kind} ${id} at ${partner} is ${state}`);
    const message = `${left.length} of ${ids.length} have not ended in ${withinMs / 1_000} s: ${names.join('; ')}`;
    throw new Error(message, { cause });
  }
}

/** Resolves when all of them have succeeded. @throws as soon as one has not */
export async function allSucceeded(world: World, ids: readonly string[], withinMs?: number) {
  const rows = await allEnded(world, ids, withinMs);
  for (const { id, partner, kind, state } of rows) {
    assert.equal(state, 'succeeded', `${kind} ${id} at ${partner} ended as ${state}`);
  }
  return rows;
}

/** The states that an operation went through. */
export async function passages({ stack }: World, id: string): Promise<readonly string[]> {
  const { rows } = await stack.database.query<{ to_state: string }>(
    'SELECT to_state FROM transitions WHERE operation_id = $1 ORDER BY sequence',
    [id],
  );
  return rows.map(({ to_state }) => to_state);
}

/** Kinds of the discrepancies about an operation, settled ones included. */
export async function discrepancies({ stack }: World, id: string): Promise<readonly string[]> {
  const { rows } = await stack.database.query<{ kind: string }>(
    'SELECT kind FROM discrepancies WHERE operation_id = $1',
    [id],
  );
  return rows.map(({ kind }) => kind);
}

/** What really moved for an operation, by the partner's own books. */
export async function movements(
  { stack }: World,
  { id, partner, reference, partnerReference, kind }: Standing,
) {
  const names = new Set([id, reference, partnerReference].filter((name) => name !== null));
  const found = await Promise.all([...names].map((name) => stack.sandbox.books(partner, name)));
  return found.flatMap(({ entries }) => entries).filter((entry) => entry.kind === kind);
}

/** Money moved for each of them, and once. */
export async function movedOnce(world: World, operations: readonly Standing[]): Promise<void> {
  for (const operation of operations) {
    const { length } = await movements(world, operation);
    assert.equal(
      length,
      1,
      `${operation.kind} ${operation.id} at ${operation.partner} moved ${length} times`,
    );
  }
}

/** What really was given back of it: the partner's books name what is given back, by a receipt that may come after success. */
export async function givenBack(world: World, { id, partner }: Standing) {
  const names = [id, ...(await standing(world, [id])).flatMap(({ receipt }) => receipt ?? [])];
  const found = await Promise.all(names.map((name) => world.stack.sandbox.books(partner, name)));
  return found.flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'reversal');
}

/** How often a partner was called on routes whose path has this part. */
export async function requestsTo({ stack }: World, partner: PartnerId, part: string): Promise<number> {
  const { requests } = await stack.sandbox.requests(partner);
  return requests.filter(({ path }) => path.includes(part)).reduce((sum, { count }) => sum + count, 0);
}

/** As operations would, who know that the partner is well again: nobody waits for a pause to end. */
export async function closeBreakers({ stack }: World): Promise<void> {
  await stack.database.query('UPDATE partner_gates SET open_until = NULL, failures = 0, opened_count = 0');
}

/** What changes operations under way, behind the back of the gateway. */
interface Tampering {
  /** SQL. */
  readonly set: string;
  readonly where: string;
}

/**
 * Changes operations under way. They are held before, in the order of their ids as everywhere: no two wait for each other.
 * @param ids none but these; null: any
 */
export async function changeOperations(
  { stack }: World,
  ids: readonly string[] | null,
  { set, where }: Tampering,
): Promise<void> {
  const client = await stack.database.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM operations WHERE ($1::uuid[] IS NULL OR id = ANY ($1)) AND ${where} ORDER BY id FOR UPDATE`,
      [ids],
    );
    await client.query(`UPDATE operations SET ${set} WHERE id = ANY ($1::uuid[])`, [
      rows.map(({ id }) => id),
    ]);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Their deadline is now: whatever is not resolved is flagged. */
export const deadlineNow = (world: World, ids: readonly string[]): Promise<void> =>
  changeOperations(world, ids, { set: 'deadline_at = now()', where: 'deadline_at IS NOT NULL' });
