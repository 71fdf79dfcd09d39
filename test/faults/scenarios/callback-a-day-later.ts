import assert from 'node:assert/strict';
import { type Scenario, type World } from '../world.js';
import { othersRest } from './intake-sights.js';
import {
  allSucceeded,
  discrepancies,
  idOf,
  movedOnce,
  movements,
  partyOf,
  passages,
  phones,
  type Standing,
  standing,
} from './sights.js';

const DAY_MS = 24 * 3_600_000;
/** A payer whose prompt times out, and one who cancels: both are debited two seconds later all the same. */
const PAYS_AFTER_ALL = { told: '+254700000142', toldNextDay: '+254700000141' };
const MPESA = 'mpesa-ke';
/** Of either partner, what is told a day late: a payment, and a payout beside the payment that is corrected. */
const TOLD_LATE = [1, 2];
/** Result codes of a prompt. */
const PAID = '0';
const CANCELLED = '1032';

const READ = `SELECT count(*)::int AS count FROM callbacks WHERE partner = $1 AND state = 'done'`;

async function callbacksRead({ stack }: World, partner: string): Promise<number> {
  const { rows } = await stack.database.query<{ count: number }>(READ, [partner]);
  return rows[0]?.count ?? 0;
}

/** Their news waits for a day; an enquiry settles them meanwhile. */
async function settledWithout(world: World): Promise<readonly string[]> {
  const orders = [
    { partner: 'wave-sn', kind: 'pay' },
    { partner: MPESA, kind: 'transfer' },
  ] as const;
  return Promise.all(
    orders.map(async ({ partner, kind }) => {
      const [msisdn = ''] = phones(world.random, partner, 1);
      const match = { party: partyOf(partner, msisdn) };
      await world.stack.sandbox.addFault(partner, { fault: 'callback-late', delayMs: DAY_MS, match });
      return idOf(await world.recorder[kind]({ partner, msisdn }));
    }),
  );
}

/** Refused at first; the money moves later, and that is told a day later. */
async function deniedThenPaid(world: World): Promise<string> {
  const msisdn = PAYS_AFTER_ALL.toldNextDay;
  const id = idOf(await world.recorder.pay({ partner: MPESA, msisdn }));
  await world.until('the payment fails', async () => (await standing(world, [id]))[0]?.state === 'failed');
  const match = { party: partyOf(MPESA, msisdn) };
  await world.stack.sandbox.addFault(MPESA, { fault: 'callback-late', delayMs: DAY_MS, match });
  await world.until('the money moves after all', async () => {
    const [operation] = await standing(world, [id]);
    return operation && (await movements(world, operation)).length > 0;
  });
  return id;
}

const TOLD = `
  SELECT convert_from(body, 'UTF8')::jsonb #>> '{Body,stkCallback,ResultCode}' AS result FROM callbacks
  WHERE partner = $1 AND path = $2 ORDER BY received_at`;

/** What the payer's prompt was told to have come to, in the order in which it was told. */
async function toldOf({ stack }: World, id: string): Promise<readonly string[]> {
  const { rows } = await stack.database.query<{ result: string }>(TOLD, [MPESA, `stk/${id}`]);
  return rows.map(({ result }) => result);
}

/** A refusal may be overturned: this waits for the proof. */
const succeeded = (world: World, id: string): Promise<readonly Standing[]> =>
  world.until(
    `${id} succeeds`,
    async () => {
      const rows = await standing(world, [id]);
      return rows[0]?.state === 'succeeded' && rows;
    },
    15_000,
  );

/** "Cancelled" is held back until "paid" has been told, and changes nothing then. */
async function outOfOrder(world: World): Promise<string> {
  const msisdn = PAYS_AFTER_ALL.told;
  const match = { party: partyOf(MPESA, msisdn) };
  const held = { fault: 'callback-out-of-order', count: 1, delayMs: 8_000, match } as const;
  await world.stack.sandbox.addFault(MPESA, held);
  const id = idOf(await world.recorder.pay({ partner: MPESA, msisdn }));
  await movedOnce(world, await succeeded(world, id));
  const told = await world.until('both news of it', async () => {
    const results = await toldOf(world, id);
    return results.length === 2 && results;
  });
  assert.deepEqual(told, [PAID, CANCELLED], 'they came in order');
  return id;
}

/** What is late finds its operation; what it says already changes nothing, and what is proven corrects it. */
export const aDayLater: Scenario = {
  id: 'F17',
  title: 'callbacks come a day later, and out of order',
  async run(world) {
    // Whatever else the partner calls about would end the wait of what is held back.
    await othersRest(world);
    const swapped = await outOfOrder(world);
    const [settled, corrected] = await Promise.all([settledWithout(world), deniedThenPaid(world)]);
    await movedOnce(world, await allSucceeded(world, settled));
    const before = await Promise.all(settled.map((id) => passages(world, id)));
    const read = await Promise.all([callbacksRead(world, 'wave-sn'), callbacksRead(world, MPESA)]);

    world.say('a day passes at the partners');
    await world.stack.sandbox.advance(DAY_MS + 60_000);
    await movedOnce(world, await succeeded(world, corrected));
    await world.until('the late news is read', async () => {
      const now = await Promise.all([callbacksRead(world, 'wave-sn'), callbacksRead(world, MPESA)]);
      return now.every((count, n) => count >= (read[n] ?? 0) + (TOLD_LATE[n] ?? 0));
    });
    await world.settle();

    assert.ok((await discrepancies(world, corrected)).includes('late_success'), 'the correction is told');
    assert.deepEqual(
      await Promise.all(settled.map((id) => passages(world, id))),
      before,
      'late news repeats',
    );
    for (const id of [swapped, corrected]) assert.equal((await passages(world, id)).at(-1), 'succeeded');
  },
};
