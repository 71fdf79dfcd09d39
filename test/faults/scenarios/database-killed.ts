import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type World } from '../world.js';
import { assertPolite, heardBetween, startLoad } from './load.js';
import { recovered } from './recovery.js';

const SENDERS = 12;
const AWAY_MS = 1_500;
const LOADED_MS = { least: 400, most: 900 };

const pidsOf = ({ stack: { apis, workers } }: World) => [...apis, ...workers].map(({ pid }) => pid);

/** While PostgreSQL is away: nobody is told that anything is safe, and the process says what it lacks. */
async function assertAway({ stack, recorder }: World): Promise<void> {
  for (const url of stack.apiUrls) {
    assert.equal((await fetch(`${url}/health/ready`)).status, 503, 'ready, without a database');
    assert.equal((await fetch(`${url}/health/live`)).status, 200, 'alive, also without a database');
  }
  const { status } = await recorder.callback({
    ...{ partner: 'wave-sn', path: '/webhook', headers: { 'content-type': 'application/json' }, body: '{}' },
  });
  assert.equal(status, 503, 'a callback that cannot be stored');
}

export const databaseKilled: Scenario = {
  id: 'F7',
  title: 'PostgreSQL is killed under load, and started again',
  async run(world) {
    const { postgres, random } = world;
    const pids = pidsOf(world);
    const load = startLoad(world, SENDERS);
    await sleep(random.integer(LOADED_MS.least, LOADED_MS.most));
    const from = new Date();
    await postgres.stop('immediate');
    const goneAt = performance.now();
    await assertAway(world);
    await sleep(AWAY_MS);
    await world.until(
      'somebody asks while PostgreSQL is away',
      () => heardBetween(load.heard, goneAt, performance.now()).length > 0,
    );
    const backAt = performance.now();
    await postgres.start();
    const over = new Date();
    await sleep(LOADED_MS.most);
    const ids = await load.stop();
    assertPolite(load.heard);
    const meanwhile = heardBetween(load.heard, goneAt, backAt);
    assert.deepEqual(
      meanwhile.filter(({ operation }) => operation !== null),
      [],
      'nothing is acknowledged without a database',
    );
    await recovered(world, ids, { from, over });
    assert.deepEqual(pidsOf(world), pids, 'every process is still the one that it was');
  },
};
