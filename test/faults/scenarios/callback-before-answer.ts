import assert from 'node:assert/strict';
import { type Scenario } from '../world.js';
import { allSucceeded, discrepancies, idOf, movedOnce, partyOf, phones, standing } from './sights.js';

const ORDERS = [
  { partner: 'wave-sn', kind: 'pay' },
  { partner: 'mpesa-ke', kind: 'pay' },
  { partner: 'mpesa-ke', kind: 'transfer' },
] as const;
const EACH = 3;

/** `isEarly`: it came while a request was under way, all by the clock of the database. */
const NEWS = `
  SELECT c.state, EXISTS (SELECT FROM attempts a WHERE a.operation_id = n.operation_id
    AND a.started_at < c.received_at AND c.received_at < a.ended_at) AS "isEarly"
  FROM notices n JOIN callbacks c ON c.id = n.callback_id WHERE n.operation_id = $1`;

interface Heard {
  readonly state: string;
  readonly isEarly: boolean;
}

/** News that overtakes the answer to its own request is kept until that answer is in, and counts then. */
export const callbackBeforeAnswer: Scenario = {
  id: 'F15',
  title: 'the callback comes before the answer to its request',
  async run(world) {
    const { stack, random, recorder } = world;
    const sent: Promise<string>[] = [];
    for (const { partner, kind } of ORDERS) {
      for (const msisdn of phones(random, partner, EACH)) {
        const match = { party: partyOf(partner, msisdn) };
        await stack.sandbox.addFault(partner, { fault: 'callback-early', match });
        await stack.sandbox.addFault(partner, { fault: 'slow', delayMs: random.integer(200, 900), match });
        sent.push(recorder[kind]({ partner, msisdn }).then(idOf));
      }
    }
    const ended = await allSucceeded(world, await Promise.all(sent));
    await movedOnce(world, ended);
    for (const { id, partner } of ended) {
      const what = `${id} at ${partner}`;
      const heard = await world.until(`the callbacks of ${what} are read`, async () => {
        const { rows } = await stack.database.query<Heard>(NEWS, [id]);
        return rows.length > 0 && rows.every(({ state }) => state === 'done') && rows;
      });
      assert.ok(
        heard.some(({ isEarly }) => isEarly),
        `no callback of ${what} came before the answer`,
      );
      // What an unsigned callback names is proven by an enquiry, a little later.
      await world.until(`the callback's receipt of ${what} counts`, async () => {
        const [{ receipt } = { receipt: null }] = await standing(world, [id]);
        return receipt !== null;
      });
      assert.deepEqual(await discrepancies(world, id), [], `discrepancies of ${what}`);
    }
  },
};
