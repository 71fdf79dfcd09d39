import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { untilDiscrepancy } from './story.js';

const SCHEME = 'mojaloop-sn';
const KEEPER = 'core-banking';
const PATIENCE_MS = 40_000;
const LOOK_MS = 50;
/** The account of ours that everybody pays into: nobody's magic. */
const INTO = '221770000042';
const OPEN_MS = 10_000;

/** Both releases of the scheme adapter: the newer one says which request its money is for, the older one does not. */
describe.each([
  ['24.19', { imitates: '24.19.4' }],
  ['18.0.2', { imitates: '18.0.2', autoAcceptParty: true }],
])('a request to pay through a scheme adapter of release %s', (release, simulated) => {
  let stack: Stack;
  let serial = 0;

  beforeAll(async () => {
    stack = await startStack({
      only: [SCHEME, KEEPER],
      settings: { worker: { leaseMs: 3_000 }, log: { level: 'info' } },
      partners: {
        [SCHEME]: {
          deadlines: { enquiryTimetableMs: [500, 1_000, 2_000, 3_000], visibilityDelayMs: 300 },
          settings: {
            ...{ stageTimeoutMs: 1_000, expiryMs: 1_000, autoAccept: release === '24.19' ? 'off' : 'party' },
            collectInto: { idType: 'MSISDN', idValue: INTO },
            requestToPay: { release, openForMs: OPEN_MS },
          },
          inbound: { answerWithinMs: 3_000 },
        },
        [KEEPER]: { deadlines: { enquiryTimetableMs: [500, 1_000, 2_000], visibilityDelayMs: 300 } },
      },
      simulators: {
        [SCHEME]: { ...simulated, incomingExpiryMs: 5_000, notificationDelayMs: 200, payerThinksMs: 2_000 },
      },
    });
  }, 60_000);
  afterAll(() => stack.stop(), 60_000);

  /** Each test asks for an amount of its own, by which the books tell them apart. */
  const ask = async (ending = '45', more: object = {}) => {
    serial += 1;
    const value = String(1_000 + serial);
    const { status, body } = await stack.client.post('/v1/payments', {
      partner: SCHEME,
      amount: { value, currency: 'XOF' },
      payer: { type: 'msisdn', value: `+22177${String(serial).padStart(5, '0')}${ending}` },
      ...more,
    });
    expect(status).toBe(202);
    return body;
  };
  /** The payer's institution pays it. */
  const pay = (payment: OperationView, transactionRequestId: string | null, plan = 'plain') =>
    stack.sandbox.payUnasked(SCHEME, {
      payee: { idType: 'MSISDN', idValue: INTO },
      amount: payment.amount.value,
      answers: { transactionRequestId, homeR2PTransactionId: payment.id },
      plan,
    });
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
  const owed = (payment: OperationView) => sumOf(SCHEME, isAbout(payment));
  const until = async (isThere: () => Promise<boolean>): Promise<void> => {
    const end = performance.now() + PATIENCE_MS;
    while (!(await isThere())) {
      if (performance.now() > end) throw new Error('it does not happen');
      await sleep(LOOK_MS);
    }
  };
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
    const pending = await stack.client.untilState(payment.id, ['pending'], PATIENCE_MS);
    expect(pending).toMatchObject({ nextAction: { type: 'approve_on_phone' } });
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
    if (release === '24.19') {
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
    if (release === '18.0.2') return;
    const late = await pay(payment, ended.partnerReference);
    expect(late).toMatchObject({ errorCode: '5103', state: null });
    expect(await credited(payment)).toBe(0);
  });

  it('is paid although its own answer was lost', async () => {
    const payment = await ask('66');
    expect(await untilEnded(payment)).toMatchObject({ state: 'succeeded' });
    expect(await credited(payment)).toBe(Number(payment.amount.value));
    const attempts = (await stack.client.timeline(payment.id)).filter(({ type }) => type === 'attempt');
    expect(attempts).toHaveLength(release === '24.19' ? 2 : 1);
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
    const body = { partner: SCHEME, amount: { value: '1500', currency: 'XOF' } };
    expect((await stack.client.post('/v1/payments', body)).status).toBe(422);
  });

  if (release === '18.0.2') return;

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
    const { partnerReference } = await stack.client.untilState(payment.id, ['pending'], PATIENCE_MS);
    const answers = { transactionRequestId: partnerReference, homeR2PTransactionId: payment.id };
    const order = {
      payee: { idType: 'MSISDN', idValue: '221770000043' },
      amount: payment.amount.value,
      answers,
    };
    expect(await stack.sandbox.payUnasked(SCHEME, order)).toMatchObject({ errorCode: '5103' });
    expect(await credited(payment)).toBe(0);
  });

  it('fails, and the credit is taken back, when the switch aborts the transfer', async () => {
    const payment = await ask('62');
    const { partnerReference } = await stack.client.untilState(payment.id, ['pending'], PATIENCE_MS);
    const incoming = await pay(payment, partnerReference, 'expired');
    expect(incoming).toMatchObject({ state: 'ABORTED' });
    expect(await untilEnded(payment)).toMatchObject({ state: 'failed', failure: { moneyMoved: 'no' } });
    await until(async () => (await waiting()) === 0);
    expect([await credited(payment), await owed(payment)]).toEqual([0, 0]);
  });

  it('stays failed when the switch commits what we refused, and somebody is told', async () => {
    const payment = await ask('62');
    const { partnerReference } = await stack.client.untilState(payment.id, ['pending'], PATIENCE_MS);
    await stack.sandbox.misbehave(KEEPER, { fault: 'error-5xx', match: { path: '/credits/' } });
    await pay(payment, partnerReference, 'committed-anyway');
    await stack.sandbox.misbehave(KEEPER);
    await untilDiscrepancy(stack, payment.id, 'committed_not_credited');
    expect(await stack.client.operation(payment.id)).toMatchObject({ state: 'failed' });
    expect(await credited(payment)).toBe(0);
  });

  it('is not undone by a no of the payer’s institution, once its money is here', async () => {
    const payment = await ask('62');
    const { partnerReference } = await stack.client.untilState(payment.id, ['pending'], PATIENCE_MS);
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

  it.each(['repeated', 'repeated-at-once', 'error-notified'])(
    'is credited once when its transfer is %s',
    async (plan) => {
      const payment = await ask('62');
      const { partnerReference } = await stack.client.untilState(payment.id, ['pending'], PATIENCE_MS);
      await pay(payment, partnerReference, plan);
      expect(await untilEnded(payment)).toMatchObject({ state: 'succeeded' });
      expect([await credited(payment), await owed(payment)]).toEqual([
        Number(payment.amount.value),
        Number(payment.amount.value),
      ]);
    },
  );
});
