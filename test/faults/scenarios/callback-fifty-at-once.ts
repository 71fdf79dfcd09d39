import assert from 'node:assert/strict';
import { type Scenario } from '../world.js';
import { allSucceeded, discrepancies, idOf, movedOnce, partyOf, passages, phones } from './sights.js';

const COPIES = 50;
const MOST_ENQUIRIES = 8;
const ORDERS = [
  { partner: 'wave-sn', kind: 'pay' },
  { partner: 'mpesa-ke', kind: 'pay' },
  { partner: 'mpesa-ke', kind: 'transfer' },
] as const;

/** The callback that came most often, how many of its copies were read, and how often the partner was asked. */
const COUNTS = `
  SELECT (SELECT max(copies)::int FROM (
      SELECT count(*) AS copies FROM notices n JOIN callbacks c ON c.id = n.callback_id
      WHERE n.operation_id = $1 AND c.state = 'done' GROUP BY c.digest) AS by_digest) AS read,
    (SELECT count(*)::int FROM enquiries WHERE operation_id = $1) AS enquiries`;

/** Every copy is kept and acknowledged; one of them counts. */
export const fiftyAtOnce: Scenario = {
  id: 'F16',
  title: `the same callback comes ${COPIES} times at once`,
  async run(world) {
    const { stack, random, recorder } = world;
    const ids: string[] = [];
    for (const { partner, kind } of ORDERS) {
      const [msisdn = ''] = phones(random, partner, 1);
      const match = { party: partyOf(partner, msisdn) };
      await stack.sandbox.addFault(partner, { fault: 'callback-duplicated', copies: COPIES, match });
      ids.push(idOf(await recorder[kind]({ partner, msisdn })));
    }
    const ended = await allSucceeded(world, ids);
    await movedOnce(world, ended);
    for (const { id, partner } of ended) {
      const what = `${id} at ${partner}`;
      const counts = await world.until(`all copies for ${what} are read`, async () => {
        const { rows } = await stack.database.query<{ read: number; enquiries: number }>(COUNTS, [id]);
        return rows[0] && rows[0].read >= COPIES && rows[0];
      });
      assert.equal(counts.read, COPIES, `copies for ${what}`);
      assert.ok(counts.enquiries <= MOST_ENQUIRIES, `${what} was asked about ${counts.enquiries} times`);
      const successes = (await passages(world, id)).filter((state) => state === 'succeeded');
      assert.equal(successes.length, 1, `successes of ${what}`);
      assert.deepEqual(await discrepancies(world, id), [], `discrepancies of ${what}`);
    }
  },
};
