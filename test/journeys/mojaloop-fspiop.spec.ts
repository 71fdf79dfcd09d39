import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, startStack } from '../support/stack.js';
import { ask, movements, newReference, passages } from './story.js';

const PARTNER = 'mojaloop-fspiop-sn';
const PATIENCE_MS = 40_000;
/** Without `pending`: an answer may overtake the acknowledgement of its question. */
const THREE_PHASES = [
  ...['received', 'submitting', 'awaiting_confirmation'],
  ...['submitting', 'awaiting_confirmation', 'submitting', 'succeeded'],
];

const transferTo = (digits: string, confirmation?: 'manual') => ({
  partner: PARTNER,
  amount: { value: '15000', currency: 'XOF' },
  payee: { type: 'msisdn', value: `+2217700007${digits}` },
  reference: newReference(),
  ...(confirmation ? { confirmation } : {}),
});

describe('a transfer over a switch that answers by callbacks', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      only: [PARTNER],
      workers: 2,
      settings: { worker: { leaseMs: 3_000 } },
      partners: {
        [PARTNER]: {
          enabled: true,
          settings: { answerWithinMs: 12_000 },
          // Late enough that nothing is asked about which is only slow: it would be on the timeline.
          deadlines: { enquiryTimetableMs: [3_000, 6_000] },
        },
      },
    });
  }, 60_000);
  beforeEach(() => stack.sandbox.forget(PARTNER));
  afterAll(() => stack.stop());

  const sent = async (digits: string) => {
    const { id } = await ask(stack.client, '/v1/transfers', transferTo(digits));
    return stack.client.untilEnded(id, PATIENCE_MS);
  };

  const untilAsked = async (id: string, step: string): Promise<void> => {
    for (;;) {
      const { nextAction } = await stack.client.untilState(id, [
        'awaiting_confirmation',
        'failed',
        'expired',
      ]);
      if (nextAction !== null && 'step' in nextAction && nextAction.step === step) return;
      await sleep(20);
    }
  };

  it('passes its three phases, whichever process hears of them', async () => {
    const operation = await sent('01');
    expect(operation.state).toBe('succeeded');
    const states = await passages(stack, operation);
    expect(states.filter((state) => state !== 'pending')).toEqual(THREE_PHASES);
    expect(await movements(stack, operation)).toHaveLength(1);
  });

  it('can be read on its timeline message by message, with headers, and without anybody’s number', async () => {
    const { id } = await sent('01');
    const entries = await stack.client.timeline(id);
    // The first call of a process fetches its token, too.
    const messages = entries.filter(({ type, path }) => type === 'message' && path !== '/oauth2/token');
    expect(messages.map(({ method, path }) => `${String(method)} ${String(path)}`)).toEqual([
      expect.stringMatching(/^GET \/parties\/MSISDN\/2217\*+\d{3}$/),
      'POST /quotes',
      'POST /transfers',
    ]);
    for (const message of messages) {
      expect(message).toMatchObject({
        direction: 'sent',
        request: { headers: { 'fspiop-source': 'banque-demo', authorization: '***' } },
        answer: { status: 202 },
      });
    }
    const news = entries.filter(({ type }) => type === 'notice');
    expect(news).toMatchObject([
      { callback: { method: 'PUT', path: expect.stringMatching(/^parties\/MSISDN/) } },
      {
        callback: {
          method: 'PUT',
          headers: { 'fspiop-destination': 'banque-demo', 'fspiop-signature': '***' },
        },
      },
      { callback: { method: 'PUT', path: expect.stringMatching(/^transfers\/[-0-9a-f]{36}$/) } },
    ]);
    expect(JSON.stringify(entries)).not.toContain('22177000070');
  });

  it('is waited for until it has ended: between its phases nobody has anything to do', async () => {
    const { status, body } = await stack.client.post('/v1/transfers', transferTo('01'), { waitS: 20 });
    expect([status, body.state]).toEqual([200, 'succeeded']);
  });

  it('to one payee is looked up together with others, and paid once each', async () => {
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => ask(stack.client, '/v1/transfers', transferTo('07'))),
    );
    const ended = await Promise.all(asked.map(({ id }) => stack.client.untilEnded(id, PATIENCE_MS)));
    expect(ended.map(({ state }) => state)).toEqual(asked.map(() => 'succeeded'));
    for (const operation of ended) expect(await movements(stack, operation)).toHaveLength(1);
  });

  it.each(['/parties/', '/quotes/', '/transfers/'])(
    'gets over a lost answer to %s by asking again',
    async (path) => {
      await stack.sandbox.misbehave(PARTNER, { fault: 'callback-lost', count: 1, match: { path } });
      const operation = await sent('01');
      expect(operation.state).toBe('succeeded');
      expect(await movements(stack, operation)).toHaveLength(1);
    },
  );

  it.each([
    'callback-duplicated',
    'callback-out-of-order',
    'callback-early',
    'callback-corrupted',
    'callback-forged',
  ])('is paid once through %s', async (fault) => {
    await stack.sandbox.misbehave(PARTNER, { fault, ...(/corr|forg/.test(fault) ? { count: 1 } : {}) });
    const operation = await sent('01');
    expect(operation.state).toBe('succeeded');
    expect(await movements(stack, operation)).toHaveLength(1);
  });

  it.each([
    ['timeout-after-acting', '/quotes'],
    ['reset', '/quotes'],
    ['reset-after-acting', '/transfers'],
    ['error-5xx-after-acting', '/transfers'],
  ])('is paid once through %s at %s', async (fault, path) => {
    await stack.sandbox.misbehave(PARTNER, { fault, count: 1, match: { path } });
    const operation = await sent('01');
    expect(operation.state).toBe('succeeded');
    expect(await movements(stack, operation)).toHaveLength(1);
  });

  it('is found where the switch carried it out and told nobody', async () => {
    const operation = await sent('37');
    expect(operation.state).toBe('succeeded');
    expect(await movements(stack, operation)).toHaveLength(1);
  });

  it.each([
    ['02', 'invalid_party'],
    ['03', 'partner_unavailable'],
    ['12', 'limit_exceeded'],
    ['21', 'insufficient_funds'],
  ])('to …%s fails, and moves nothing: %s', async (digits, reason) => {
    const operation = await sent(digits);
    expect(operation).toMatchObject({ state: 'failed', failure: { reason, moneyMoved: 'no' } });
    expect(await movements(stack, operation)).toEqual([]);
  });

  it('waits for a person who wants to see the party and the price', async () => {
    const { id } = await ask(stack.client, '/v1/transfers', transferTo('01', 'manual'));
    for (const step of ['party', 'quote']) {
      await untilAsked(id, step);
      expect((await stack.client.post(`/v1/operations/${id}/confirm`, { step })).status).toBe(200);
    }
    expect((await stack.client.untilEnded(id, PATIENCE_MS)).state).toBe('succeeded');
  });
});
