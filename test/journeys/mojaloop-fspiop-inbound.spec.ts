import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { conversation, passages } from './story.js';

const SCHEME = 'mojaloop-fspiop-sn';
const KEEPER = 'core-banking';
const PATIENCE_MS = 40_000;
const LOOK_MS = 50;

/** What the bank said: at once, and by a request of its own. */
interface Answer {
  readonly acknowledged: number | null;
  readonly body: unknown;
}

/** What the scheme's side saw of a payment to a customer of ours. */
interface Incoming extends Readonly<Record<string, unknown>> {
  readonly transferId: string;
  readonly state: string | null;
  readonly errorCode: string | null;
  readonly transfer: Answer | null;
  readonly repeat: Answer | null;
}

describe('money that a switch brings for a customer of ours', () => {
  let stack: Stack;
  let serial = 0;

  beforeAll(async () => {
    stack = await startStack({
      only: [SCHEME, KEEPER],
      apis: 2,
      settings: { worker: { leaseMs: 3_000 }, log: { level: 'info' } },
      partners: {
        [SCHEME]: {
          enabled: true,
          // Late enough that nothing is asked about which is only slow: it would be on the timeline.
          deadlines: { enquiryTimetableMs: [4_000, 8_000] },
          inbound: { answerWithinMs: 3_000 },
        },
        [KEEPER]: {
          deadlines: { enquiryTimetableMs: [500, 1_000, 2_000], visibilityDelayMs: 300, submitForMs: 3_000 },
        },
      },
      simulators: { [SCHEME]: { incomingExpiryMs: 6_000, notificationDelayMs: 200 } },
    });
  }, 60_000);
  afterAll(() => stack.stop());

  /** A number of nobody's magic, for one payment each. */
  const someone = (ending = '42'): string => {
    serial += 1;
    return `22178${String(serial).padStart(5, '0')}${ending}`;
  };
  const pay = async (payee: string, more: object = {}): Promise<Incoming> =>
    (await stack.sandbox.payUnasked(SCHEME, {
      payee: { idType: 'MSISDN', idValue: payee },
      amount: '1500',
      ...more,
    })) as Incoming;

  /** The receipt, the credit and its reversal. */
  const passage = async (payee: string) => {
    const query = `msisdn=${encodeURIComponent(`+${payee}`)}`;
    const { body } = await stack.client.get<{ items: readonly OperationView[] }>(`/v1/operations?${query}`);
    const one = (kind: string) => body.items.filter((operation) => operation.kind === kind);
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
  const untilTakenBack = (payee: string) =>
    until(
      () => passage(payee),
      ({ reversal }) => reversal?.state === 'succeeded',
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
  /** By all three books: the switch's, the bank's, and ours. */
  const isPaidOnce = async (payee: string, incoming: Incoming) => {
    const { receipt, credit, reversal } = await untilEnded(payee, 'succeeded');
    expect(receipt).toMatchObject({
      ...{ partner: SCHEME, receipt: incoming.transferId, amount: { value: '1500' } },
    });
    expect(credit).toMatchObject({ partner: KEEPER, state: 'succeeded', passesOn: receipt?.id });
    expect(reversal).toBeUndefined();
    expect([await credited(payee), await owed(incoming)]).toEqual([1_500, 1_500]);
  };
  const isNowhere = async (payee: string, incoming: Incoming) => {
    expect(incoming.state).not.toBe('COMMITTED');
    expect(await passage(payee)).toEqual({});
    expect([await credited(payee), await owed(incoming)]).toEqual([0, 0]);
  };
  const waiting = async (): Promise<number> => {
    const { rows } = await stack.database.query<{ count: string }>('SELECT count(*) FROM passing_on');
    return Number(rows[0]?.count);
  };

  it('is credited once, and final once the switch says so', async () => {
    const payee = someone();
    const incoming = await pay(payee, { note: 'Rent' });
    expect(incoming).toMatchObject({ state: 'COMMITTED', errorCode: null, problem: null });
    expect(incoming.transfer).toMatchObject({ acknowledged: 202, body: { transferState: 'RESERVED' } });
    await isPaidOnce(payee, incoming);
    expect((await passage(payee)).credit).toMatchObject({ description: 'Rent' });
    await until(waiting, (count) => count === 0);
  });

  it('can be read on its timeline from the question for the price to the answer to the transfer', async () => {
    const payee = someone();
    const { transferId } = await pay(payee);
    const { receipt, credit } = await untilEnded(payee, 'succeeded');
    const said = await conversation(stack, receipt?.id ?? '');
    expect(said.filter((one) => !one.includes('oauth2'))).toEqual([
      'received POST /quotes: 202',
      expect.stringMatching(/^sent PUT \/quotes\/[-0-9a-f]{36}: 200$/),
      'received POST /transfers: 202',
      `sent PUT /transfers/${transferId}: 200`,
    ]);
    expect(await conversation(stack, credit?.id ?? '')).toEqual([
      `sent PUT /credits/${credit?.id ?? ''}: 200`,
    ]);
  });

  it('keeps a fee of the bank’s, whoever the amount is fixed for', async () => {
    for (const amountType of ['SEND', 'RECEIVE']) {
      const payee = someone('12');
      const incoming = await pay(payee, { amountType });
      expect(incoming).toMatchObject({ state: 'COMMITTED', problem: null });
      const { receipt } = await untilEnded(payee, 'succeeded');
      const fee = Number(receipt?.fee?.value);
      expect(fee).toBeGreaterThan(0);
      expect(await owed(incoming)).toBe((await credited(payee)) + fee);
    }
  });

  it('is asked about where the switch says nothing by itself, or its word is lost', async () => {
    const [untold, lost] = [someone(), someone()];
    await stack.sandbox.misbehave(SCHEME, { fault: 'callback-lost', match: { party: lost } });
    await isPaidOnce(untold, await pay(untold, { plan: 'untold' }));
    await isPaidOnce(lost, await pay(lost));
    await stack.sandbox.misbehave(SCHEME);
  });

  it('is not final because the payer’s institution says so', async () => {
    const payee = someone();
    await isPaidOnce(payee, await pay(payee, { plan: 'told-by-payer' }));
    const { receipt } = await passage(payee);
    if (!receipt) throw new Error('there is no receipt');
    // Doubted, and then asked about at the switch.
    expect(await passages(stack, receipt)).toEqual(['pending', 'unknown', 'succeeded']);
  });

  it.each(['aborted', 'aborted-silently', 'answered-late'])(
    'is taken back where the switch has aborted it: %s',
    async (plan) => {
      const payee = someone();
      const incoming = await pay(payee, { plan });
      expect(incoming.state).toBe('ABORTED');
      const { receipt } = await untilEnded(payee, 'failed');
      expect(receipt?.failure).toMatchObject({ moneyMoved: 'no' });
      await untilTakenBack(payee);
      expect([await credited(payee), await owed(incoming)]).toEqual([0, 0]);
      await until(waiting, (count) => count === 0);
    },
  );

  it('is credited once where it is repeated, and not again with other content', async () => {
    const [same, other] = [someone(), someone()];
    const again = await pay(same, { plan: 'repeated' });
    expect(again.repeat).toMatchObject({ acknowledged: 202, body: { transferState: 'RESERVED' } });
    await isPaidOnce(same, again);
    const modified = await pay(other, { plan: 'modified-repeat' });
    expect(modified.repeat).toMatchObject({
      ...{ acknowledged: 400, body: { errorInformation: { errorCode: '3106' } } },
    });
    await isPaidOnce(other, modified);
  });

  it.each([
    ['forged', '3105'],
    ['unsigned', '3105'],
    ['another-packet', '5105'],
    ['another-payer', '5105'],
    ['other-amount', '5105'],
    ['sent-late', '3303'],
  ])('is refused before anything is on the books: %s', async (plan, errorCode) => {
    const payee = someone();
    const incoming = await pay(payee, { plan });
    expect(incoming).toMatchObject({ state: 'ABORTED', errorCode });
    await isNowhere(payee, incoming);
  });

  it.each([
    ['nobody', '02', '3204'],
    ['a blocked account', '03', '5400'],
    ['a closed account', '04', '5107'],
    ['an account in another currency', '05', '5106'],
    ['more than the account may take', '11', '5200'],
  ])('is refused for %s, and the payer hears why', async (_who, ending, errorCode) => {
    const payee = someone(ending);
    const incoming = await pay(payee);
    expect(incoming).toMatchObject({ errorCode });
    await isNowhere(payee, incoming);
  });

  it('is refused, and stays refused, where the bank refuses the credit', async () => {
    const payee = someone('21');
    const incoming = await pay(payee, { plan: 'repeated' });
    expect(incoming.state).toBe('ABORTED');
    await untilEnded(payee, 'failed');
    expect([await credited(payee), await owed(incoming)]).toEqual([0, 0]);
  });

  it('is told again where the switch does not take the answer', async () => {
    const payee = someone();
    await stack.sandbox.misbehave(SCHEME, {
      ...{ fault: 'error-5xx', count: 1, match: { path: '/transfers/' } },
    });
    const incoming = await pay(payee);
    expect(incoming).toMatchObject({ state: 'COMMITTED' });
    await isPaidOnce(payee, incoming);
  });

  it('is credited once, and told by a worker, where the processes that took it die', async () => {
    const payee = someone();
    // The answer is on its way when they die, and nobody hears it.
    await stack.sandbox.misbehave(SCHEME, {
      ...{ fault: 'error-5xx', match: { path: '/transfers/' } },
    });
    const paying = pay(payee, { expiryMs: 60_000 });
    await until(
      () => passage(payee),
      ({ credit }) => credit?.state === 'succeeded',
    );
    await Promise.all(stack.apis.map((api) => api.kill('SIGKILL')));
    await stack.sandbox.misbehave(SCHEME);
    const incoming = await paying;
    await Promise.all(stack.apis.map((api) => api.start()));
    expect(incoming).toMatchObject({ state: 'COMMITTED' });
    await isPaidOnce(payee, incoming);
  }, 120_000);
});
