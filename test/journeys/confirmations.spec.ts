import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { ask, movements, newReference, openDiscrepancies, passages } from './story.js';

const PARTNER = 'mojaloop-sn';
const GOES_WELL = ['received', 'submitting', 'awaiting_confirmation', 'submitting', 'awaiting_confirmation'];

type Step = 'party' | 'quote';

describe('a transfer through a partner that asks before it moves money', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      only: [PARTNER],
      settings: { worker: { leaseMs: 10_000 }, log: { level: 'info' } },
      partners: {
        [PARTNER]: {
          deadlines: { enquiryTimetableMs: [500, 1_000, 2_000], visibilityDelayMs: 300 },
          settings: { stageTimeoutMs: 1_000, expiryMs: 1_000 },
        },
      },
    });
  }, 60_000);
  afterAll(() => stack.stop());

  const transfer = (digits: string, confirmation: 'automatic' | 'manual') =>
    ask(stack.client, '/v1/transfers', {
      partner: PARTNER,
      amount: { value: '2500', currency: 'XOF' },
      payee: { type: 'msisdn', value: `+2217712345${digits}` },
      reference: newReference(),
      confirmation,
    });
  const confirm = (id: string, step: Step) => stack.client.post(`/v1/operations/${id}/confirm`, { step });
  const untilAsked = async (id: string, step: Step): Promise<OperationView> => {
    for (;;) {
      const operation = await stack.client.untilState(id, ['awaiting_confirmation', 'failed', 'expired']);
      if (operation.nextAction !== null || operation.state !== 'awaiting_confirmation') {
        expect(operation.nextAction).toMatchObject({ type: 'confirm', step });
        return operation;
      }
      await sleep(20);
    }
  };
  const toQuote = async (digits: string): Promise<string> => {
    const { id } = await transfer(digits, 'manual');
    await untilAsked(id, 'party');
    await confirm(id, 'party');
    await untilAsked(id, 'quote');
    return id;
  };

  it('goes on by itself where nobody wants to look, and moves once', async () => {
    const { id } = await transfer('67', 'automatic');
    const ended = await stack.client.untilEnded(id);
    expect(ended.state).toBe('succeeded');
    expect(await passages(stack, ended)).toEqual([...GOES_WELL, 'submitting', 'succeeded']);
    expect(await movements(stack, ended)).toHaveLength(1);
  });

  it('answers whoever waits with the end, and not with a question that has its answer', async () => {
    const { status, body } = await stack.client.post(
      '/v1/transfers',
      {
        partner: PARTNER,
        amount: { value: '2500', currency: 'XOF' },
        payee: { type: 'msisdn', value: '+221771234567' },
        confirmation: 'automatic',
      },
      { waitS: 15 },
    );
    expect(status).toBe(200);
    expect(body.state).toBe('succeeded');
  });

  it('moves once, however often the client says yes', async () => {
    const id = await toQuote('67');
    const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(id, 'quote')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const ended = await stack.client.untilEnded(id);
    expect(ended.state).toBe('succeeded');
    expect(await movements(stack, ended)).toHaveLength(1);
  });

  it('tells the price and the party, whose name needs a scope of its own', async () => {
    const id = await toQuote('67');
    const question = await stack.client.operation(id);
    expect(question.nextAction).toMatchObject({
      party: { name: expect.any(String) },
      quote: { sends: { value: '2500', currency: 'XOF' } },
    });
    const stranger = await stack.newClient(['operations:read']);
    expect((await stranger.get(`/v1/operations/${id}`)).status).toBe(404);
  });

  it('does not move when the client says no', async () => {
    const id = await toQuote('67');
    const { body } = await stack.client.post(`/v1/operations/${id}/cancel`, undefined);
    expect(body.state).toBe('cancelled');
    expect((await confirm(id, 'quote')).status).toBe(409);
    expect(await movements(stack, body)).toEqual([]);
  });

  it('does not move at a price that has ended', async () => {
    const { id } = await transfer('17', 'manual');
    await untilAsked(id, 'party');
    await confirm(id, 'party');
    const ended = await stack.client.untilEnded(id);
    expect(ended).toMatchObject({ state: 'expired', failure: { reason: 'quote_expired', moneyMoved: 'no' } });
    expect(await movements(stack, ended)).toEqual([]);
  });

  it.each([
    ['it is told late that it was carried out', '31', 'succeeded', 1],
    ['it is told late that it was not', '32', 'failed', 0],
    ['the yes is lost on the way back', '43', 'succeeded', 1],
    ['the switch says that it knows it already', '40', 'succeeded', 1],
  ])(
    'is asked about, and never sent again, when %s',
    async (_, digits, state, moved) => {
      const { id } = await transfer(digits, 'automatic');
      const ended = await stack.client.untilEnded(id, 40_000);
      expect(ended.state).toBe(state);
      expect(await movements(stack, ended)).toHaveLength(moved);
      expect(await openDiscrepancies(stack, id)).toEqual([]);
    },
    60_000,
  );

  it('moves once when the worker is killed with the yes under way', async () => {
    await stack.sandbox.misbehave(PARTNER, { fault: 'slow', delayMs: 3_000, count: 3 });
    const { id } = await transfer('67', 'automatic');
    const [worker] = stack.workers;
    const until = performance.now() + 40_000;
    const attempts = async () =>
      (await stack.client.timeline(id)).filter(({ type }) => type === 'attempt').length;
    while ((await attempts()) < 3 && performance.now() < until) await sleep(20);
    while ((await stack.sandbox.books(PARTNER, id)).entries.length === 0 && performance.now() < until)
      await sleep(20);
    await worker?.kill('SIGKILL');
    expect((await stack.client.operation(id)).state).toBe('submitting');
    await worker?.start();
    const ended = await stack.client.untilEnded(id, 60_000);
    expect(ended.state).toBe('succeeded');
    expect(await passages(stack, ended)).toEqual([...GOES_WELL, 'submitting', 'unknown', 'succeeded']);
    expect(await movements(stack, ended)).toHaveLength(1);
  }, 120_000);
});
