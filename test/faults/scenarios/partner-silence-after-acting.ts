import assert from 'node:assert/strict';
import { type Scenario, type World } from '../world.js';
import {
  allSucceeded,
  idOf,
  movedOnce,
  partyOf,
  type PartnerId,
  passages,
  phones,
  towards,
} from './sights.js';

/** All of them leave open whether the request was acted on. */
const SILENCES = [
  'timeout-after-acting',
  'reset-after-acting',
  'error-5xx-after-acting',
  'nonsense',
] as const;
/** Long enough for several enquiries that cannot know yet. */
const LATE_MS = 4_000;

async function order(world: World, kind: 'pay' | 'transfer', partner: PartnerId, isLate: boolean) {
  const [msisdn = ''] = phones(world.random, partner, 1);
  const { sandbox } = world.stack;
  const silence = { fault: world.random.pick(SILENCES), count: 1 } as const;
  await sandbox.addFault(partner, towards(partner, msisdn, silence));
  if (isLate) {
    const match = { party: partyOf(partner, msisdn) };
    await sandbox.addFault(partner, { fault: 'callback-late', delayMs: LATE_MS, match });
  }
  return idOf(await world.recorder[kind]({ partner, msisdn }));
}

/** What was accepted is found by asking, or told by callback; it is never sent a second time. */
export const silenceAfterActing: Scenario = {
  id: 'F13',
  title: 'the partner acts, and its answer never comes',
  async run(world) {
    const { random } = world;
    const orders = random.shuffle([
      ...(['wave-sn', 'mpesa-ke'] as const).flatMap((partner) =>
        (['pay', 'transfer'] as const).flatMap((kind) => [
          { partner, kind, isLate: false },
          { partner, kind, isLate: true },
        ]),
      ),
    ]);
    const ids: string[] = [];
    for (const { kind, partner, isLate } of orders) ids.push(await order(world, kind, partner, isLate));
    const ended = await allSucceeded(world, ids);
    for (const partner of ['wave-sn', 'mpesa-ke'] as const) {
      const left = (await world.stack.sandbox.faults(partner)).filter(({ count }) => count !== undefined);
      assert.deepEqual(left, [], `${partner} was to be silent, and was not`);
    }
    await movedOnce(world, ended);
    for (const { id, partner, kind, attempts } of ended) {
      assert.equal(attempts, 1, `${kind} ${id} at ${partner} was sent ${attempts} times`);
      // A signed webhook may settle a payment before its answer is missed.
      if (partner === 'wave-sn' && kind === 'payment') continue;
      const states = await passages(world, id);
      assert.ok(
        states.includes('unknown'),
        `${kind} ${id} at ${partner} was never unknown: ${states.join()}`,
      );
    }
  },
};
