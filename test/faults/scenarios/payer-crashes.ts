import assert from 'node:assert/strict';
import { SCHEME, SWITCH } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import { dieIn, type Phase } from './confirmation-crashes.js';
import { Death, type DeathOrder } from './deaths.js';
import { type Bringer } from './incoming.js';
import { othersRest } from './intake-sights.js';
import { allEnded, idOf, movements, phones, standing, type Standing } from './sights.js';

/** Whoever was not asked, or did not pay in time, is told so by an enquiry. */
const ENDED_MS = 40_000;

interface Moment extends DeathOrder {
  readonly what: string;
}

const APPLY = { statement: 'operations-apply', when: 'before', moves: false } as const;
const UNSENT = { statement: 'confirmations-claim', when: 'after', moves: false } as const;

/** Until the payer is asked it is ours to go on, step by step. */
const PHASES: Readonly<Record<Bringer, readonly Phase[]>> = {
  [SCHEME]: [
    { name: 'the payer is found', ...APPLY, attempts: 1 },
    { name: 'yes to the payer, unsent', ...UNSENT, attempts: 2 },
    { name: 'the payer is asked', ...APPLY, attempts: 2 },
  ],
  [SWITCH]: [
    { name: 'the payer is looked for', ...APPLY, attempts: 1 },
    { name: 'the payer is found', ...APPLY, state: 'pending', attempts: 1 },
    { name: 'yes to the payer, unsent', ...UNSENT, attempts: 2 },
    { name: 'the payer is asked', ...APPLY, attempts: 2 },
    { name: 'the payer’s institution answers', ...APPLY, state: 'pending', attempts: 2 },
  ],
};

/** The payment, and the credit that passes its money on. */
const STANDING = `
  SELECT p.state AS payment, c.id AS credit, c.state AS "creditState"
  FROM operations p LEFT JOIN operations c ON c.passes_on = p.id
  WHERE p.partner = $1 AND p.payer_value = $2 ORDER BY p.id DESC LIMIT 1`;

interface Passed {
  readonly payment: string;
  readonly credit: string | null;
  readonly creditState: string | null;
}

async function passed({ stack }: World, partner: Bringer, msisdn: string): Promise<Passed | undefined> {
  const { rows } = await stack.database.query<Passed>(STANDING, [partner, msisdn]);
  return rows[0];
}

async function creditsOf(world: World, credit: string): Promise<number> {
  const [operation] = await standing(world, [credit]);
  return operation ? (await movements(world, operation)).length : 0;
}

/** Then the payer pays: the switch asks us, the back end credits, and the end is told. */
function moments(world: World, partner: Bringer, msisdn: string): readonly Moment[] {
  const at = async (isIt: (seen: Passed) => boolean | Promise<boolean>): Promise<boolean> => {
    const seen = await passed(world, partner, msisdn);
    return seen !== undefined && isIt(seen);
  };
  const announcing = { kind: 'api', statement: 'requested-announce' } as const;
  const writing = { kind: 'worker', statement: 'operations-apply', when: 'before' } as const;
  return [
    { what: 'an api dies before it has written the money down', ...announcing, when: 'before' },
    { what: 'an api dies once it has written the money down', ...announcing, when: 'after' },
    {
      ...{ what: 'a worker dies before the back end has heard of the credit', kind: 'worker' },
      ...{ statement: 'submissions-claim', when: 'after' },
      isIt: () => at(({ creditState }) => creditState === 'submitting'),
    },
    {
      ...{ what: 'a worker dies once the back end has credited', ...writing },
      isIt: () =>
        at(
          async ({ credit, creditState }) =>
            credit !== null && creditState === 'submitting' && (await creditsOf(world, credit)) > 0,
        ),
    },
    {
      ...{ what: 'a worker dies where it hears the end', ...writing },
      isIt: () => at(({ payment, creditState }) => payment === 'pending' && creditState === 'succeeded'),
    },
  ];
}

/** @returns the payment */
async function diesOfMoney(world: World, partner: Bringer, nth: number): Promise<string> {
  const { recorder, random, say } = world;
  const [msisdn = ''] = phones(random, partner, 1);
  const moment = moments(world, partner, msisdn)[nth];
  assert.ok(moment);
  const { what, ...order } = moment;
  say(`     ${what}`);
  const death = new Death(world, order);
  const id = idOf(await recorder.pay({ partner, msisdn }));
  await death.come();
  await death.undo();
  return id;
}

/** Whoever died when, the account has what the scheme owes us for it: once, or not at all. */
async function assertPassedOn(world: World, payment: Standing): Promise<void> {
  const { rows } = await world.stack.database.query<{ id: string }>(
    'SELECT id FROM operations WHERE passes_on = $1',
    [payment.id],
  );
  const story = `${payment.id} at ${payment.partner} is ${payment.state}`;
  assert.ok(rows.length <= 1, `${story} with ${rows.length} credits`);
  const credited = rows[0] ? await creditsOf(world, rows[0].id) : 0;
  if (payment.state === 'succeeded') assert.equal(credited, 1, `${story} and credited ${credited} times`);
  else assert.ok(credited <= 1, `${story} and credited ${credited} times`);
  assert.ok(payment.attempts <= 2, `${story}, and its payer was asked again`);
}

/** A payer is asked once, and whoever finds what the dead have left passes their money on once. */
export const payerCrashes: Scenario = {
  id: 'F38',
  title: 'processes die while a payer is asked through a scheme, and while their money comes',
  async run(world) {
    const { stack, say } = world;
    for (const partner of [SCHEME, SWITCH] as const) {
      say(`     through ${partner}`);
      await stack.workers[1]?.kill('SIGTERM');
      await othersRest(world);
      const ids: string[] = [];
      for (const phase of PHASES[partner]) ids.push(await dieIn(world, partner, phase, 'pay'));
      await stack.workers[1]?.start();
      for (const nth of [0, 1, 2, 3, 4]) ids.push(await diesOfMoney(world, partner, nth));
      const payments = await allEnded(world, ids, ENDED_MS);
      for (const payment of payments) await assertPassedOn(world, payment);
      assert.equal(payments.at(-1)?.state, 'succeeded', 'nothing but its news was lost');
    }
  },
};
