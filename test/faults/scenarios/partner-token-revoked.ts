import assert from 'node:assert/strict';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, idOf, movedOnce, phones } from './sights.js';

const MPESA = 'mpesa-ke';
const CALLS = 200;
/** A token of the sandbox lives for an hour by its clock, which the gateway does not see. */
const HOUR_MS = 3_600_000;
/** Each process may ask once before it sees another's; a second time where its answer was the revoked one. */
const MOST_TOKEN_REQUESTS = 8;

const tokenRequests = async ({ stack }: World): Promise<number> =>
  (await stack.sandbox.requests(MPESA)).tokenRequests;

/** A refused token is renewed by one for all; what was refused with it was not begun, and is sent again. */
export const tokenRevoked: Scenario = {
  id: 'F21',
  title: `the partner revokes our token while ${CALLS} calls wait`,
  async run(world) {
    const { stack, recorder, random } = world;
    const [warm = '', ...numbers] = phones(random, MPESA, CALLS + 1);
    await allSucceeded(world, [idOf(await recorder.pay({ partner: MPESA, msisdn: warm }))]);
    const before = await tokenRequests(world);
    await stack.sandbox.advance(HOUR_MS + 60_000);
    await stack.sandbox.addFault(MPESA, { fault: 'slow', delayMs: 600, count: 2, match: { path: '/oauth' } });
    const sent = numbers.map((msisdn) =>
      random.chance(0.5)
        ? recorder.pay({ partner: MPESA, msisdn })
        : recorder.transfer({ partner: MPESA, msisdn }),
    );
    const ended = await allSucceeded(world, (await Promise.all(sent)).map(idOf), 40_000);
    await movedOnce(world, ended);
    const asked = (await tokenRequests(world)) - before;
    world.say(`${asked} token requests for ${CALLS} calls`);
    assert.ok(asked >= 1 && asked <= MOST_TOKEN_REQUESTS, `${asked} token requests for ${CALLS} calls`);
    const { rows } = await stack.database.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM attempts WHERE operation_id = ANY ($1::uuid[]) AND outcome <> 'pending'",
      [ended.map(({ id }) => id)],
    );
    assert.equal(rows[0]?.count, 0, 'attempts that the revoked token has spoilt');
  },
};
