import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { passages } from '../journeys/story.js';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack } from '../support/stack.js';
import { BARE_PARTNER, PARTNER, startFspiopGateway } from './fspiop-gateway.js';
import { Client, PAYEE } from './gateway.js';
import { callOverTls, CALLBACK_KEY, type FspiopScheme, startFspiopScheme } from './support/fspiop-scheme.js';
import {
  HASTY_PAYEE,
  REFUSED_AMOUNT,
  REFUSING_PAYEE,
  SILENT_AMOUNT,
  UNKNOWN_PAYEE,
} from './support/rules.js';
import { type Aim, bitOfBody, bitOfHeader } from './support/tampering.js';
import { type Change } from './support/tls-door.js';

const PATIENCE_MS = 60_000;
const LOOK_MS = 50;
const TO_QUOTE = ['received', 'submitting', 'awaiting_confirmation', 'submitting', 'awaiting_confirmation'];

const believed = { verdict: 'authentic', state: 'done', why: null };
const forged = { verdict: 'forged', state: 'forged' };

/** Each to a number of its own, by which the switch's requests tell them apart. */
let last = 700;
const nextPayee = (): string => `+254712000${String((last += 1))}`;

const lookupOf = (payee: string): string => `parties/MSISDN/${payee.slice(1)}`;
/** A callback as it comes to our door. */
const putOn = (path: string) => ({ method: 'PUT', path: new RegExp(`^/callbacks/[^/]+/${path}`) });
const postTo = (resource: string) => ({ method: 'POST', path: new RegExp(`^/${resource}$`) });
const TIME_OF_DAY = /\d\d:\d\d:\d\d/;

describe('transfers straight to the toolkit as the switch, signed and over mutual TLS', () => {
  let scheme: FspiopScheme;
  let stack: Stack;
  let client: Client;
  const running = new AsyncDisposableStack();

  beforeAll(async () => {
    scheme = await startFspiopScheme();
    running.defer(() => scheme.stop());
    stack = await startFspiopGateway(scheme);
    running.defer(() => stack.stop());
    client = new Client(stack, PARTNER);
  }, 300_000);
  afterAll(() => running.disposeAsync());

  /** The states it went through, without `pending`: an answer may overtake the acknowledgement of its question. */
  const statesOf = async (operation: OperationView): Promise<string[]> =>
    (await passages(stack, operation)).filter((state) => state !== 'pending');

  /** How often the switch took such a request about a transfer. What moves nothing may be asked for again. */
  const tookOf = async (method: 'get' | 'post', { partnerReference }: OperationView): Promise<number> =>
    (await scheme.requests()).filter(
      ({ method: one, path, body }) =>
        one === method &&
        (body?.['transferId'] === partnerReference || path === `/transfers/${partnerReference ?? ''}`),
    ).length;

  /** What became of the callbacks on a path that begins so, once each was read: what it brings about is seen before that. */
  const callbacksOn = async (path: string) => {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const { rows } = await stack.database.query<{ verdict: string; state: string; why: string | null }>(
        `SELECT verdict, state, verdict_why AS why FROM callbacks
         WHERE starts_with(path, $1) ORDER BY received_at`,
        [path],
      );
      if (rows.every(({ state }) => state !== 'stored') || performance.now() > end) return rows;
      await sleep(LOOK_MS);
    }
  };

  it('pass their three phases where nobody wants to look', async () => {
    const payee = nextPayee();
    const { id } = await client.send('automatic', payee);
    const ended = await client.untilEnded(id);
    expect(ended).toMatchObject({ state: 'succeeded', failure: null });
    expect(ended.receipt).toBe(ended.partnerReference);
    expect(await statesOf(ended)).toEqual([...TO_QUOTE, 'submitting', 'succeeded']);
    expect((await client.tries(id)).attempts).toBe(3);
    expect(await tookOf('post', ended)).toBe(1);
    expect(await callbacksOn(lookupOf(payee))).toContainEqual(believed);
    // One comes for each time that it was asked about, besides.
    const told = await callbacksOn(`transfers/${ended.partnerReference ?? ''}`);
    expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(believed)]));
    expect([...scheme.door.guests]).toEqual(['hub.client']);
  });

  it('stop at the party and at the price, and go on by hand', async () => {
    const { id } = await client.send('manual', nextPayee());
    const atParty = await client.untilAsked(id, 'party');
    expect(atParty.nextAction).toMatchObject({
      party: { name: 'Awa Demo', institution: 'testingtoolkitdfsp' },
    });
    expect((await client.confirm(id, 'party')).status).toBe(200);
    const atQuote = await client.untilAsked(id, 'quote');
    expect(atQuote.nextAction).toMatchObject({
      quote: { sends: { value: '100', currency: 'KES' }, receives: { value: '100', currency: 'KES' } },
    });
    expect((await client.confirm(id, 'quote')).status).toBe(200);
    const ended = await client.untilEnded(id);
    expect(await statesOf(ended)).toEqual([...TO_QUOTE, 'submitting', 'succeeded']);
    expect(await tookOf('post', ended)).toBe(1);
  });

  it('are withdrawn at the price, and no transfer is sent', async () => {
    const id = await client.toQuote(nextPayee());
    const { body } = await client.cancel(id);
    expect(body).toMatchObject({ state: 'cancelled' });
    expect((await client.confirm(id, 'quote')).status).toBe(409);
    expect(await statesOf(body)).toEqual([...TO_QUOTE, 'cancelled']);
    expect(await tookOf('post', body)).toBe(0);
  });

  it('expire when the offer does', async () => {
    const id = await client.toQuote(HASTY_PAYEE);
    const ended = await client.untilEnded(id);
    expect(ended).toMatchObject({
      state: 'expired',
      failure: { reason: 'quote_expired', moneyMoved: 'no' },
    });
    expect((await client.confirm(id, 'quote')).status).toBe(409);
    expect(await statesOf(ended)).toEqual([...TO_QUOTE, 'expired']);
    expect(await tookOf('post', ended)).toBe(0);
  });

  it.each(['awa@demo.sn', 'awa démo'])('go to the alias %j, with words beyond ASCII', async (value) => {
    const { status, body } = await stack.client.post('/v1/transfers', {
      partner: PARTNER,
      amount: { value: '12.5', currency: 'KES' },
      payee: { type: 'alias', value },
      description: 'Salaire de février – merci 👍',
      confirmation: 'automatic',
    });
    expect(status).toBe(202);
    expect(await client.untilEnded(body.id)).toMatchObject({ state: 'succeeded' });
  });

  it.each([
    ['the switch does not know the payee', UNKNOWN_PAYEE, '100', 'invalid_party', '3204', 0],
    ['the payee refuses the price', REFUSING_PAYEE, '100', 'partner_rejected', '5103', 0],
    ['the payee refuses the transfer', PAYEE, REFUSED_AMOUNT, 'partner_rejected', '5105', 1],
  ] as const)('fail where %s', async (_, payee, value, reason, code, took) => {
    const { id } = await client.send('automatic', payee, value);
    const ended = await client.untilEnded(id);
    expect(ended).toMatchObject({
      state: 'failed',
      failure: { reason, moneyMoved: 'no', partner: { code } },
    });
    expect(await tookOf('post', ended)).toBe(took);
  });

  it('that nobody answers are settled by an enquiry', async () => {
    const { id } = await client.send('automatic', nextPayee(), SILENT_AMOUNT);
    const ended = await client.untilEnded(id);
    expect(ended).toMatchObject({ state: 'succeeded', receipt: ended.partnerReference });
    expect((await client.tries(id)).enquiries).toBeGreaterThan(0);
    expect(await tookOf('post', ended)).toBe(1);
    expect(await tookOf('get', ended)).toBeGreaterThan(0);
  });

  it.each([
    ['the amount in a quote', 'quotes/', /"transferAmount":\{.*?"amount":"1/],
    ['the word in the end of a transfer', 'transfers/', /"transferState":"C/],
  ])('believe nothing where one bit of %s is another: they ask again', async (_, path, found) => {
    const changed = scheme.door.changeOne(bitOfBody(putOn(path), found));
    const { id } = await client.send('automatic', nextPayee());
    await changed;
    expect(await client.untilEnded(id)).toMatchObject({ state: 'succeeded' });
    const { attempts, enquiries } = await client.tries(id);
    expect(attempts).toBe(3);
    expect(enquiries).toBeGreaterThan(0);
    const refused = (await callbacksOn(path)).filter(({ verdict }) => verdict !== 'authentic');
    expect(refused).toEqual([{ ...forged, why: 'the signature does not fit' }]);
  });

  it('believe nothing where one bit of a lookup’s answer is another: they ask again', async () => {
    const bits: [change: (aim: Aim) => Change, why: string][] = [
      [(aim) => bitOfBody(aim, /"name":"A/), 'the signature does not fit'],
      [(aim) => bitOfHeader(aim, 'fspiop-signature', /"signature":"./), 'the signature does not fit'],
      [(aim) => bitOfHeader(aim, 'date', TIME_OF_DAY), 'the signature is of another date'],
      [(aim) => bitOfHeader(aim, 'fspiop-source'), 'the signer is not known'],
      [(aim) => bitOfHeader(aim, 'fspiop-destination'), 'it is for another institution'],
      [(aim) => bitOfHeader(aim, 'fspiop-uri'), 'FSPIOP-URI is another path'],
      [(aim) => bitOfHeader(aim, 'fspiop-http-method'), 'FSPIOP-HTTP-Method is another method'],
    ];
    const transfers = bits.map(async ([change, why]) => {
      const payee = nextPayee();
      const path = lookupOf(payee);
      const changed = scheme.door.changeOne(change(putOn(path)));
      const { id } = await client.send('manual', payee);
      await changed;
      await client.untilAsked(id, 'party');
      const [first, ...others] = await callbacksOn(path);
      expect(first).toEqual({ ...forged, why });
      expect(others).toContainEqual(believed);
      expect((await client.cancel(id)).status).toBe(200);
    });
    await Promise.all(transfers);
  });

  it.each([
    ['the amount of a quote', bitOfBody(postTo('quotes'), /"amount":"1/)],
    ['the amount of a transfer', bitOfBody(postTo('transfers'), /"amount":"1/)],
    ['the date of a quote', bitOfHeader(postTo('quotes'), 'date', TIME_OF_DAY)],
    ['who is to get a transfer', bitOfHeader(postTo('transfers'), 'fspiop-destination')],
  ])('fail where one bit of %s is another when the switch gets it', async (_, change) => {
    const changed = scheme.way.changeOne(change);
    const { id } = await client.send('automatic', nextPayee());
    await changed;
    const ended = await client.untilEnded(id);
    expect(ended).toMatchObject({
      state: 'failed',
      failure: { reason: 'partner_misconfigured', moneyMoved: 'no', partner: { code: '3105' } },
    });
    expect(await tookOf('post', ended)).toBe(0);
  });

  it('hear nobody without a certificate of our authority’s', async () => {
    const { door, doorUrl, certificates } = scheme;
    const { ours, stranger } = certificates;
    const path = lookupOf('+254712000999');
    const url = `${doorUrl}/callbacks/${CALLBACK_KEY}/${path}`;
    for (const shown of [null, stranger, ours.client])
      await expect(callOverTls(url, ours.authority, shown, 'PUT')).rejects.toThrow(/alert|socket|ECONNRESET/);
    expect([...door.guests]).toEqual(['hub.client']);
    expect(await callbacksOn(path)).toEqual([]);
  });

  it('reach no switch without our certificate', async () => {
    const payee = nextPayee();
    const { id } = await new Client(stack, BARE_PARTNER).send('automatic', payee);
    expect(await client.untilEnded(id)).toMatchObject({
      state: 'failed',
      failure: { reason: 'partner_unavailable', moneyMoved: 'no' },
    });
    const paths = (await scheme.requests()).map(({ path }) => path);
    expect(paths).not.toContain(`/${lookupOf(payee)}`);
  });
});
