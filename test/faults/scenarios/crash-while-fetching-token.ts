import { type Scenario, type World } from '../world.js';
import { Death } from './deaths.js';
import { revoke } from './partner-token-revoked.js';
import { recovered } from './recovery.js';
import { allSucceeded, idOf, phones } from './sights.js';

const MPESA = 'mpesa-ke';
const ORDERS = 30;

async function payOut({ recorder }: World, numbers: readonly string[]): Promise<readonly string[]> {
  const sent = numbers.map((msisdn) => recorder.transfer({ partner: MPESA, msisdn }));
  return (await Promise.all(sent)).map(idOf);
}

/** Who was to fetch for all has died: the partner is well, and others call it soon. */
export const whileFetchingToken: Scenario = {
  id: 'F39',
  title: 'a worker dies while it fetches the access token that all of them need',
  async run(world) {
    const numbers = phones(world.random, MPESA, 2 * ORDERS + 1);
    const from = new Date();
    await allSucceeded(world, await payOut(world, numbers.slice(0, 1)));
    await revoke(world);
    const death = new Death(world, { kind: 'worker', statement: 'token-take-lease', when: 'after' });
    const before = await payOut(world, numbers.slice(1, ORDERS + 1));
    await death.come();
    await death.undo();
    const over = new Date();
    const after = await payOut(world, numbers.slice(ORDERS + 1));
    await recovered(world, [...before, ...after], { from, over });
  },
};
