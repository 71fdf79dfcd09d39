import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/stack.js';
import { ask, movements, newReference, passages } from './story.js';

const PARTNER = 'core-banking';

const creditTo = (digits: string, value = '15000') => ({
  partner: PARTNER,
  amount: { value, currency: 'XOF' },
  payee: { type: 'msisdn', value: `+2217712345${digits}` },
  reference: newReference(),
});

describe('a customer of the bank', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      only: [PARTNER],
      settings: { worker: { leaseMs: 3_000 } },
      partners: {
        [PARTNER]: {
          settings: { timeoutMs: 500 },
          deadlines: { enquiryTimetableMs: [500, 1_000, 2_000], visibilityDelayMs: 1_000 },
        },
      },
    });
  }, 60_000);
  beforeEach(() => stack.sandbox.forget(PARTNER));
  afterAll(() => stack.stop());

  const credited = async (digits = '67') => {
    const { id } = await ask(stack.client, '/v1/transfers', creditTo(digits));
    return stack.client.untilEnded(id, 20_000);
  };

  it('is credited, and the receipt is the number of the booking', async () => {
    const operation = await credited();
    expect(operation.state).toBe('succeeded');
    expect(await passages(stack, operation)).toEqual(['received', 'submitting', 'succeeded']);
    expect(await movements(stack, operation)).toMatchObject([
      { receipt: operation.receipt, reference: operation.id, amount: '15000' },
    ]);
  });

  it.each(['timeout-after-acting', 'timeout-before-acting', 'reset-after-acting', 'reset', 'error-5xx'])(
    'is credited once when the back end does this to the first try: %s',
    async (fault) => {
      await stack.sandbox.misbehave(PARTNER, { fault, count: 1, match: { path: '/credits/' } });
      const operation = await credited();
      expect(operation.state).toBe('succeeded');
      expect(await movements(stack, operation)).toHaveLength(1);
    },
  );

  it('is credited by a back end that was busy at first', async () => {
    const operation = await credited('25');
    expect(operation.state).toBe('succeeded');
    expect(await movements(stack, operation)).toHaveLength(1);
  });

  it('whose account is closed is not credited', async () => {
    const operation = await credited('04');
    expect(operation).toMatchObject({
      state: 'failed',
      failure: { reason: 'party_inactive', moneyMoved: 'no', partner: { code: 'account_closed' } },
    });
  });

  it.each([
    ['67', 'succeeded', null],
    ['31', 'failed', { reason: 'insufficient_funds', moneyMoved: 'no' }],
  ])('…%s gives the money back, as far as it is there: %s', async (digits, state, failure) => {
    const { id } = await credited(digits);
    const { status, body: reversal } = await stack.client.post(`/v1/operations/${id}/reversals`, {});
    expect(status).toBe(202);
    const ended = await stack.client.untilEnded(reversal.id, 20_000);
    expect(ended.state).toBe(state);
    if (failure) expect(ended.failure).toMatchObject(failure);
  });
});
