import assert from 'node:assert/strict';
import { KEEPER } from '../settings.js';
import { type Scenario } from '../world.js';
import { assertEven, bring, credited, customer, customers, passedOn } from './incoming.js';
import { closeBreakers } from './sights.js';

/** Whoever has spent it, and whoever may keep it. */
const KEPT = ['31', '32'];
const SILENT = { fault: 'timeout-before-acting', match: { path: '/reversals/' }, count: 2 } as const;
const LOST = { fault: 'timeout-after-acting', match: { path: '/reversals/' }, count: 2 } as const;

/** What cannot be taken back is not forgotten: somebody is told, and nobody is charged twice. */
export const keptCredit: Scenario = {
  id: 'F34',
  title: 'a credit that the scheme did not pay for cannot be taken back, or only at the third try',
  async run(world) {
    const { sandbox } = world.stack;
    await sandbox.misbehave(KEEPER, SILENT, LOST);
    const stubborn = await Promise.all(customers(4).map((payee) => bring(world, payee, { plan: 'expired' })));
    const kept = await Promise.all(KEPT.map((ending) => bring(world, customer(ending), { plan: 'expired' })));
    await assertEven(world, stubborn);
    await sandbox.misbehave(KEEPER);
    await closeBreakers(world);
    for (const { payee } of kept) {
      const [passage] = await passedOn(world, [payee]);
      assert.equal(passage?.receiptState, 'failed');
      assert.deepEqual(passage.flags, ['credit_not_taken_back'], `${payee} keeps it, and nobody is told`);
      assert.ok((await credited(world, payee)) > 0, `${payee} keeps what it got`);
    }
  },
};
