import assert from 'node:assert/strict';
import { SCHEME } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import { Death, type DeathOrder } from './deaths.js';
import { assertEven, bring, type Bringing, credits, customer, type Incoming, passages } from './incoming.js';

export interface Moment extends Omit<DeathOrder, 'kind'> {
  readonly what: string;
  /** Once they are dead, and before they live again. */
  readonly meanwhile?: () => Promise<void>;
}

const PUT = '"method":"PUT"';
/** Their apis come back within it, and notifications are repeated meanwhile. */
const TOLD_MS = 15_000;

/** The customer is credited, and nobody has said so yet. */
const isCredited = (world: World, payee: string) => async (): Promise<boolean> => {
  const [passage] = await passages(world, [payee]);
  if (!passage) return false;
  await world.until(
    'the credit',
    async () => (await passages(world, [payee]))[0]?.creditState === 'succeeded',
  );
  return true;
};

/** With one victim the scheme's own repeat finds the other api; with two the switch waits in vain. */
function moments(world: World, payee: string): readonly Moment[] {
  const isIt = isCredited(world, payee);
  return [
    { what: 'an api dies before it has announced', statement: 'inbound-announce', when: 'before' },
    { what: 'an api dies once it has announced', statement: 'inbound-announce', when: 'after' },
    {
      ...{ what: 'both apis die once the customer is credited', victims: 2 },
      ...{ statement: 'inbound-passage', when: 'after', isIt },
    },
  ];
}

/** Somebody pays the customer, and apis die of it; resolves once the scheme has decided, and they live again. */
export async function apiDies(
  world: World,
  payee: string,
  { what, meanwhile, ...order }: Moment,
  more: Bringing = {},
): Promise<Incoming> {
  world.say(`     ${what}`);
  const death = new Death(world, { kind: 'api', ...order });
  const bringing = bring(world, payee, more);
  await death.come();
  await meanwhile?.();
  const incoming = await bringing;
  await death.undo();
  return incoming;
}

async function dies(world: World, nth: number): Promise<Incoming> {
  const payee = customer();
  const moment = moments(world, payee)[nth];
  assert.ok(moment);
  const incoming = await apiDies(world, payee, moment);
  assert.equal(incoming.state, moment.victims === 2 ? 'ABORTED' : 'COMMITTED', incoming.transferId);
  return incoming;
}

/** What is told of the end is kept before it is acknowledged, by whichever api it reaches at last. */
async function diesOfNews(world: World): Promise<Incoming> {
  const when = world.random.pick(['before', 'after'] as const);
  const death = new Death(world, { kind: 'api', statement: 'callbacks-store', when, holding: PUT });
  const incoming = await bring(world, customer());
  await death.come();
  await death.undo();
  return incoming;
}

const KEPT = `SELECT id FROM callbacks WHERE partner = $1 AND path = $2`;
const ELEVEN_MINUTES_PASS = `
  UPDATE callbacks SET received_at = received_at - interval '11 minutes', tries = 10, due_at = now()
  WHERE id = $1 AND lease IS NULL`;
const TOLD = `SELECT FROM discrepancies WHERE callback_id = $1 AND kind = 'unmatched_callback' AND settled_at IS NULL`;

/** The switch settles what nobody here has heard of: that is told to somebody. */
async function settledUnheard(world: World): Promise<void> {
  const payee = customer();
  const { database } = world.stack;
  const death = new Death(world, { kind: 'api', statement: 'inbound-announce', when: 'before', victims: 2 });
  const bringing = bring(world, payee, { plan: 'committed-anyway' });
  await death.come();
  const { transferId } = await bringing;
  await death.undo();
  assert.deepEqual(await passages(world, [payee]), []);
  const look = async () =>
    (await database.query<{ id: string }>(KEPT, [SCHEME, `transfers/${transferId}`])).rows[0]?.id;
  const callback = await world.until(`the news of ${transferId}`, look, TOLD_MS);
  // So long, and so often looked at, it may still be news of something that is being written down.
  await world.until('it is in nobody’s hands', async () => {
    const { rowCount } = await database.query(ELEVEN_MINUTES_PASS, [callback]);
    return rowCount === 1;
  });
  await world.until(
    'somebody is told',
    async () => ((await database.query(TOLD, [callback])).rowCount ?? 0) > 0,
  );
}

/** Whatever the scheme has heard, a repeat hears the same, and customer and scheme agree in the end. */
export const inboundApiCrashes: Scenario = {
  id: 'F29',
  title: 'the api dies while it answers a partner that brings money',
  async run(world) {
    const brought: Incoming[] = [];
    for (const nth of [0, 1, 2]) brought.push(await dies(world, nth));
    brought.push(await diesOfNews(world));
    const found = await assertEven(world, brought);
    for (const { payee } of brought)
      assert.ok((await credits(world, payee)) <= 1, `${payee} was credited twice`);
    const lost = found.find(({ payee }) => payee === brought[2]?.payee);
    assert.equal(lost?.receiptState, 'failed', 'credited, and the switch never heard of it');
    await settledUnheard(world);
  },
};
