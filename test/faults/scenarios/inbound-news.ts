import assert from 'node:assert/strict';
import { type Fault } from '../../support/sandbox-controls.js';
import { SCHEME } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import {
  assertEven,
  bring,
  type Bringer,
  credited,
  credits,
  customer,
  type Incoming,
  passedOn,
} from './incoming.js';

const COPIES = 12;

export interface Telling {
  readonly fault?: Fault;
  readonly plan?: string;
  readonly end: 'succeeded' | 'failed';
}

const TELLINGS: readonly Telling[] = [
  { fault: { fault: 'callback-lost' }, end: 'succeeded' },
  { fault: { fault: 'callback-duplicated', copies: COPIES }, end: 'succeeded' },
  { fault: { fault: 'callback-early' }, end: 'succeeded' },
  { fault: { fault: 'callback-late', delayMs: 2_500 }, end: 'succeeded' },
  { fault: { fault: 'callback-out-of-order', delayMs: 1_500 }, end: 'succeeded' },
  { fault: { fault: 'callback-corrupted' }, end: 'succeeded' },
  { plan: 'error-notified', end: 'succeeded' },
  { plan: 'record-lost', end: 'succeeded' },
  { plan: 'expired', end: 'failed' },
  { plan: 'expired', fault: { fault: 'callback-lost' }, end: 'failed' },
  { plan: 'expired', fault: { fault: 'callback-duplicated', copies: COPIES }, end: 'failed' },
  { plan: 'answered-late', end: 'failed' },
];

async function told(world: World, { fault, plan = 'plain' }: Telling, by: Bringer): Promise<Incoming> {
  const payee = customer();
  if (fault) await world.stack.sandbox.addFault(by, { ...fault, match: { party: payee } });
  return bring(world, payee, { plan, by });
}

/** The switch settles what the bank refused: nobody is credited on its word, and somebody is told. */
async function settledAnyway(world: World): Promise<void> {
  const payee = customer('21');
  const { state } = await bring(world, payee, { plan: 'committed-anyway' });
  assert.equal(state, 'COMMITTED');
  // The receipt has ended by our own no, before the switch says otherwise.
  await world.until(`it is said that ${payee} is not credited`, async () => {
    const [passage] = await passedOn(world, [payee]);
    return passage?.flags.includes('committed_not_credited');
  });
  assert.equal(await credited(world, payee), 0);
}

/** However it is told how they ended, that is how they have ended: each credited once, or not at all. */
export async function assertTold(world: World, tellings: readonly Telling[], by: Bringer): Promise<void> {
  // One after the other: whose notification overtakes whose is part of the story.
  const brought: Incoming[] = [];
  for (const telling of tellings) brought.push(await told(world, telling, by));
  const found = await assertEven(world, brought);
  for (const [n, { payee, transferId }] of brought.entries()) {
    const { end, plan = 'plain', fault } = tellings[n] ?? {};
    const state = found.find((one) => one.payee === payee)?.receiptState;
    assert.equal(state, end, `${transferId} (${plan}, ${fault?.fault ?? 'no fault'})`);
    assert.ok((await credits(world, payee)) <= 1, `${transferId} was credited twice`);
  }
}

/** However it is told how it ended, the switch's word is what counts, and it counts once. */
export const inboundNews: Scenario = {
  id: 'F32',
  title: 'the end of what was brought is told badly, or is not what was said',
  async run(world) {
    await assertTold(world, TELLINGS, SCHEME);
    await settledAnyway(world);
  },
};
