import assert from 'node:assert/strict';
import { KEEPER } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import { Death, type DeathOrder } from './deaths.js';
import { assertEven, bring, type Bringing, credits, customer, type Incoming, passages } from './incoming.js';

interface Moment extends Omit<DeathOrder, 'kind'> {
  readonly what: string;
  readonly plan: 'plain' | 'expired';
}

const stateOf = async (world: World, payee: string): Promise<string | undefined> =>
  (await passages(world, [payee]))[0]?.creditState;

const taken = async ({ stack }: World, payee: string): Promise<boolean> =>
  (await stack.sandbox.books(KEEPER)).entries.some(
    ({ party, kind }) => party === `+${payee}` && kind === 'reversal',
  );

function moments(world: World, payee: string): readonly Moment[] {
  const isSubmitting = async (): Promise<boolean> => (await stateOf(world, payee)) === 'submitting';
  const [apply, plan] = ['operations-apply', 'expired'] as const;
  return [
    {
      ...{ what: 'before the back end has heard of the credit', plan: 'plain' },
      ...{ statement: 'submissions-claim', when: 'after', isIt: isSubmitting },
    },
    {
      ...{ what: 'once the back end has credited', plan: 'plain', statement: apply, when: 'before' },
      isIt: async () => (await credits(world, payee)) > 0 && isSubmitting(),
    },
    {
      ...{ what: 'while it takes the credit back', plan, statement: 'operations-hold', when: 'after' },
      isIt: async () => (await passages(world, [payee]))[0]?.receiptState === 'failed',
    },
    {
      ...{ what: 'once the back end has taken back', plan, statement: apply, when: 'before' },
      isIt: () => taken(world, payee),
    },
  ];
}

/** One worker dies; the other finds what it left. */
export async function workerDies(world: World, nth: number, more: Bringing = {}): Promise<Incoming> {
  const payee = customer();
  const moment = moments(world, payee)[nth];
  assert.ok(moment);
  const { what, plan, ...order } = moment;
  world.say(`     a worker dies ${what}`);
  const death = new Death(world, { kind: 'worker', ...order });
  const [incoming] = await Promise.all([
    bring(world, payee, { plan, ...more }),
    death.come().then(() => death.undo()),
  ]);
  return incoming;
}

/** Who was crediting is gone: the credit is asked about, not sent on a guess, and the scheme's word decides. */
export const inboundWorkerCrashes: Scenario = {
  id: 'F30',
  title: 'the worker dies while it credits a customer, or takes the credit back',
  async run(world) {
    const brought: Incoming[] = [];
    for (const nth of [0, 1, 2, 3]) brought.push(await workerDies(world, nth));
    await assertEven(world, brought);
    for (const { payee } of brought)
      assert.ok((await credits(world, payee)) <= 1, `${payee} was credited twice`);
  },
};
