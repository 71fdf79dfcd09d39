import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FailPoint, type FailPointOrder, type Scenario, type World } from '../world.js';
import { othersRest } from './intake-sights.js';
import { allSucceeded, idOf, movedOnce, type PartnerId, phones, requestsTo, towards } from './sights.js';

/** More than a worker has on its way at once. */
const TRAPS = 16;
/** By then whoever was going to send something has sent it. */
const SETTLED_MS = 1_000;
const APPLY = 'operations-apply';

type Row = Readonly<Record<string, unknown>>;

async function rowOf({ stack }: World, id: string): Promise<Row> {
  const { rows } = await stack.database.query<Row>('SELECT * FROM operations WHERE id = $1', [id]);
  assert.ok(rows[0]);
  return rows[0];
}

const signal = ({ stack }: World, index: number, name: NodeJS.Signals): void => {
  const pid = stack.workers[index]?.pid;
  assert.ok(pid !== undefined);
  process.kill(pid, name);
};

const noWorkers = async (world: World): Promise<void> => {
  await Promise.all(world.stack.workers.map((worker) => worker.kill('SIGTERM')));
  await othersRest(world);
};

/**
 * What the late owner writes is held while it is stopped and another one takes over. Then it goes on, and its statement
 * is looked at before it hears what became of it.
 */
async function assertTooLate(world: World, id: string, skip: number, takenOver: () => Promise<unknown>) {
  const seen: { before?: Row; after?: Row } = {};
  const late: FailPointOrder = {
    ...{ process: 'worker', index: 0, statement: APPLY, when: 'before' },
    ...{ holding: id, skip },
  };
  const held = world.failPoint({
    ...late,
    act: async () => {
      signal(world, 0, 'SIGSTOP');
      await takenOver();
      seen.before = await rowOf(world, id);
      signal(world, 0, 'SIGCONT');
    },
  });
  const written = world.failPoint({
    ...late,
    when: 'after',
    act: async () => {
      seen.after = await rowOf(world, id);
    },
  });
  await world.stack.workers[0]?.start();
  await held.struck;
  await written.struck;
  assert.deepEqual(seen.after, seen.before, 'the late owner of a lease has overwritten');
}

/** Stopped with the partner's answer in hand, until another worker has found out by asking. */
async function lateAnswer(world: World): Promise<string> {
  const { recorder, stack, random } = world;
  await noWorkers(world);
  const [msisdn = ''] = phones(random, 'wave-sn', 1);
  const id = idOf(await recorder.transfer({ partner: 'wave-sn', msisdn }));
  await assertTooLate(world, id, 0, async () => {
    await stack.workers[1]?.start();
    await allSucceeded(world, [id]);
  });
  return id;
}

/** Stopped with the answer to an enquiry in hand, while another worker has a lease of its own on the same question. */
async function lateEnquiry(world: World): Promise<string> {
  const { recorder, stack, random } = world;
  await noWorkers(world);
  const [msisdn = ''] = phones(random, 'wave-sn', 1);
  const silence = { fault: 'timeout-after-acting', count: 1 } as const;
  await stack.sandbox.addFault('wave-sn', towards('wave-sn', msisdn, silence));
  const id = idOf(await recorder.transfer({ partner: 'wave-sn', msisdn }));
  const claimed = Promise.withResolvers<undefined>();
  const looked = Promise.withResolvers<undefined>();
  try {
    await assertTooLate(world, id, 1, async () => {
      world.failPoint({
        ...{ process: 'worker', index: 1, statement: APPLY, when: 'before', holding: id },
        act: async () => {
          claimed.resolve(undefined);
          await looked.promise;
        },
      });
      await stack.workers[1]?.start();
      await claimed.promise;
    });
  } finally {
    looked.resolve(undefined);
  }
  return id;
}

interface Claimed {
  readonly id: string;
  readonly partner: PartnerId;
}

/** Where the partner takes orders to pay out. */
const ROUTES = [
  ['wave-sn', '/v1/payout'],
  ['mpesa-ke', '/b2c/'],
] as const;

const ordersTo = (world: World): Promise<readonly number[]> =>
  Promise.all(ROUTES.map(([partner, route]) => requestsTo(world, partner, route)));

/** What worker 0 claims for the partner is held until `claimed` is done. @returns how to lie in wait no longer */
function holdClaims(world: World, { id, partner }: Claimed, claimed: () => Promise<unknown>): () => void {
  const points: FailPoint[] = [];
  let isClaimed = false;
  const lieInWait = (): void => {
    points.push(
      world.failPoint({
        ...{ process: 'worker', index: 0, statement: 'submissions-claim', when: 'after', holding: partner },
        act: async () => {
          // A claim that took nothing passes; the next one may take it.
          isClaimed ||= (await rowOf(world, id))['state'] !== 'received';
          if (isClaimed) await claimed();
          else lieInWait();
        },
      }),
    );
  };
  for (let trap = 0; trap < TRAPS; trap += 1) lieInWait();
  return () => {
    for (const point of points) point.disarm();
  };
}

/** Worker 0 is stopped until the other one has dealt with them. @returns how many orders had arrived by then */
async function othersTakeOver(world: World, orders: readonly Claimed[]): Promise<readonly number[]> {
  signal(world, 0, 'SIGSTOP');
  await world.stack.workers[1]?.start();
  const states = () => Promise.all(orders.map(async ({ id }) => String((await rowOf(world, id))['state'])));
  await world.until(
    'the other worker has dealt with them',
    async () => (await states()).every((state) => ['succeeded', 'failed'].includes(state)),
    15_000,
  );
  const sent = await ordersTo(world);
  signal(world, 0, 'SIGCONT');
  return sent;
}

/** Stopped between its claims and its calls. By then another worker may have sent the orders, or given them up. */
async function lateCalls(world: World): Promise<void> {
  const { recorder, stack, random } = world;
  await noWorkers(world);
  const orders: Claimed[] = [];
  for (const partner of random.shuffle(ROUTES.map(([name]) => name))) {
    const [msisdn = ''] = phones(random, partner, 1);
    orders.push({ partner, id: idOf(await recorder.transfer({ partner, msisdn })) });
  }
  const over = Promise.withResolvers<undefined>();
  const claimed = new Set<PartnerId>();
  const undo = orders.map((order) =>
    holdClaims(world, order, () => {
      claimed.add(order.partner);
      return over.promise;
    }),
  );
  try {
    await stack.workers[0]?.start();
    await world.until('worker 0 has claimed an order to each partner', () => claimed.size === orders.length);
    const sent = await othersTakeOver(world, orders);
    over.resolve(undefined);
    await sleep(SETTLED_MS);
    const now = await ordersTo(world);
    assert.deepEqual(now, sent, 'an order was sent after the lease under which it was to be sent');
  } finally {
    over.resolve(undefined);
    for (const disarm of undo) disarm();
  }
}

export const lateOwner: Scenario = {
  id: 'F11',
  title: 'a lease expires while its owner still lives',
  async run(world) {
    const ids = [await lateAnswer(world), await lateEnquiry(world)];
    await movedOnce(world, await allSucceeded(world, ids));
    await lateCalls(world);
  },
};
