import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { untilDiscrepancy } from './story.js';

const KEEPER = 'core-banking';
const PATIENCE_MS = 40_000;
const LOOK_MS = 50;
/** The account of ours that everybody pays into: nobody's magic. */
const INTO = '221770000042';
const OPEN_MS = 10_000;

interface Way {
  readonly scheme: string;
  readonly settings: object;
  readonly simulated: Readonly<Record<string, unknown>>;
  /** The money says which request it is for, the institution what the payer decides, and a payer can be confirmed. */
  readonly isTold: boolean;
  /** Where the payer's institution is asked: its answer may be lost. */
  readonly requestPath: string;
  /** What the control API calls a transfer that the switch takes back once the credit is told. */
  readonly abortedPlan: string;
  readonly repeatedPlans: readonly string[];
}

const timing = { stageTimeoutMs: 1_000, expiryMs: 1_000 };
const ways: readonly (readonly [string, Way])[] = [
  [
    'a scheme adapter of release 24.19',
    {
      scheme: 'mojaloop-sn',
      settings: { ...timing, autoAccept: 'off', requestToPay: { release: '24.19', openForMs: OPEN_MS } },
      simulated: { imitates: '24.19.4' },
      ...{ isTold: true, requestPath: '/requestToPay/', abortedPlan: 'expired' },
      repeatedPlans: ['repeated', 'repeated-at-once', 'error-notified'],
    },
  ],
  [
    'a scheme adapter of release 18.0.2',
    {
      scheme: 'mojaloop-sn',
      settings: { ...timing, autoAccept: 'party', requestToPay: { release: '18.0.2', openForMs: OPEN_MS } },
      simulated: { imitates: '18.0.2', autoAcceptParty: true },
      ...{ isTold: false, requestPath: '/requestToPay', abortedPlan: 'expired', repeatedPlans: [] },
    },
  ],
  [
    'the switch itself',
    {
      scheme: 'mojaloop-fspiop-sn',
      settings: { answerWithinMs: 3_000, expiryMs: 1_000, requestToPay: { openForMs: OPEN_MS } },
      simulated: {},
      ...{ isTold: true, requestPath: '/transactionRequests', abortedPlan: 'aborted' },
      repeatedPlans: ['repeated', 'modified-repeat'],
    },
  ],
];

describe.each(ways)('a request to pay through %s', (_way, way) => {
  const { scheme, isTold } = way;
  const isSwitch = scheme === 'mojaloop-fspiop-sn';
  let stack: Stack;
  let serial = 0;

  beforeAll(async () => {
    stack = await startStack({
      only: [scheme, KEEPER],
      settings: { worker: { leaseMs: 3_000 }, log: { level: 'info' } },
      partners: {
        [scheme]: {
          enabled: true,
          deadlines: { enquiryTimetableMs: [500, 1_000, 2_000, 3_000], visibilityDelayMs: 300 },
          settings: { ...way.settings, collectInto: { idType: 'MSISDN', idValue: INTO } },
          inbound: { answerWithinMs: 3_000 },
        },
        [KEEPER]: { deadlines: { enquiryTimetableMs: [500, 1_000, 2_000], visibilityDelayMs: 300 } },
      },
      simulators: {
        [scheme]: {
          ...way.simulated,
          incomingExpiryMs: 5_000,
          notificationDelayMs: 200,
          payerThinksMs: 2_000,
        },
      },
    });
  }, 60_000);
  afterAll(() => stack.stop(), 60_000);

  /** Each test asks for an amount of its own, by which the books tell them apart. */
  const ask = async (ending = '45', more: object = {}) => {
    serial += 1;
    const value = String(1_000 + serial);
    const { status, body } = await stack.client.post('/v1/payments', {
      partner: scheme,
      amount: { value, currency: 'XOF' },
      payer: { type: 'msisdn', value: `+22177${String(serial).padStart(5, '0')}${ending}` },
      ...more,
    });
    expect(status).toBe(202);
    return body;
  };
  const namesOf = ({ id }: OperationView, transactionRequestId: string | null) => ({
    transactionRequestId,
    ...(isSwitch ? {} : { homeR2PTransactionId: id }),
  });
  /** The payer's institution pays it. */
  const pay = (payment: OperationView, transactionRequestId: string | null, plan = 'plain') =>
    stack.sandbox.payUnasked(scheme, {
      payee: { idType: 'MSISDN', idValue: INTO },
      amount: payment.amount.value,
      answers: namesOf(payment, transactionRequestId),
      plan,
    });
  /** The payer's institution has the request: before that it is pending, too, while the payer is looked up. */
  const untilAsked = async ({ id }: OperationView): Promise<OperationView> => {
    const isAsked = ({ nextAction }: OperationView) => nextAction?.type === 'approve_on_phone';
    await until(async () => isAsked(await stack.client.operation(id)));
    return stack.client.operation(id);
  };
  const untilEnded = ({ id }: OperationView) => stack.client.untilEnded(id, PATIENCE_MS);
  const sumOf = async (partner: string, isOf: (change: number) => boolean): Promise<number> => {
    const { entries } = await stack.sandbox.books(partner);
    return entries
      .map(({ change }) => Number(change))
      .filter(isOf)
      .reduce((sum, change) => sum + change, 0);
  };
  const isAbout = ({ amount }: OperationView) => {
    const value = Number(amount.value);
    return (change: number): boolean => Math.abs(change) === value || Math.abs(change) === value + 1;
  };
  /** What the account got, by the books of the bank: credits less what was taken back. */
  const credited = async (payment: OperationView) => 0 - (await sumOf(KEEPER, isAbout(payment)));
  /** What the scheme owes us for it, by its own books. */
  const owed = (payment: OperationView) => sumOf(scheme, isAbout(payment));
  const until = async (isThere: () => Promise<boolean>): Promise<void> => {
    const end = performance.now() + PATIENCE_MS;
    while (!(await isThere())) {
      if (performance.now() > end) throw new Error('it does not happen');
      await sleep(LOOK_MS);
    }
  };
  const attemptsOf = async ({ id }: OperationView) =>
    (await stack.client.timeline(id)).filter(({ type }) => type === 'attempt');
  const kinds = async (query: string): Promise<readonly string[]> => {
    const { body } = await stack.client.get<{ items: readonly OperationView[] }>(`/v1/operations?${query}`);
    return body.items.map(({ kind }) => kind);
  };
  const receipts = () => kinds('kind=receipt');
  const waiting = async (): Promise<number> => {
    const { rows } = await stack.database.query<{ count: string }>('SELECT count(*) FROM passing_on');
    return Number(rows[0]?.count);
  };

  it('waits for the payer, and is paid once they have approved', async () => {
    const payment = await ask();
    expect(await untilAsked(payment)).toMatchObject({ state: 'pending' });
    const ended = await untilEnded(payment);
    expect(ended).toMatchObject({ kind: 'payment', state: 'succeeded', failure: null });
    expect(ended.receipt).not.toBeNull();
    expect([await credited(payment), await owed(payment)]).toEqual([
      Number(payment.amount.value),
      Number(payment.amount.value),
    ]);
    expect(await receipts()).toEqual([]);
    await until(async () => (await waiting()) === 0);
  });

  it('has its credit as an operation of its own', async () => {
    const payment = await ask();
    const { receipt } = await untilEnded(payment);
    const { rows } = await stack.database.query<{ partner: string; state: string }>(
      'SELECT partner, state FROM operations WHERE passes_on = $1',
      [payment.id],
    );
    expect(rows).toEqual([{ partner: KEEPER, state: 'succeeded' }]);
    expect(await kinds(`partnerReference=${receipt ?? ''}`)).toContain('payment');
  });

  it('is credited once when the payer’s institution pays twice', async () => {
    const payment = await ask('64');
    expect(await untilEnded(payment)).toMatchObject({ state: 'succeeded' });
    await until(async () => (await waiting()) === 0);
    if (isTold) {
      expect(await credited(payment)).toBe(Number(payment.amount.value));
      expect(await receipts()).toEqual([]);
    }
    // What the scheme owes us is what our customer has, whatever it was taken for.
    expect(await credited(payment)).toBe(await owed(payment));
  });

  it('fails when the payer’s institution does not know them', async () => {
    const payment = await ask('02');
    expect(await untilEnded(payment)).toMatchObject({
      state: 'failed',
      failure: { reason: 'invalid_party', moneyMoved: 'no', partner: { code: '3204' } },
    });
  });

  it('ends when its time is over, and lets no money in any more', async () => {
    const payment = await ask('62');
    const ended = await untilEnded(payment);
    expect(ended).toMatchObject({ state: 'expired', failure: { reason: 'expired', moneyMoved: 'no' } });
    if (!isTold) return;
    const late = await pay(payment, ended.partnerReference);
    expect(late).toMatchObject({ errorCode: '5103', state: null });
    expect(await credited(payment)).toBe(0);
  });

  it('is paid although its own answer was lost', async () => {
    const payment = await ask('66');
    expect(await untilEnded(payment)).toMatchObject({ state: 'succeeded' });
    expect(await credited(payment)).toBe(Number(payment.amount.value));
    expect(await attemptsOf(payment)).toHaveLength(isTold ? 2 : 1);
  });

  it('is not paid, and nobody credited, when the account cannot be', async () => {
    await stack.sandbox.misbehave(KEEPER, { fault: 'error-5xx', match: { path: '/credits/' } });
    const payment = await ask();
    expect(await untilEnded(payment)).toMatchObject({ state: 'failed', failure: { moneyMoved: 'no' } });
    await stack.sandbox.misbehave(KEEPER);
    await until(async () => (await waiting()) === 0);
    expect([await credited(payment), await owed(payment)]).toEqual([0, 0]);
  });

  it('is refused where nobody can be asked', async () => {
    const body = { partner: scheme, amount: { value: '1500', currency: 'XOF' } };
    expect((await stack.client.post('/v1/payments', body)).status).toBe(422);
  });

  if (!isTold) return;

  it('stops at the payer where somebody wants to look', async () => {
    const payment = await ask('45', { confirmation: 'manual' });
    const asked = await stack.client.untilState(payment.id, ['awaiting_confirmation'], PATIENCE_MS);
    expect(asked.nextAction).toMatchObject({
      ...{ type: 'confirm', step: 'party' },
      party: { name: 'Awa Demo', institution: 'payee-demo' },
    });
    await sleep(1_000);
    expect(await credited(payment)).toBe(0);
    await stack.client.post(`/v1/operations/${payment.id}/confirm`, { step: 'party' });
    expect(await untilEnded(payment)).toMatchObject({ state: 'succeeded' });
    const other = await ask('45', { confirmation: 'manual' });
    await stack.client.untilState(other.id, ['awaiting_confirmation'], PATIENCE_MS);
    await stack.client.post(`/v1/operations/${other.id}/cancel`, undefined);
    expect(await stack.client.operation(other.id)).toMatchObject({ state: 'cancelled' });
  });

  it('is paid although the connection broke once the request had left', async () => {
    await stack.sandbox.misbehave(scheme, { fault: 'reset-after-acting', match: { path: way.requestPath } });
    const payment = await ask('62');
    await until(async () => (await attemptsOf(payment)).length === 2);
    await stack.client.untilState(payment.id, ['unknown', 'pending'], PATIENCE_MS);
    await stack.sandbox.misbehave(scheme);
    const { partnerReference } = await stack.client.operation(payment.id);
    await pay(payment, partnerReference);
    expect(await untilEnded(payment)).toMatchObject({ state: 'succeeded' });
    expect(await credited(payment)).toBe(Number(payment.amount.value));
    expect(await attemptsOf(payment)).toHaveLength(2);
  });

  it.each([
    ['after a while', '61'],
    ['at once', '65'],
  ])('fails when the payer says no %s', async (_when, ending) => {
    const payment = await ask(ending);
    expect(await untilEnded(payment)).toMatchObject({
      state: 'failed',
      failure: { reason: 'payer_cancelled', moneyMoved: 'no', partner: { code: 'REJECTED' } },
    });
  });

  it('fails with the reason of the payer’s institution', async () => {
    expect(await untilEnded(await ask('67'))).toMatchObject({
      state: 'failed',
      failure: { reason: 'limit_exceeded', partner: { code: '4200' } },
    });
  });

  it('takes no other amount than was asked for', async () => {
    const payment = await ask('63');
    expect(await untilEnded(payment)).toMatchObject({ state: 'expired' });
    expect([await credited(payment), await owed(payment)]).toEqual([0, 0]);
  });

  it('takes no money for another account', async () => {
    const payment = await ask('62');
    const { partnerReference } = await untilAsked(payment);
    const answers = namesOf(payment, partnerReference);
    const order = {
      payee: { idType: 'MSISDN', idValue: '221770000043' },
      amount: payment.amount.value,
      answers,
    };
    expect(await stack.sandbox.payUnasked(scheme, order)).toMatchObject({ errorCode: '5103' });
    expect(await credited(payment)).toBe(0);
  });

  it('fails, and the credit is taken back, when the switch aborts the transfer', async () => {
    const payment = await ask('62');
    const { partnerReference } = await untilAsked(payment);
    const incoming = await pay(payment, partnerReference, way.abortedPlan);
    expect(incoming).toMatchObject({ state: 'ABORTED' });
    expect(await untilEnded(payment)).toMatchObject({ state: 'failed', failure: { moneyMoved: 'no' } });
    await until(async () => (await waiting()) === 0);
    expect([await credited(payment), await owed(payment)]).toEqual([0, 0]);
  });

  it.each(way.repeatedPlans)('is credited once when its transfer is %s', async (plan) => {
    const payment = await ask('62');
    const { partnerReference } = await untilAsked(payment);
    await pay(payment, partnerReference, plan);
    expect(await untilEnded(payment)).toMatchObject({ state: 'succeeded' });
    expect([await credited(payment), await owed(payment)]).toEqual([
      Number(payment.amount.value),
      Number(payment.amount.value),
    ]);
  });

  if (isSwitch) return;

  it('stays failed when the switch commits what we refused, and somebody is told', async () => {
    const payment = await ask('62');
    const { partnerReference } = await untilAsked(payment);
    await stack.sandbox.misbehave(KEEPER, { fault: 'error-5xx', match: { path: '/credits/' } });
    await pay(payment, partnerReference, 'committed-anyway');
    await stack.sandbox.misbehave(KEEPER);
    await untilDiscrepancy(stack, payment.id, 'committed_not_credited');
    expect(await stack.client.operation(payment.id)).toMatchObject({ state: 'failed' });
    expect(await credited(payment)).toBe(0);
  });

  it('is not undone by a no of the payer’s institution, once its money is here', async () => {
    const payment = await ask('62');
    const { partnerReference } = await untilAsked(payment);
    await pay(payment, partnerReference, 'undecided');
    const told = await fetch(`${stack.inboundUrl}/requestToPay/${partnerReference ?? ''}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ transactionRequestState: 'REJECTED', homeR2PTransactionId: payment.id }),
    });
    expect(told.status).toBe(200);
    await until(async () => {
      const { rows } = await stack.database.query<{ state: string }>(
        "SELECT state FROM callbacks WHERE path LIKE 'requestToPay/%' AND path LIKE $1",
        [`%${partnerReference ?? ''}`],
      );
      return rows.length > 0 && rows.every(({ state }) => state === 'done');
    });
    expect(await stack.client.operation(payment.id)).toMatchObject({ state: 'pending' });
    expect(await credited(payment)).toBe(Number(payment.amount.value));
  });
});
