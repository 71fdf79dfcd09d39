import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack } from '../support/stack.js';
import { Client, PAYEE, startGateway } from './gateway.js';
import {
  HASTY_OFFER_MS,
  HASTY_PAYEE,
  REFUSED_AMOUNT,
  REFUSING_PAYEE,
  SILENT_AMOUNT,
  UNKNOWN_PAYEE,
} from './support/rules.js';
import { type Scheme, startScheme } from './support/scheme.js';

describe('transfers through the real scheme adapter', () => {
  let scheme: Scheme | undefined;
  let stack: Stack | undefined;
  let client: Client;

  beforeAll(async () => {
    scheme = await startScheme();
    stack = await startGateway(scheme);
    client = new Client(stack);
  }, 300_000);
  afterAll(async () => {
    await stack?.stop();
    await scheme?.stop();
  });

  it('are carried out in one go where nobody wants to look', async () => {
    const { id } = await client.send('automatic');
    const ended = await client.untilEnded(id);
    expect(ended).toMatchObject({ state: 'succeeded', failure: null });
    expect(ended.partnerReference).not.toBeNull();
    expect(await client.tries(id)).toEqual({ attempts: 3, enquiries: 0 });
    expect(await client.moves(id)).toBe(1);
  });

  it('stop at the party and at the price, and go on by hand', async () => {
    const { id } = await client.send('manual');
    const atParty = await client.untilAsked(id, 'party');
    expect(atParty.nextAction).toMatchObject({ party: { institution: 'testingtoolkitdfsp' } });
    expect((await client.confirm(id, 'party')).status).toBe(200);
    const atQuote = await client.untilAsked(id, 'quote');
    expect(atQuote.nextAction).toMatchObject({
      quote: { sends: { value: '100', currency: 'KES' }, receives: { value: '100', currency: 'KES' } },
    });
    expect(atQuote.partnerReference).toBe(atParty.partnerReference);
    // The client's answer comes twice.
    const answers = await Promise.all([client.confirm(id, 'quote'), client.confirm(id, 'quote')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await client.untilEnded(id)).toMatchObject({ state: 'succeeded' });
    expect(await client.tries(id)).toEqual({ attempts: 3, enquiries: 0 });
    expect(await client.moves(id)).toBe(1);
  });

  it('are withdrawn at the party, and nothing moves', async () => {
    const { id } = await client.send('manual');
    await client.untilAsked(id, 'party');
    expect((await client.cancel(id)).body).toMatchObject({ state: 'cancelled' });
    expect((await client.confirm(id, 'party')).status).toBe(409);
    expect(await client.moves(id)).toBe(0);
  });

  it('are withdrawn at the price, and nothing moves', async () => {
    const id = await client.toQuote();
    expect((await client.cancel(id)).body).toMatchObject({ state: 'cancelled' });
    expect((await client.confirm(id, 'quote')).status).toBe(409);
    expect(await client.moves(id)).toBe(0);
  });

  it('expire when the offer does', async () => {
    const id = await client.toQuote(HASTY_PAYEE);
    await sleep(HASTY_OFFER_MS);
    expect((await client.confirm(id, 'quote')).status).toBe(409);
    expect(await client.untilEnded(id)).toMatchObject({
      state: 'expired',
      failure: { reason: 'quote_expired', moneyMoved: 'no' },
    });
    expect(await client.moves(id)).toBe(0);
  });

  it.each([
    ['the switch does not know the payee', UNKNOWN_PAYEE, '100', 'invalid_party', '3204', 0],
    ['the payee refuses the price', REFUSING_PAYEE, '100', 'partner_rejected', '5103', 0],
    ['the payee refuses the transfer', PAYEE, REFUSED_AMOUNT, 'partner_rejected', '5105', 1],
  ] as const)('fail where %s', async (_, payee, value, reason, code, moves) => {
    const { id } = await client.send('automatic', payee, value);
    expect(await client.untilEnded(id)).toMatchObject({
      state: 'failed',
      failure: { reason, moneyMoved: 'no', partner: { code } },
    });
    expect(await client.moves(id)).toBe(moves);
  });

  it('are carried out once each, twenty at a time', async () => {
    const payees = Array.from({ length: 20 }, (_, n) => `+2547120006${String(n).padStart(2, '0')}`);
    const sent = await Promise.all(payees.map((payee) => client.send('automatic', payee)));
    for (const { id } of sent) {
      expect(await client.untilEnded(id)).toMatchObject({ state: 'succeeded', failure: null });
      expect(await client.tries(id)).toEqual({ attempts: 3, enquiries: 0 });
      expect(await client.moves(id)).toBe(1);
    }
    const receipts = await Promise.all(sent.map(async ({ id }) => (await client.untilEnded(id)).receipt));
    expect(new Set(receipts).size).toBe(20);
  });

  it('that nobody answers are settled by an enquiry', async () => {
    const { id } = await client.send('automatic', PAYEE, SILENT_AMOUNT);
    await client.untilState(id, ['unknown', 'succeeded']);
    expect(await client.untilEnded(id)).toMatchObject({ state: 'succeeded' });
    expect((await client.tries(id)).enquiries).toBeGreaterThan(0);
    expect(await client.moves(id)).toBe(1);
  });
});
