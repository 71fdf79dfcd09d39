import assert from 'node:assert/strict';
import { type Fault } from '../../support/sandbox-controls.js';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, idOf, movedOnce, partyOf, type PartnerId, phones } from './sights.js';

const WAVE = 'wave-sn';
const MPESA = 'mpesa-ke';
const COPIES = 12;
const AMOUNTS = { least: 3_000, most: 90_000 };

interface Receipt {
  readonly id: string;
  readonly state: string;
  readonly minor: string;
}

async function operationsWith({ stack }: World, receipt: string): Promise<readonly Receipt[]> {
  const { rows } = await stack.database.query<Receipt>(
    `SELECT o.id, o.state, o.amount_minor::text AS minor FROM operations o
     WHERE o.kind = 'receipt' AND (o.receipt = $1 OR o.claimed_receipt = $1)`,
    [receipt],
  );
  return rows;
}

/** A customer pays of his own accord, and the partner tells it as the fault wants. @returns the receipt's number */
async function paidUnasked(
  world: World,
  partner: PartnerId,
  fault: Fault | null,
): Promise<() => Promise<void>> {
  const { random, stack } = world;
  const [msisdn = ''] = phones(random, partner, 1);
  const party = partyOf(partner, msisdn);
  if (fault) await stack.sandbox.addFault(partner, { ...fault, match: { party } });
  const amount = String(random.integer(AMOUNTS.least, AMOUNTS.most));
  const order = partner === WAVE ? { amount, mobile: msisdn } : { amount, msisdn: party, billRef: 'HSE-12' };
  const told = await stack.sandbox.payUnasked(partner, order);
  const receipt = String(told['receipt'] ?? told['id']);
  const minor = partner === WAVE ? amount : `${amount}00`;
  return async () => {
    const [found, ...more] = await world.until(
      `the receipt ${receipt} of ${partner}`,
      async () => {
        const operations = await operationsWith(world, receipt);
        return operations.some(({ state }) => state === 'succeeded') && operations;
      },
      15_000,
    );
    assert.deepEqual(more, [], `the receipt ${receipt} of ${partner} came in once`);
    assert.equal(found?.minor, minor, `the amount of ${receipt}`);
  };
}

/** A prompt that is paid is told of twice: by its own callback, and as money that came in. */
async function promptsAreNoReceipts(world: World): Promise<void> {
  const faults: readonly (Fault | null)[] = [
    null,
    { fault: 'callback-early' },
    { fault: 'callback-duplicated', copies: COPIES },
    { fault: 'callback-out-of-order', count: 1, delayMs: 1_500 },
    { fault: 'callback-late', count: 1, delayMs: 1_500 },
    { fault: 'callback-lost', count: 1 },
  ];
  // The same amount for all: it does not tell them apart.
  const value = String(world.random.integer(10, 2_000));
  const ids: string[] = [];
  const numbers = phones(world.random, MPESA, faults.length);
  for (const [n, fault] of faults.entries()) {
    const msisdn = numbers[n] ?? '';
    const match = { party: partyOf(MPESA, msisdn) };
    if (fault) await world.stack.sandbox.addFault(MPESA, { ...fault, match });
    ids.push(idOf(await world.recorder.pay({ partner: MPESA, msisdn, value })));
  }
  const ended = await allSucceeded(world, ids);
  await movedOnce(world, ended);
  await world.settle();
  for (const { id } of ended) {
    const { entries } = await world.stack.sandbox.books(
      MPESA,
      (await world.stack.client.operation(id)).reference ?? '',
    );
    for (const { receipt = '' } of entries) {
      assert.deepEqual(
        await operationsWith(world, receipt),
        [],
        `the payment ${id} came in as a receipt too`,
      );
    }
  }
}

/** A worker dies with the receipt on its way to the database, or stored and not heard of. It lives again when this resolves. */
async function diesOfReceipt(world: World, when: 'before' | 'after'): Promise<() => Promise<void>> {
  world.say(`     a worker dies ${when} it has stored a receipt`);
  const points = [0, 1].map((index) =>
    world.failPoint({ process: 'worker', index, statement: 'receipt-store', when }),
  );
  const check = await paidUnasked(world, WAVE, { fault: 'callback-duplicated', copies: COPIES });
  await Promise.race(points.map(({ struck }) => struck));
  for (const point of points) point.disarm();
  await world.heal();
  return check;
}

/** Money that nobody asked for is an operation, once for each receipt number, however it is told. */
export const unaskedReceipts: Scenario = {
  id: 'F26',
  title: 'money comes unasked, and is told badly',
  async run(world) {
    const { status } = await world.stack.client.post(`/v1/partners/${MPESA}/registration`, {});
    assert.equal(status, 200);
    await promptsAreNoReceipts(world);
    const faults: readonly (Fault | null)[] = [
      null,
      { fault: 'callback-duplicated', copies: COPIES },
      { fault: 'callback-late', count: 1, delayMs: 1_000 },
      { fault: 'callback-out-of-order', count: 1, delayMs: 1_000 },
    ];
    const checks: (() => Promise<void>)[] = [];
    for (const partner of [WAVE, MPESA] as const) {
      for (const fault of faults) checks.push(await paidUnasked(world, partner, fault));
    }
    // Both ends of the statement, whichever worker comes to it.
    for (const when of world.random.shuffle(['before', 'after'] as const)) {
      checks.push(await diesOfReceipt(world, when));
    }
    await Promise.all(checks.map((check) => check()));
  },
};
