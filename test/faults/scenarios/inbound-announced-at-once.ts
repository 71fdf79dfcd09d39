import assert from 'node:assert/strict';
import { SCHEME } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import { assertEven, bring, credits, customer, customers } from './incoming.js';

const COPIES = 24;
const OTHERS = 12;
const PAIRS = 10;
const AMOUNT = '7500';

interface Reply {
  readonly status: number;
  readonly code: unknown;
  readonly operation: unknown;
}

/** As the scheme adapter sends it, each time over a connection of its own: both apis get their share. */
async function announce({ inboundUrl }: World, body: object): Promise<Reply> {
  const answer = await fetch(`${inboundUrl}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  const said = (await answer.json()) as { statusCode?: unknown; homeTransactionId?: unknown };
  return { status: answer.status, code: said.statusCode, operation: said.homeTransactionId };
}

async function transferOf({ stack }: World, payee: string): Promise<string> {
  const { rows } = await stack.database.query<{ transfer: string }>(
    `SELECT transfer FROM inbound_quotes WHERE partner = $1 AND payee->>'value' = $2`,
    [SCHEME, `+${payee}`],
  );
  return rows[0]?.transfer ?? '';
}

/** The first announcement is held on its way to the database until all the others are there, too. */
async function manyTimesAtOnce(world: World): Promise<void> {
  const payee = customer();
  const gate = Promise.withResolvers<undefined>();
  const first = Promise.withResolvers<undefined>();
  let held = 0;
  const hold = async (): Promise<void> => {
    held += 1;
    first.resolve(undefined);
    await gate.promise;
  };
  const points = [0, 1].flatMap((index) =>
    Array.from({ length: COPIES }, () =>
      world.failPoint({
        ...{ process: 'api', index, statement: 'inbound-announce', when: 'before', act: hold },
      }),
    ),
  );
  const bringing = bring(world, payee, { amount: AMOUNT });
  await first.promise;
  const transferId = await transferOf(world, payee);
  const announced = { transferId, amount: AMOUNT, currency: 'XOF' };
  const others = [
    { ...announced, amount: '7501' },
    { ...announced, to: { idType: 'MSISDN', idValue: customer() } },
  ];
  const same = Array.from({ length: COPIES }, () => announce(world, announced));
  const different = Array.from({ length: OTHERS }, (_, n) => announce(world, others[n % 2] ?? {}));
  // Each api has as many as its connections allow: the rest wait their turn.
  await world.until('several are about to be written down', () => held >= 4);
  gate.resolve(undefined);
  const [incoming, answers, refusals] = await Promise.all([
    bringing,
    Promise.all(same),
    Promise.all(different),
  ]);
  for (const point of points) point.disarm();
  world.say(`     ${held} announcements of one movement were written at once`);
  for (const { status, code } of refusals) {
    assert.equal(status, 400, `other content was answered ${status}`);
    assert.ok(code === '5105' || code === '3106', `other content was refused with ${String(code)}`);
  }
  for (const { status } of answers) assert.equal(status, 200, 'a repeat hears what was said first');
  assert.equal(new Set(answers.map(({ operation }) => operation)).size, 1, 'one receipt for all of them');
  await assertEven(world, [incoming]);
  assert.equal(await credits(world, payee), 1);
}

/** A movement is a receipt and a credit once, whoever announces it how often, and only as it was offered. */
export const announcedAtOnce: Scenario = {
  id: 'F33',
  title: 'the same movement is announced many times at once, as offered and otherwise',
  async run(world) {
    await manyTimesAtOnce(world);
    const plans = ['repeated-at-once', 'repeated', 'modified-repeat'];
    const brought = await Promise.all(
      customers(PAIRS).map((payee, n) => bring(world, payee, { plan: plans[n % plans.length] })),
    );
    for (const { state, transferId } of brought) assert.equal(state, 'COMMITTED', transferId);
    await assertEven(world, brought);
    for (const { payee } of brought) assert.equal(await credits(world, payee), 1, `credits of ${payee}`);
  },
};
