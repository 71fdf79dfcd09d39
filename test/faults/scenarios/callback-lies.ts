import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type Answered, type Scenario, type World } from '../world.js';
import {
  allEnded,
  allSucceeded,
  discrepancies,
  idOf,
  movedOnce,
  phones,
  standing,
  towards,
} from './sights.js';

const WAVE = 'wave-sn';
const MPESA = 'mpesa-ke';
const NEVER_ANSWERS = '+254700000140';
const SAYS_PAID_QUERY_DENIES = '+254700000150';
const TEN_MINUTES_S = 600;

async function pendingId(
  world: World,
  id: string,
  states: readonly string[] = ['pending'],
): Promise<{ id: string; reference: string }> {
  const reference = await world.until(`${id} is ${states.join(' or ')}`, async () => {
    const { state, partnerReference } = await world.stack.client.operation(id);
    return states.includes(state) && partnerReference !== null && partnerReference;
  });
  return { id, reference };
}

/** What M-Pesa posts at the end of a prompt. It signs nothing, so anybody who knows the address can. */
function promptEnds(
  world: World,
  id: string,
  reference: string,
  code: number,
  receipt = `UKL${String(world.random.integer(1_000_000, 9_999_999))}`,
): Promise<Answered> {
  const paid = {
    Item: [
      { Name: 'Amount', Value: 150 },
      { Name: 'MpesaReceiptNumber', Value: receipt },
    ],
  };
  const stkCallback = {
    MerchantRequestID: '1-1',
    CheckoutRequestID: reference,
    ResultCode: code,
    ResultDesc: code === 0 ? 'The service request is processed successfully.' : 'Request cancelled by user',
    ...(code === 0 && { CallbackMetadata: paid }),
  };
  const body = JSON.stringify({ Body: { stkCallback } });
  const headers = { 'content-type': 'application/json' };
  return world.recorder.callback({ partner: MPESA, path: `/stk/${id}`, headers, body });
}

function signedWith(secret: string, stampS: number, body: string): string {
  return `t=${stampS},v1=${createHmac('sha256', secret).update(String(stampS)).update(body).digest('hex')}`;
}

/** A webhook that nobody signed, one of another wallet, one that was overheard: none of them moves anything. */
async function forged(world: World): Promise<void> {
  const secret = world.stack.shared['WAVE_SN_WEBHOOK_SECRET'] ?? '';
  const msisdn = `+2217${world.random.integer(100_000, 999_999)}18`;
  const { id, reference } = await pendingId(world, idOf(await world.recorder.pay({ partner: WAVE, msisdn })));
  const body = JSON.stringify({
    id: `EV_${id}`,
    type: 'checkout.session.completed',
    data: { id: reference, client_reference: id, payment_status: 'succeeded', checkout_status: 'complete' },
  });
  const nowS = Math.floor(Date.now() / 1_000);
  const signatures = [
    undefined,
    signedWith(`${secret}x`, nowS, body),
    signedWith(secret, nowS - TEN_MINUTES_S, body),
    signedWith(secret, nowS, `${body} `),
  ];
  for (const signature of signatures) {
    const headers = {
      'content-type': 'application/json',
      ...(signature !== undefined && { 'wave-signature': signature }),
    };
    const { status } = await world.recorder.callback({ partner: WAVE, path: '/webhook', headers, body });
    assert.equal(status, 401, `a forged webhook (${signature ?? 'unsigned'})`);
  }
  const { rows } = await world.stack.database.query(
    "SELECT FROM callbacks WHERE verdict = 'forged' AND convert_from(body, 'UTF8') = $1",
    [body],
  );
  assert.equal(rows.length, signatures.length, 'forged webhooks are kept as evidence');
  assert.equal((await standing(world, [id]))[0]?.state, 'pending');
  await world.recorder.cancel(id);
  await allEnded(world, [id]);
}

/** Cut off in the middle, though signed: put aside for a person; the enquiry settles the payment. */
async function truncated(world: World): Promise<void> {
  const ids = await Promise.all(
    ([WAVE, MPESA] as const).map(async (partner) => {
      const [msisdn = ''] = phones(world.random, partner, 1);
      const { sandbox } = world.stack;
      await sandbox.addFault(partner, towards(partner, msisdn, { fault: 'callback-corrupted' }));
      return idOf(await world.recorder.pay({ partner, msisdn }));
    }),
  );
  await movedOnce(world, await allSucceeded(world, ids));
  await world.until('what was cut off is put aside, and said', async () => {
    const { rows } = await world.stack.database.query<{ count: number }>(
      `SELECT count(DISTINCT c.id)::int AS count FROM callbacks c JOIN discrepancies d ON d.callback_id = c.id
       WHERE c.state = 'parked' AND d.kind = 'unreadable_callback' AND d.settled_at IS NULL
         AND c.received_at > now() - interval '30 seconds'`,
    );
    return (rows[0]?.count ?? 0) >= ids.length;
  });
}

/** Bad news of what is paid, from the query or from a callback: the state stands, a person looks. */
async function deniedAfterwards(world: World): Promise<void> {
  const [msisdn = ''] = phones(world.random, MPESA, 1);
  const first = idOf(await world.recorder.pay({ partner: MPESA, msisdn }));
  const second = idOf(await world.recorder.pay({ partner: MPESA, msisdn: SAYS_PAID_QUERY_DENIES }));
  // An enquiry that comes before the callback has it failed, until the callback is confirmed.
  await world.until(`${second} has succeeded`, async () => {
    const { state } = await world.stack.client.operation(second);
    return state === 'succeeded';
  });
  await allSucceeded(world, [first, second]);
  const { partnerReference } = await world.stack.client.operation(first);
  const { status } = await promptEnds(world, first, partnerReference ?? '', 1032);
  assert.equal(status, 200);
  await world.until('the contradiction is said', async () =>
    (await discrepancies(world, first)).includes('contradictory_news'),
  );
  await movedOnce(world, await allSucceeded(world, [first, second]));
}

/** Paid, then refused, and nobody signed either: the partner is asked, and a person knows. */
async function paidAndRefused(world: World): Promise<void> {
  const [msisdn = ''] = phones(world.random, MPESA, 1);
  const lost = towards(MPESA, msisdn, { fault: 'callback-lost' });
  await world.stack.sandbox.addFault(MPESA, lost);
  const taken = await world.recorder.pay({ partner: MPESA, msisdn, value: '150' });
  // An enquiry may have found it paid before anybody has looked.
  const { id, reference } = await pendingId(world, idOf(taken), ['pending', 'succeeded']);
  const receipt = await world.until('it is paid', async () => {
    const { entries } = await world.stack.sandbox.books(MPESA);
    return entries.find((entry) => entry.partnerReference === reference)?.receipt;
  });
  for (const code of [0, 1032]) {
    const { status } = await promptEnds(world, id, reference, code, receipt);
    assert.equal(status, 200);
    // Read in one round, they would be news of one moment.
    await world.until('it has been read', async () => {
      const { rows } = await world.stack.database.query('SELECT FROM notices WHERE operation_id = $1', [id]);
      return rows.length > (code === 0 ? 0 : 1);
    });
  }
  await movedOnce(world, await allSucceeded(world, [id]));
  await world.until('the contradiction is said', async () =>
    (await discrepancies(world, id)).includes('contradictory_news'),
  );
}

/** Good news that nobody signed, of a prompt that nobody has answered: asked about, and not believed. */
async function paidOutOfThinAir(world: World): Promise<void> {
  const taken = await world.recorder.pay({ partner: MPESA, msisdn: NEVER_ANSWERS, value: '150' });
  const { id, reference } = await pendingId(world, idOf(taken));
  const { status } = await promptEnds(world, id, reference, 0);
  assert.equal(status, 200);
  await world.until('it is asked about', async () => {
    const { rows } = await world.stack.database.query(
      `SELECT FROM operations o JOIN notices n ON n.operation_id = o.id JOIN enquiries e ON e.operation_id = o.id
       WHERE o.id = $1 AND n.effect = 'confirming' AND e.answered_at > n.at`,
      [id],
    );
    return rows.length > 0;
  });
  // The prompt ends unanswered.
  await world.stack.sandbox.advance(30_000);
  await world.settle();
  assert.notEqual((await standing(world, [id]))[0]?.state, 'succeeded', 'nobody has paid');
}

/** A callback is evidence: how much it weighs depends on who can have sent it, and on what is known. */
export const lies: Scenario = {
  id: 'F18',
  title: 'callbacks are forged, truncated, and contradict what is known',
  async run(world) {
    await Promise.all([forged(world), truncated(world), deniedAfterwards(world)]);
    await paidAndRefused(world);
    await paidOutOfThinAir(world);
  },
};
