import { type Scenario, type World } from '../world.js';
import { Death } from './deaths.js';
import { MPESA, revoke, tokenRequests } from './partner-token-revoked.js';
import { recovered } from './recovery.js';
import { allSucceeded, idOf, phones } from './sights.js';

const ORDERS = 30;
/** A process starts in this time, and the lease of the dead one has lapsed. */
const SOON_MS = 8_000;

async function payOut({ recorder }: World, numbers: readonly string[]): Promise<readonly string[]> {
  const sent = numbers.map((msisdn) => recorder.transfer({ partner: MPESA, msisdn }));
  return (await Promise.all(sent)).map(idOf);
}

/** Who was to fetch for all has died: the partner is well, and others call it soon. */
export const whileFetchingToken: Scenario = {
  id: 'F39',
  title: 'a worker dies while it fetches the access token that all of them need',
  async run(world) {
    const { stack, random, until } = world;
    const numbers = phones(random, MPESA, 2 * ORDERS + 1);
    const from = new Date();
    await allSucceeded(world, await payOut(world, numbers.slice(0, 1)));
    // Whoever takes the lease is the one who dies of it.
    await stack.workers[1]?.kill('SIGTERM');
    await revoke(world);
    const asked = await tokenRequests(world);
    const death = new Death(world, {
      ...{ kind: 'worker', statement: 'token-take-lease', when: 'after', holding: MPESA },
    });
    const before = await payOut(world, numbers.slice(1, ORDERS + 1));
    await death.come();
    await stack.workers[1]?.start();
    const after = await payOut(world, numbers.slice(ORDERS + 1));
    await until('somebody else asks for a token', async () => (await tokenRequests(world)) > asked, SOON_MS);
    await death.undo();
    await recovered(world, [...before, ...after], { from, over: new Date() });
  },
};
