import assert from 'node:assert/strict';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, idOf, movedOnce, phones } from './sights.js';

const MPESA = 'mpesa-ke';
const CALLS = 200;
/** Each process may ask once before it sees another's, and once more where the one it saw had just ended. */
const MOST_TOKEN_REQUESTS = 4;

const tokenRequests = async ({ stack }: World): Promise<number> =>
  (await stack.sandbox.requests(MPESA)).tokenRequests;

/** Another program with our key asks for a token, which ends all earlier ones. */
async function revoke({ stack }: World): Promise<void> {
  const { MPESA_KE_CONSUMER_KEY: key = '', MPESA_KE_CONSUMER_SECRET: secret = '' } = stack.shared;
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  const url = `${stack.sandbox.url}/${MPESA}/oauth/v1/generate?grant_type=client_credentials`;
  const { status } = await fetch(url, { headers: { authorization } });
  assert.equal(status, 200);
}

/** A refused token is renewed by one for all; what was refused with it was not begun, and is sent again. */
export const tokenRevoked: Scenario = {
  id: 'F21',
  title: `the partner revokes our token while ${CALLS} calls wait`,
  async run(world) {
    const { stack, recorder, random } = world;
    const [warm = '', ...numbers] = phones(random, MPESA, CALLS + 1);
    await allSucceeded(world, [idOf(await recorder.pay({ partner: MPESA, msisdn: warm }))]);
    const before = await tokenRequests(world);
    // Payouts: whatever a slow machine makes of one, the partner can be asked, and it ends.
    const sent = numbers.map((msisdn) => recorder.transfer({ partner: MPESA, msisdn }));
    await Promise.race(sent);
    await revoke(world);
    const ended = await allSucceeded(world, (await Promise.all(sent)).map(idOf), 40_000);
    await movedOnce(world, ended);
    const asked = (await tokenRequests(world)) - before - 1;
    world.say(`${asked} token requests for ${CALLS} calls`);
    assert.ok(asked >= 1 && asked <= MOST_TOKEN_REQUESTS, `${asked} token requests for ${CALLS} calls`);
    const { rows } = await stack.database.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM attempts WHERE operation_id = ANY ($1::uuid[]) AND outcome = 'declined'",
      [ended.map(({ id }) => id)],
    );
    assert.equal(rows[0]?.count, 0, 'payouts that were refused for the token');
  },
};
