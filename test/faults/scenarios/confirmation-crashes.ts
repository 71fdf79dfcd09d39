import assert from 'node:assert/strict';
import { SCHEME } from '../settings.js';
import { type Order, type Scenario, type World } from '../world.js';
import { Death } from './deaths.js';
import { assertEven, bring, customer } from './incoming.js';
import { othersRest } from './intake-sights.js';
import {
  allEnded,
  allSucceeded,
  changeOperations,
  idOf,
  movements,
  phones,
  type Standing,
  standing,
} from './sights.js';

/** A moment in the life of a transfer whose partner asks before it moves money. */
export interface Phase {
  readonly name: string;
  readonly statement: 'operations-apply' | 'confirmations-claim';
  readonly when: 'before' | 'after';
  /** Default: `submitting`, its request under way; `pending`: answered, and the news of it under way. */
  readonly state?: 'submitting' | 'pending';
  /** The order itself is the first attempt, each yes one more. */
  readonly attempts: number;
  readonly moves: boolean;
}

/** What the worker was about to write down, or had just written down and was about to send. */
const PHASES: readonly Phase[] = [
  {
    ...{ name: 'the party is found', statement: 'operations-apply', when: 'before' },
    ...{ attempts: 1, moves: false },
  },
  {
    ...{ name: 'yes to the party, unsent', statement: 'confirmations-claim', when: 'after' },
    ...{ attempts: 2, moves: false },
  },
  {
    ...{ name: 'the price is named', statement: 'operations-apply', when: 'before' },
    ...{ attempts: 2, moves: false },
  },
  {
    ...{ name: 'yes to the price, unsent', statement: 'confirmations-claim', when: 'after' },
    ...{ attempts: 3, moves: false },
  },
  {
    ...{ name: 'the yes has moved money', statement: 'operations-apply', when: 'before' },
    ...{ attempts: 3, moves: true },
  },
];
const AT_IT = `
  SELECT id FROM operations
  WHERE partner = $1 AND coalesce(payee_value, payer_value) = $2 AND attempts = $3 AND state = $4`;

/** The worker carries an operation up to that moment, dies there, and comes back. @returns the operation */
export async function dieIn(
  world: World,
  partner: Order['partner'],
  phase: Phase,
  kind: 'transfer' | 'pay' = 'transfer',
): Promise<string> {
  const { stack, recorder, random } = world;
  const { name, statement, when, state = 'submitting', attempts, moves } = phase;
  const [msisdn = ''] = phones(random, partner, 1);
  const isIt = async (): Promise<boolean> => {
    const { rows } = await stack.database.query<{ id: string }>(AT_IT, [partner, msisdn, attempts, state]);
    const [operation] = await standing(
      world,
      rows.map(({ id }) => id),
    );
    return operation !== undefined && (!moves || (await movements(world, operation)).length > 0);
  };
  world.say(`     it dies where ${name}`);
  const death = new Death(world, { kind: 'worker', statement, when, isIt });
  const id = idOf(await recorder[kind]({ partner, msisdn }));
  await death.come().catch((cause: unknown) => {
    throw new Error(`operation ${id} never stood where ${name}`, { cause });
  });
  await death.undo();
  return id;
}

/** The first hours of a transfer that the switch does not know are the time in which it may still be taken up. */
const HOURS_PASS = {
  set: "submitted_at = submitted_at - interval '3 hours', due_at = now()",
  where: "state = 'unknown'",
};

/** Nor is there anything to be concluded from before the partner was first seen to ask. */
const ASKED_LONG_BEFORE = `UPDATE partner_sightings SET first_at = first_at - interval '4 hours'`;

/** What the switch does not know yet is asked about in vain; that holds up nobody else's questions. */
async function othersGoOn(world: World): Promise<void> {
  const payee = customer();
  await world.stack.sandbox.addFault(SCHEME, { fault: 'callback-lost', match: { party: payee } });
  const [passage] = await assertEven(world, [await bring(world, payee)]);
  assert.equal(passage?.receiptState, 'succeeded', 'a receipt that only an enquiry can settle');
}

/** What became of a transfer without an id is not known until its partner is seen to ask again: so it is asked for more. */
async function asksAgain(world: World, ids: readonly string[]): Promise<readonly Standing[]> {
  let isOver = false;
  const others = async (): Promise<void> => {
    while (!isOver) {
      const numbers = phones(world.random, SCHEME, 4);
      const asked = numbers.map((msisdn) => world.recorder.transfer({ partner: SCHEME, msisdn }));
      await allSucceeded(world, (await Promise.all(asked)).map(idOf));
    }
  };
  const [ended] = await Promise.all([allEnded(world, ids).finally(() => (isOver = true)), others()]);
  return ended;
}

/** Whatever was under way is asked about, and nothing is said or sent a second time. */
export const confirmationCrashes: Scenario = {
  id: 'F27',
  title: 'the worker dies at each question of the partner, and with its yes under way',
  async run(world) {
    const { stack } = world;
    // One worker has it all: a claim of the other's would not be the one that is meant.
    await stack.workers[1]?.kill('SIGTERM');
    await othersRest(world);
    await allSucceeded(world, [idOf(await world.recorder.transfer({ partner: SCHEME }))]);
    const ids: string[] = [];
    for (const phase of PHASES) ids.push(await dieIn(world, SCHEME, phase));
    await stack.workers[1]?.start();
    await othersGoOn(world);
    const unsettled = async () => (await standing(world, ids)).some(({ state }) => state === 'submitting');
    await world.until('nobody has them any more', async () => !(await unsettled()));
    await changeOperations(world, ids, HOURS_PASS);
    await stack.database.query(ASKED_LONG_BEFORE);
    const ended = await asksAgain(world, ids);
    for (const [n, operation] of ended.entries()) {
      const { name = '', moves = false, attempts = 0 } = PHASES[n] ?? {};
      const { length } = await movements(world, operation);
      const story = `died where ${name}: ${operation.id} is ${operation.state}`;
      assert.ok((moves ? ['succeeded'] : ['failed', 'expired']).includes(operation.state), story);
      assert.equal(length, moves ? 1 : 0, `${story} and moved ${length} times`);
      assert.equal(operation.attempts, attempts, `${story}, and was sent again`);
    }
  },
};
