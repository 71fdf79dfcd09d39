import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { newOrder } from '../orders.js';
import { type Scenario, type World } from '../world.js';
import { assertWhole, operationsOf } from './intake-sights.js';
import { KINDS } from './load.js';
import { allSucceeded, idOf, movedOnce } from './sights.js';

/** The client hears nothing, asks the other api, and is told what had become of its first request. */
async function orderIsFound(world: World): Promise<string> {
  const { recorder, random } = world;
  const order = newOrder(random, {});
  const asking = random.pick(KINDS);
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
  return id;
}

export const betweenCommitAndAnswer: Scenario = {
  id: 'F1',
  title: 'the api dies between commit and answer',
  async run(world) {
    const order = await orderIsFound(world);
    const reversal = await reversalIsFound(world, world.random.pick(['before', 'after']));
    await world.restart('api', 1, 'SIGKILL');
    await movedOnce(world, await allSucceeded(world, [order]));
    await allSucceeded(world, [reversal]);
  },
};
