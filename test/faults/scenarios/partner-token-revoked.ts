import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, idOf, movedOnce, phones } from './sights.js';

export const MPESA = 'mpesa-ke';
const ROUTE = 'POST /mpesa/b2c/v3/paymentrequest';
const CALLS = 200;
/** So many a process writes at once; the rest of its calls wait inside for a connection, with the same token. */
const CONNECTIONS = 64;
/** Each process may ask once before it sees another's, and once more where the one it saw had just ended. */
const MOST_TOKEN_REQUESTS = 4;
/** A process that had no call before reads the token first, and the last calls may be its own. */
const READ_WITHIN_MS = 500;
/** Long before any call is given up. */
const WITHIN_MS = 10_000;

export const tokenRequests = async ({ stack }: World): Promise<number> =>
  (await stack.sandbox.requests(MPESA)).tokenRequests;

const arrived = async ({ stack }: World): Promise<number> =>
  (await stack.sandbox.arrivals(MPESA, ROUTE)).length;

/** Another program with our key asks for a token, which ends all earlier ones. */
export async function revoke({ stack }: World): Promise<void> {
  const { MPESA_KE_CONSUMER_KEY: key = '', MPESA_KE_CONSUMER_SECRET: secret = '' } = stack.shared;
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  const url = `${stack.sandbox.url}/${MPESA}/oauth/v1/generate?grant_type=client_credentials`;
  const { status } = await fetch(url, { headers: { authorization } });
  assert.equal(status, 200);
}

const countOf = async ({ stack }: World, sql: string, ids: readonly string[]): Promise<number> =>
  (await stack.database.query<{ count: number }>(sql, [ids])).rows[0]?.count ?? 0;

const UNDER_WAY = `
  SELECT count(*)::int AS count FROM attempts JOIN operations o ON o.id = operation_id
  WHERE operation_id = ANY ($1::uuid[]) AND state = 'submitting' AND ended_at IS NULL`;

const REFUSED = `
  SELECT count(*)::int AS count FROM attempts WHERE operation_id = ANY ($1::uuid[]) AND outcome = 'declined'`;

/** None of the calls has got there, and all of them have left: nobody knows yet that their token has ended. */
async function revokeUnderWay(world: World, ids: readonly string[]): Promise<void> {
  const { links, until, say } = world;
  const seen = { calls: 0, written: 0 };
  const look = async (): Promise<boolean> => {
    seen.calls = await countOf(world, UNDER_WAY, ids);
    seen.written = links.toPartners.counters.waiting;
    return seen.calls === CALLS && seen.written >= CONNECTIONS;
  };
  await until(`${CALLS} calls under way`, look, WITHIN_MS).catch((cause: unknown) => {
    throw new Error(`${seen.calls} calls are under way, ${seen.written} of them written`, { cause });
  });
  await sleep(READ_WITHIN_MS);
  await revoke(world);
  say(`    the token has ended under ${seen.calls} calls, ${seen.written} of them on the wire`);
}

/** A refused token is renewed by one for all; what was refused with it was not begun, and is sent again. */
export const tokenRevoked: Scenario = {
  id: 'F21',
  title: `the partner revokes our token while ${CALLS} calls wait`,
  settings: {
    // Nothing is given up while the wire is held.
    settings: { worker: { leaseMs: 30_000 } },
    partners: {
      [MPESA]: { limits: { disbursements: { perSecond: 1_000, burst: 1_000, concurrency: CALLS } } },
    },
  },
  async run(world) {
    const { recorder, random, links } = world;
    const [warm = '', ...numbers] = phones(random, MPESA, CALLS + 1);
    await allSucceeded(world, [idOf(await recorder.pay({ partner: MPESA, msisdn: warm }))]);
    const [tokensBefore, arrivedBefore] = [await tokenRequests(world), await arrived(world)];
    const letGo = links.toPartners.hold('there');
    // Payouts: whatever a slow machine makes of one, the partner can be asked, and it ends.
    const sent = numbers.map((msisdn) => recorder.transfer({ partner: MPESA, msisdn }));
    const ids = (await Promise.all(sent)).map(idOf);
    await revokeUnderWay(world, ids);
    assert.equal((await arrived(world)) - arrivedBefore, 0, 'calls that came before the token had ended');
    letGo();
    const ended = await allSucceeded(world, ids, 40_000);
    await movedOnce(world, ended);
    const asked = (await tokenRequests(world)) - tokensBefore - 1;
    const refused = (await arrived(world)) - arrivedBefore - CALLS;
    world.say(`    ${refused} calls were refused, and ${asked} tokens asked for`);
    assert.ok(refused >= CALLS, `only ${refused} of ${CALLS} calls were refused for their token`);
    assert.ok(asked >= 1 && asked <= MOST_TOKEN_REQUESTS, `${asked} token requests for ${CALLS} calls`);
    assert.equal(await countOf(world, REFUSED, ids), 0, 'payouts that were refused for the token');
  },
};
