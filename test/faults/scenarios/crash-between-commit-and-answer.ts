import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { newOrder } from '../orders.js';
import { type Scenario, type World } from '../world.js';
import { assertWhole, operationsOf } from './intake-sights.js';
import { type Asking, KINDS } from './load.js';
import { allSucceeded, idOf, movedOnce } from './sights.js';

/** The client hears nothing, asks the other api, and is told what had become of its first request. */
async function orderIsFound(world: World, asking: Asking): Promise<string> {
  const { recorder, random } = world;
  const order = newOrder(random, {});
  const key = randomUUID();
  const point = world.failPoint({ process: 'api', index: 0, statement: 'intake', when: 'after' });
  const lost = await recorder[asking](order, { key, api: 0, retry: false });
  await point.struck;
  assert.equal(lost.status, 0, 'the api died before it could answer');
  const stored = await operationsOf(world, [order.reference]);
  assert.equal(stored.length, 1, 'what was committed is there');
  const again = await recorder[asking](order, { key, api: 1 });
  assert.equal(idOf(again), stored[0]);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  await world.restart('api', 0, 'SIGKILL');
  assert.equal(idOf(await recorder[asking](order, { key, api: 0 })), stored[0]);
  assert.deepEqual(await operationsOf(world, [order.reference]), stored);
  await assertWhole(world, [{ key, reference: order.reference }]);
  return idOf(again);
}

/** A reversal is stored in a transaction of several statements: its end is what counts. */
async function reversalIsFound(world: World, when: 'before' | 'after'): Promise<string> {
  const { recorder, stack } = world;
  const original = idOf(await recorder.pay({ partner: 'wave-sn' }));
  await allSucceeded(world, [original]);
  const key = randomUUID();
  const point = world.failPoint({ process: 'api', index: 1, statement: 'COMMIT', when });
  const lost = await recorder.reverse(original, undefined, { key, api: 1, retry: false });
  await point.struck;
  assert.equal(lost.status, 0, 'the api died before it could answer');
  const again = await recorder.reverse(original, undefined, { key, api: 0 });
  const id = idOf(again);
  assert.equal(again.headers.get('idempotency-replayed'), when === 'after' ? 'true' : null);
  const { rows } = await stack.database.query('SELECT id FROM operations WHERE reverses = $1', [original]);
  assert.deepEqual(rows, [{ id }], 'one reversal');
  await world.restart('api', 1, 'SIGKILL');
  return id;
}

export const betweenCommitAndAnswer: Scenario = {
  id: 'F1',
  title: 'the api dies between commit and answer',
  async run(world) {
    const { random } = world;
    const orders: string[] = [];
    for (const asking of random.shuffle(KINDS)) orders.push(await orderIsFound(world, asking));
    const reversals: string[] = [];
    for (const when of random.shuffle(['before', 'after'] as const)) {
      reversals.push(await reversalIsFound(world, when));
    }
    await movedOnce(world, await allSucceeded(world, orders));
    await allSucceeded(world, reversals);
  },
};
