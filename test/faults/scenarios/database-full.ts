import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type World } from '../world.js';
import { assertPolite, heardBetween, startLoad } from './load.js';
import { recovered } from './recovery.js';
import { idOf } from './sights.js';

const SENDERS = 12;
const LOADED_MS = 600;
const FULL_MS = 1_500;

/** As when nothing can be written any more: whatever would add to a table is refused, and can be read. */
const FULL = `
  CREATE OR REPLACE FUNCTION fault_full() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
  END
  $$`;
const TABLES = [
  ...['operations', 'transitions', 'events', 'attempts', 'enquiries', 'callbacks', 'notices', 'messages'],
  ...['idempotency_keys', 'partner_references', 'discrepancies', 'partner_gates'],
];

async function fill({ stack: { database } }: World): Promise<void> {
  await database.query(FULL);
  for (const table of TABLES) {
    await database.query(
      `CREATE OR REPLACE TRIGGER fault_full BEFORE INSERT OR UPDATE ON ${table} EXECUTE FUNCTION fault_full()`,
    );
  }
}

async function clear({ stack: { database } }: World): Promise<void> {
  for (const table of TABLES) await database.query(`DROP TRIGGER IF EXISTS fault_full ON ${table}`);
}

/** What was stored before can still be seen; what cannot be stored is not acknowledged. */
async function assertReadOnly({ recorder, stack }: World, known: string): Promise<void> {
  assert.equal((await stack.client.get(`/v1/operations/${known}`)).status, 200);
  const { status } = await recorder.callback({
    ...{ partner: 'wave-sn', path: '/webhook', headers: { 'content-type': 'application/json' }, body: '{}' },
  });
  assert.equal(status, 503, 'a callback that cannot be stored');
}

export const databaseFull: Scenario = {
  id: 'F8',
  title: 'PostgreSQL is full: what is there can be read, nothing can be written',
  async run(world) {
    const known = idOf(await world.recorder.pay());
    const load = startLoad(world, SENDERS);
    await sleep(LOADED_MS);
    const from = new Date();
    try {
      await fill(world);
      const fullAt = performance.now();
      await assertReadOnly(world, known);
      await sleep(FULL_MS);
      const meanwhile = () => heardBetween(load.heard, fullAt, performance.now());
      await world.until('somebody asks while PostgreSQL is full', () => meanwhile().length > 0);
      assert.deepEqual(
        meanwhile().filter(({ operation }) => operation !== null),
        [],
        'nothing is acknowledged that cannot be stored',
      );
    } finally {
      await clear(world);
    }
    const over = new Date();
    await sleep(LOADED_MS);
    const ids = await load.stop();
    assertPolite(load.heard);
    await recovered(world, ids, { from, over });
  },
};
