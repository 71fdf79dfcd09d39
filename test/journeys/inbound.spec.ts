import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { conversation, untilDiscrepancy } from './story.js';

const SCHEME = 'mojaloop-sn';
const KEEPER = 'core-banking';
const PATIENCE_MS = 40_000;
const LOOK_MS = 50;

/** What the scheme's side saw of a payment to a customer of ours. */
interface Incoming extends Readonly<Record<string, unknown>> {
  readonly transferId: string;
  readonly state: string | null;
  readonly errorCode: string | null;
}

describe('money that a partner brings for a customer of ours', () => {
  let stack: Stack;
  let serial = 0;

  beforeAll(async () => {
    stack = await startStack({
      only: [SCHEME, KEEPER],
      settings: { worker: { leaseMs: 10_000 }, log: { level: 'info' } },
      partners: {
        [SCHEME]: {
          // Late enough that nothing is asked about which is only slow: it would be on the timeline.
          deadlines: { enquiryTimetableMs: [4_000, 8_000], visibilityDelayMs: 300 },
          settings: { stageTimeoutMs: 1_000, expiryMs: 1_000 },
          inbound: { answerWithinMs: 3_000 },
        },
        [KEEPER]: {
          deadlines: { enquiryTimetableMs: [500, 1_000, 2_000], visibilityDelayMs: 300, submitForMs: 3_000 },
        },
      },
      simulators: { [SCHEME]: { incomingExpiryMs: 5_000, notificationDelayMs: 200 } },
    });
  }, 60_000);
  afterAll(() => stack.stop());

  /** A number of nobody's magic, for one payment each. */
  const someone = (ending = '42'): string => {
    serial += 1;
    return `22177${String(serial).padStart(5, '0')}${ending}`;
  };
  const pay = async (payee: string, more: object = {}): Promise<Incoming> =>
    (await stack.sandbox.payUnasked(SCHEME, {
      payee: { idType: 'MSISDN', idValue: payee },
      amount: '1500',
      ...more,
    })) as Incoming;

  const find = async (query: string): Promise<readonly OperationView[]> =>
    (await stack.client.get<{ items: readonly OperationView[] }>(`/v1/operations?${query}`)).body.items;
  /** The receipt and the credit of one payment. */
  const passage = async (payee: string) => {
    const found = await find(`msisdn=${encodeURIComponent(`+${payee}`)}`);
    const one = (kind: string) => found.filter((operation) => operation.kind === kind);
    expect(one('receipt').length).toBeLessThanOrEqual(1);
    expect(one('transfer').length).toBeLessThanOrEqual(1);
    return { receipt: one('receipt')[0], credit: one('transfer')[0], reversal: one('reversal')[0] };
  };
  const until = async <T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> => {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (isThere(found)) return found;
      if (performance.now() > end) throw new Error(`it stays ${JSON.stringify(found)}`);
      await sleep(LOOK_MS);
    }
  };
  const untilEnded = (payee: string, state: string) =>
    until(
      () => passage(payee),
      ({ receipt }) => receipt?.state === state,
    );
  /** What the customer got, by the books of the bank: credits less what was taken back. */
  const credited = async (payee: string): Promise<number> => {
    const { entries } = await stack.sandbox.books(KEEPER);
    return entries
      .filter(({ party }) => party === `+${payee}`)
      .reduce((sum, { change }) => sum - Number(change), 0);
  };
  /** What the scheme owes us for it, by its own books. */
  const owed = async ({ transferId }: Incoming): Promise<number> => {
    const { entries } = await stack.sandbox.books(SCHEME);
    return entries
      .filter(({ partnerReference }) => partnerReference === transferId)
      .reduce((sum, { change }) => sum + Number(change), 0);
  };
  const waiting = async (): Promise<number> => {
    const { rows } = await stack.database.query<{ count: string }>('SELECT count(*) FROM passing_on');
    return Number(rows[0]?.count);
  };

  it('is credited once, and final once the switch says so', async () => {
    const payee = someone();
    const incoming = await pay(payee);
    expect(incoming).toMatchObject({ state: 'COMMITTED', errorCode: null });
    const { receipt, credit } = await untilEnded(payee, 'succeeded');
    expect(receipt).toMatchObject({
      partner: SCHEME,
      receipt: incoming.transferId,
      amount: { value: '1500' },
    });
    expect(credit).toMatchObject({ partner: KEEPER, state: 'succeeded', passesOn: receipt?.id });
    for (const query of [`passesOn=${receipt?.id ?? ''}`, `kind=transfer&partner=${KEEPER}`])
      expect((await find(query)).map(({ id }) => id)).toContain(credit?.id);
    expect([await credited(payee), await owed(incoming)]).toEqual([1_500, 1_500]);
    await until(waiting, (count) => count === 0);
  });

  it('can be read on its timeline from the question for the price to the answer to the transfer', async () => {
    const payee = someone();
    await pay(payee);
    const { receipt } = await untilEnded(payee, 'succeeded');
    expect(await conversation(stack, receipt?.id ?? '')).toEqual([
      'received POST /quoterequests: 200',
      'received POST /transfers: 200',
    ]);
  });

  it('keeps a fee of the bank’s', async () => {
    const payee = someone('12');
    const incoming = await pay(payee);
    const { receipt } = await untilEnded(payee, 'succeeded');
    expect(receipt?.fee).toMatchObject({ currency: 'XOF' });
    const fee = Number(receipt?.fee?.value);
    expect(fee).toBeGreaterThan(0);
    expect([await credited(payee), await owed(incoming)]).toEqual([1_500 - fee, 1_500]);
  });

  it.each(['repeated', 'repeated-at-once'])('is credited once when it is %s', async (plan) => {
    const payee = someone();
    const incoming = await pay(payee, { plan });
    expect(incoming.state).toBe('COMMITTED');
    await untilEnded(payee, 'succeeded');
    expect([await credited(payee), await owed(incoming)]).toEqual([1_500, 1_500]);
  });

  it('is not credited under another amount than was offered, nor again under one', async () => {
    const other = someone();
    expect(await pay(other, { plan: 'other-amount' })).toMatchObject({ state: 'ABORTED', errorCode: '5105' });
    expect(await passage(other)).toEqual({});
    const again = someone();
    const incoming = await pay(again, { plan: 'modified-repeat' });
    expect(incoming).toMatchObject({ state: 'COMMITTED' });
    expect(incoming['repeat']).toMatchObject({ status: 400, body: { statusCode: '3106' } });
    await untilEnded(again, 'succeeded');
    expect(await credited(again)).toBe(1_500);
  });

  it('is not credited without a quote', async () => {
    const payee = someone();
    expect(await pay(payee, { plan: 'unquoted' })).toMatchObject({ state: 'ABORTED', errorCode: '3205' });
    expect(await credited(payee)).toBe(0);
  });

  it.each(['expired', 'answered-late'])('is taken back when the switch has aborted it: %s', async (plan) => {
    const payee = someone();
    const incoming = await pay(payee, { plan });
    expect(incoming.state).toBe('ABORTED');
    const { receipt } = await untilEnded(payee, 'failed');
    expect(receipt?.failure).toMatchObject({ moneyMoved: 'no' });
    await until(
      () => passage(payee),
      ({ reversal }) => reversal?.state === 'succeeded',
    );
    expect([await credited(payee), await owed(incoming)]).toEqual([0, 0]);
    await until(waiting, (count) => count === 0);
  });

  it('is asked about when the notification is lost, or says nothing', async () => {
    const [lost, vague] = [someone(), someone()];
    await stack.sandbox.misbehave(SCHEME, { fault: 'callback-lost', match: { party: lost } });
    await pay(lost);
    await pay(vague, { plan: 'error-notified' });
    await untilEnded(lost, 'succeeded');
    await untilEnded(vague, 'succeeded');
    await stack.sandbox.misbehave(SCHEME);
    expect([await credited(lost), await credited(vague)]).toEqual([1_500, 1_500]);
  });

  it('is final also where the notification comes twice, or before our answer', async () => {
    const [twice, early] = [someone(), someone()];
    await stack.sandbox.misbehave(
      SCHEME,
      { fault: 'callback-duplicated', match: { party: twice } },
      { fault: 'callback-early', match: { party: early } },
    );
    await pay(twice);
    await pay(early);
    await untilEnded(twice, 'succeeded');
    await untilEnded(early, 'succeeded');
    await stack.sandbox.misbehave(SCHEME);
    expect([await credited(twice), await credited(early)]).toEqual([1_500, 1_500]);
  });

  it.each([
    ['nobody', '02', '3204'],
    ['a blocked account', '03', '5400'],
    ['a closed account', '04', '5107'],
    ['an account in another currency', '05', '5106'],
    ['more than the account may take', '11', '5200'],
    ['a price that does not add up', '14', '2003'],
  ])('is refused for %s, before anything is on the books', async (_who, ending, code) => {
    const payee = someone(ending);
    expect(await pay(payee)).toMatchObject({ errorCode: code });
    expect(await passage(payee)).toEqual({});
  });

  it.each([
    ['of another type', { idType: 'EMAIL', idValue: 'awa@demo.sn' }, '3100'],
    ['that is no number', { idType: 'MSISDN', idValue: 'awa' }, '3101'],
  ])('is refused for a name %s', async (_what, payee, code) => {
    expect(await stack.sandbox.payUnasked(SCHEME, { payee, amount: '1500' })).toMatchObject({
      errorCode: code,
    });
  });

  it('stays with a customer who has spent it, and somebody is told', async () => {
    const payee = someone('31');
    await pay(payee, { plan: 'expired' });
    const { receipt } = await untilEnded(payee, 'failed');
    await untilDiscrepancy(stack, receipt?.id ?? '', 'credit_not_taken_back');
    expect(await credited(payee)).toBe(1_500);
  });

  it.each([
    ['a limit', '21', '5200'],
    ['an account that was closed since', '26', '5107'],
    ['a currency that it holds no more', '27', '5106'],
  ])(
    'is refused, and stays refused, when the bank refuses the credit for %s',
    async (_why, ending, errorCode) => {
      const payee = someone(ending);
      const incoming = await pay(payee, { plan: 'repeated' });
      expect(incoming).toMatchObject({
        state: 'ABORTED',
        errorCode,
        repeat: { body: { statusCode: errorCode } },
      });
      const { receipt, credit } = await untilEnded(payee, 'failed');
      expect([receipt?.state, credit?.state]).toEqual(['failed', 'failed']);
      expect(await credited(payee)).toBe(0);
    },
  );

  it('is taken back when the bank’s answer came too late', async () => {
    const payee = someone();
    await stack.sandbox.misbehave(KEEPER, {
      fault: 'timeout-after-acting',
      match: { path: '/credits/' },
      count: 1,
    });
    const incoming = await pay(payee, { expiryMs: 2_000 });
    expect(incoming.state).toBe('ABORTED');
    await stack.sandbox.misbehave(KEEPER);
    await until(
      async () => [await credited(payee), (await passage(payee)).receipt?.state],
      ([got, state]) => got === 0 && state === 'failed',
    );
    expect(await owed(incoming)).toBe(0);
  });

  it('opens a discrepancy at once where the switch has settled what we refused', async () => {
    const payee = someone('21');
    const incoming = await pay(payee, { plan: 'committed-anyway' });
    expect(incoming.state).toBe('COMMITTED');
    const { receipt } = await untilEnded(payee, 'failed');
    await untilDiscrepancy(stack, receipt?.id ?? '', 'committed_not_credited');
  });

  it('survives the end of the worker that was crediting', async () => {
    const payee = someone();
    const [worker] = stack.workers;
    await worker?.kill('SIGKILL');
    const paying = pay(payee);
    await sleep(500);
    await worker?.start();
    const incoming = await paying;
    await untilEnded(payee, incoming.state === 'COMMITTED' ? 'succeeded' : 'failed');
    await until(
      async () => [await credited(payee), await owed(incoming)],
      ([got, due]) => got === due,
    );
  });

  it('survives the end of the API that was answering', async () => {
    const payee = someone();
    const [api] = stack.apis;
    await stack.sandbox.misbehave(KEEPER, { fault: 'slow', delayMs: 800, match: { path: '/credits/' } });
    const paying = pay(payee, { expiryMs: 3_000 });
    await sleep(500);
    await api?.kill('SIGKILL');
    await sleep(1_000);
    await api?.start();
    const incoming = await paying;
    await stack.sandbox.misbehave(KEEPER);
    await until(
      async () => [await credited(payee), await owed(incoming)],
      ([got, due]) => got === due,
    );
  });

  it('is not sent to the bank any more once we have said no', async () => {
    const payee = someone();
    const [worker] = stack.workers;
    await worker?.kill('SIGKILL');
    const incoming = await pay(payee, { expiryMs: 9_000 });
    expect(incoming).toMatchObject({ state: 'ABORTED', errorCode: '2003' });
    await worker?.start();
    const { credit } = await untilEnded(payee, 'failed');
    await until(waiting, (count) => count === 0);
    expect(credit).toMatchObject({ state: 'cancelled' });
    const { entries } = await stack.sandbox.books(KEEPER);
    expect(entries.filter(({ party }) => party === `+${payee}`)).toEqual([]);
  });

  it('is taken back in the end when the bank is away at first', async () => {
    const payee = someone();
    await stack.sandbox.misbehave(KEEPER, { fault: 'throttled', match: { path: '/reversals/' } });
    await pay(payee, { plan: 'expired' });
    await untilEnded(payee, 'failed');
    await until(
      () => passage(payee),
      ({ reversal }) => reversal?.state === 'failed',
    );
    await stack.sandbox.misbehave(KEEPER);
    await until(
      () => credited(payee),
      (sum) => sum === 0,
    );
  });

  it('is answered, and not for ever, where the switch has settled what the bank then refuses', async () => {
    const payee = someone('21');
    await stack.sandbox.misbehave(SCHEME, { fault: 'callback-early', match: { party: payee } });
    await stack.sandbox.misbehave(KEEPER, { fault: 'slow', delayMs: 2_000, match: { path: '/credits/' } });
    const incoming = await pay(payee);
    await Promise.all([stack.sandbox.misbehave(SCHEME), stack.sandbox.misbehave(KEEPER)]);
    expect(incoming['transfer']).toMatchObject({ status: 500, body: { statusCode: '2004' } });
    const { receipt } = await passage(payee);
    await untilDiscrepancy(stack, receipt?.id ?? '', 'committed_not_credited');
  });

  it.each([
    ['has too much to do to find anybody', 'throttled', '/accounts/', '2005', undefined],
    ['cannot find anybody', 'error-5xx', '/accounts/', '2003', undefined],
    ['has too much to do to credit anybody', 'throttled', '/credits/', '2005', 'failed'],
    ['does not say whether it has credited anybody', 'error-5xx', '/credits/', '2004', 'failed'],
  ] as const)('is refused where the bank %s', async (_how, fault, path, errorCode, state) => {
    const payee = someone();
    await stack.sandbox.misbehave(KEEPER, { fault, match: { path } });
    expect(await pay(payee, { expiryMs: 9_000 })).toMatchObject({ errorCode });
    await stack.sandbox.misbehave(KEEPER);
    expect((await passage(payee)).receipt?.state).toBe(state);
    await until(waiting, (count) => count === 0);
    expect(await credited(payee)).toBe(0);
  });

  it('is nothing to tell of before its end is known, when it is asked about', async () => {
    const payee = someone();
    expect((await pay(payee, { plan: 'asked-back' }))['details']).toMatchObject({ status: 204 });
  });
});
