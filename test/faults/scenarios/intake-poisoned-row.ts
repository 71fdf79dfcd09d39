import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { newOrder, orderBody } from '../orders.js';
import { type Answered, type Scenario, type World } from '../world.js';
import { operationsOf } from './intake-sights.js';
import { allSucceeded, idOf, movedOnce } from './sights.js';

const NEIGHBOURS = 40;
/** More than an api stores side by side, one after the other, so that each is a batch: whatever comes after them gathers. */
const BEFORE = 12;
const APART_MS = 30;
/** Meanwhile everything else gathers in one batch. */
const HELD_MS = 500;
/** Of a batch of that many: halves, quarters, and so on, until the bad row stands alone. */
const LEAST_PARTS = 4;

/** No row with the first reference can be stored; none with the second can have an outcome. */
const poison = (unstorable: string, unending: string): string => `
  ALTER TABLE operations ADD CONSTRAINT fault_poison CHECK (reference IS NULL OR (reference <> '${unstorable}'
    AND (reference <> '${unending}' OR state IN ('received', 'submitting', 'unknown')))) NOT VALID`;
const CURE = 'ALTER TABLE operations DROP CONSTRAINT IF EXISTS fault_poison';

/** What somebody might send to break a batch: text that JSON can carry and a table cannot. */
const ODDITIES = ['\u0000', 'a\u0000b', '\ud800', '\udc00x', '\u202e\u0007'] as const;

/** Nobody's request is stored before the lock is gone: what comes after the first ones becomes one batch. */
async function whileIntakeWaits<T>(
  { stack }: World,
  first: () => Promise<T>,
  work: () => Promise<T>[],
): Promise<T[]> {
  const locker = await stack.database.connect();
  try {
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE idempotency_keys IN SHARE MODE');
    const before: Promise<T>[] = [];
    while (before.length < BEFORE) {
      before.push(first());
      await sleep(APART_MS);
    }
    const begun = work();
    await locker.query('SELECT pg_sleep($1)', [HELD_MS / 1_000]);
    await locker.query('COMMIT');
    await Promise.all(before);
    return await Promise.all(begun);
  } finally {
    locker.release();
  }
}

/** What is stored by one statement is stored at one moment: a batch that was whole has one, one that was halved has several. */
async function assertHalved({ stack }: World, ids: readonly string[]): Promise<void> {
  const { rows } = await stack.database.query<{ parts: number }>(
    'SELECT count(DISTINCT created_at)::int AS parts FROM operations WHERE id = ANY ($1::uuid[])',
    [ids],
  );
  const parts = rows[0]?.parts ?? 0;
  assert.ok(parts >= LEAST_PARTS, `the row that was refused had no batch to spoil: ${parts} parts`);
  assert.ok(parts <= ids.length / 2, `what was beside it was stored one by one: ${parts} parts`);
}

const oddRequests = ({ recorder, random }: World): Promise<Answered>[] =>
  ODDITIES.flatMap((oddity) => {
    const body = orderBody('payer', newOrder(random, { partner: 'mpesa-ke' }));
    const options = { api: 0, retry: false };
    return [
      recorder.send('/v1/payments', { ...body, description: oddity }, options),
      recorder.send('/v1/payments', { ...body, metadata: { branch: oddity } }, options),
      recorder.send('/v1/payments', { ...body, metadata: { [oddity]: 'DKR' } }, options),
    ];
  });

export const poisonedRow: Scenario = {
  id: 'F4',
  title: 'one row of a batch is refused by the database',
  async run(world) {
    const { recorder, random, stack } = world;
    const [unstorable, unending] = [newOrder(random, {}), newOrder(random, { partner: 'wave-sn' })];
    await stack.database.query(poison(unstorable.reference, unending.reference));
    try {
      const pay = () => recorder.pay({}, { api: 0, retry: false });
      const [refused, endless, ...others] = await whileIntakeWaits(world, pay, () => [
        recorder.transfer(unstorable, { api: 0, retry: false }),
        recorder.transfer(unending, { api: 0, retry: false }),
        ...Array.from({ length: NEIGHBOURS }, pay),
        ...oddRequests(world),
      ]);
      assert.ok(refused && endless);
      assert.equal(refused.status, 500, 'a row that the database refuses is a fault of ours');
      assert.deepEqual(await operationsOf(world, [unstorable.reference]), []);
      const neighbours = others.slice(0, NEIGHBOURS).map(idOf);
      await assertHalved(world, neighbours);
      const odd = others.slice(NEIGHBOURS);
      for (const { status, body } of odd) {
        assert.ok(status === 202 || (status >= 400 && status < 500), `${status}: ${JSON.stringify(body)}`);
      }
      await allSucceeded(world, neighbours);
      const { state } = await stack.client.operation(idOf(endless));
      assert.ok(['submitting', 'unknown'].includes(state), `its outcome cannot be written, it is ${state}`);
      await stack.database.query(CURE);
      await movedOnce(world, await allSucceeded(world, [idOf(endless)]));
    } finally {
      await stack.database.query(CURE);
    }
  },
};
