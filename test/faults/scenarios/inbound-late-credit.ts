import assert from 'node:assert/strict';
import { type Fault } from '../../support/sandbox-controls.js';
import { KEEPER } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import { assertEven, bring, credits, customers, type Incoming } from './incoming.js';
import { closeBreakers } from './sights.js';

const EACH = 3;
/** Less than the back end takes, and more than lookup and price do. */
const EXPIRY_MS = 1_200;
const CREDITS = { path: '/credits/' };

interface Ill {
  readonly fault: Fault;
  /** Nobody hears of the credit in time; otherwise the next question may come in time. */
  readonly isTooLate: boolean;
}

/** In some of them the back end credits, and in none does it say so. */
const ILLS: Readonly<Record<string, Ill>> = {
  late: { fault: { fault: 'slow', delayMs: 2_000 }, isTooLate: true },
  'silent, having credited': { fault: { fault: 'timeout-after-acting' }, isTooLate: true },
  'silent, without a credit': { fault: { fault: 'timeout-before-acting' }, isTooLate: true },
  'at 5xx, having credited': { fault: { fault: 'error-5xx-after-acting' }, isTooLate: false },
  'at 5xx': { fault: { fault: 'error-5xx' }, isTooLate: false },
};

async function ill(world: World, what: string, { fault, isTooLate }: Ill): Promise<readonly Incoming[]> {
  await world.stack.sandbox.misbehave(KEEPER, { ...fault, match: CREDITS });
  const payees = customers(EACH);
  const brought = await Promise.all(payees.map((payee) => bring(world, payee, { expiryMs: EXPIRY_MS })));
  for (const { state, transferId } of brought) {
    if (isTooLate) assert.equal(state, 'ABORTED', `${transferId}, back end ${what}`);
  }
  await world.stack.sandbox.misbehave(KEEPER);
  await closeBreakers(world);
  return brought;
}

/** What the switch has given up is taken back from who got it, and credited to nobody later. */
export const inboundLateCredit: Scenario = {
  id: 'F31',
  title: 'the back end is late, silent or broken until the scheme has given up',
  async run(world) {
    const brought: Incoming[] = [];
    for (const [what, one] of Object.entries(ILLS)) brought.push(...(await ill(world, what, one)));
    const found = await assertEven(world, brought);
    let inVain = 0;
    for (const { payee, state, transferId } of brought) {
      const end = found.find((one) => one.payee === payee)?.receiptState;
      assert.equal(end, state === 'COMMITTED' ? 'succeeded' : 'failed', transferId);
      const times = await credits(world, payee);
      assert.ok(times <= 1, `${transferId} was credited ${times} times`);
      if (state === 'ABORTED') inVain += times;
    }
    assert.ok(inVain > 0, 'nobody was credited in vain: nothing was taken back');
    world.say(`     ${inVain} of ${brought.length} were credited in vain, and it was taken back`);
  },
};
