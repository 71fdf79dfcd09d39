import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { sealOf } from '../../../apps/sandbox/src/partners/mojaloop-fspiop/signature.js';
import { type Fault } from '../../support/sandbox-controls.js';
import { SWITCH } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import { assertTold, type Telling } from './inbound-news.js';
import { assertEven, bring, customer, type Incoming } from './incoming.js';
import { allSucceeded, idOf, movedOnce, movements, phones, standing, towards } from './sights.js';

const COPIES = 12;

const TELLINGS: readonly Telling[] = [
  { fault: { fault: 'callback-lost' }, end: 'succeeded' },
  { fault: { fault: 'callback-duplicated', copies: COPIES }, end: 'succeeded' },
  { fault: { fault: 'callback-late', delayMs: 2_500 }, end: 'succeeded' },
  { fault: { fault: 'callback-out-of-order', delayMs: 1_500 }, end: 'succeeded' },
  { fault: { fault: 'callback-corrupted' }, end: 'succeeded' },
  { fault: { fault: 'callback-forged' }, end: 'succeeded' },
  { plan: 'untold', end: 'succeeded' },
  { plan: 'told-by-payer', end: 'succeeded' },
  { plan: 'aborted', end: 'failed' },
  { plan: 'aborted', fault: { fault: 'callback-lost' }, end: 'failed' },
  { plan: 'aborted', fault: { fault: 'callback-duplicated', copies: COPIES }, end: 'failed' },
  { plan: 'aborted-silently', end: 'failed' },
  { plan: 'answered-late', end: 'failed' },
];

/** The answers to a lookup, a quote and a transfer. */
const ANSWERS = ['/parties/', '/quotes/', '/transfers/'];
const ILLS: readonly Fault[] = [
  ...ANSWERS.map((path) => ({ fault: 'callback-lost', count: 1, match: { path } }) as const),
  ...ANSWERS.map((path) => ({ fault: 'callback-forged', count: 1, match: { path } }) as const),
  { fault: 'callback-duplicated', copies: COPIES },
  { fault: 'callback-late', delayMs: 1_000 },
  { fault: 'callback-early' },
  { fault: 'callback-out-of-order', delayMs: 800 },
  { fault: 'callback-corrupted', count: 2 },
];

/** What the switch says of transfers by itself, or is asked for, is not heard for a while. */
const DEAF: Fault = { fault: 'callback-lost', match: { path: '/transfers/' } };

async function assertPaid(world: World): Promise<void> {
  const numbers = phones(world.random, SWITCH, ILLS.length);
  for (const [n, msisdn] of numbers.entries()) {
    const ill = ILLS[n];
    if (ill) await world.stack.sandbox.addFault(SWITCH, towards(SWITCH, msisdn, ill));
  }
  const asked = numbers.map((msisdn) => world.recorder.transfer({ partner: SWITCH, msisdn }));
  await movedOnce(world, await allSucceeded(world, (await Promise.all(asked)).map(idOf)));
  await world.stack.sandbox.misbehave(SWITCH);
}

/** In the name of the switch, with a key that is not its own. @returns the status */
async function forge(base: string, method: 'PUT' | 'PATCH', path: string, said: object): Promise<number> {
  const date = new Date().toUTCString();
  const [source, destination] = ['switch', 'banque-demo'];
  const words = {
    ...{ 'FSPIOP-URI': path, 'FSPIOP-HTTP-Method': method, Date: date },
    ...{ 'FSPIOP-Source': source, 'FSPIOP-Destination': destination },
  };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const body = JSON.stringify(said);
  const { status } = await fetch(`${base}${path}`, {
    method,
    body,
    headers: {
      'content-type': 'application/vnd.interoperability.transfers+json;version=1.1',
      ...{ date, 'fspiop-source': source, 'fspiop-destination': destination },
      ...{ 'fspiop-uri': path, 'fspiop-http-method': method },
      'fspiop-signature': sealOf(privateKey, words, body),
    },
  });
  return status;
}

/** Somebody else says that the money came, or did not, while the switch itself is not heard. */
async function liedAbout(world: World, plan: string, transferState: string): Promise<Incoming> {
  const incoming = await bring(world, customer(), { by: SWITCH, plan });
  const path = `/transfers/${incoming.transferId}`;
  const said = { transferState, completedTimestamp: new Date().toISOString() };
  const status = await forge(world.switchDoorUrl, 'PATCH', path, said);
  assert.ok(status >= 400 && status < 500, `a forged PATCH was answered ${status}`);
  return incoming;
}

/** Carried out, and somebody else says that it was not. */
async function liedAboutOurs(world: World): Promise<string> {
  const { recorder, stack, until } = world;
  const msisdn = `+22179${String(world.random.integer(10_000, 99_999))}37`;
  const id = idOf(await recorder.transfer({ partner: SWITCH, msisdn }));
  await until('its money moves', async () => {
    const [operation] = await standing(world, [id]);
    return operation !== undefined && (await movements(world, operation)).length > 0;
  });
  const { partnerReference } = await stack.client.operation(id);
  const callbacks = `${world.stack.apiUrls[0] ?? ''}/callbacks/${stack.shared['MOJALOOP_FSPIOP_SN_CALLBACK_KEY'] ?? ''}`;
  const said = {
    errorInformation: { errorCode: '5105', errorDescription: 'Payee FSP rejected transaction' },
  };
  await forge(callbacks, 'PUT', `/transfers/${partnerReference ?? ''}/error`, said);
  return id;
}

/** Whoever says what, how often and when: only what the switch has signed counts, and it counts once. */
export const switchNews: Scenario = {
  id: 'F37',
  title: 'what the switch says is lost, late, doubled or forged, in both directions',
  async run(world) {
    const { sandbox } = world.stack;
    await assertPaid(world);
    await assertTold(world, TELLINGS, SWITCH);
    await sandbox.misbehave(SWITCH, DEAF);
    const brought = [
      await liedAbout(world, 'untold', 'ABORTED'),
      await liedAbout(world, 'aborted-silently', 'COMMITTED'),
    ];
    const ours = await liedAboutOurs(world);
    await sandbox.misbehave(SWITCH);
    await assertEven(world, brought);
    await movedOnce(world, await allSucceeded(world, [ours]));
  },
};
