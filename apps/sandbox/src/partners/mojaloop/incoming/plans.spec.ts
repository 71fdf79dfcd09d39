import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import {
  connectorThat,
  openPayeeStage,
  type PayeeStage,
  refused,
  type Report,
  transferred,
} from '../../../testing/mojaloop-payee-stage.js';

let stage: PayeeStage;
beforeAll(async () => {
  stage = await openPayeeStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.control('DELETE', '/books');
  await stage.clock('DELETE', '');
  stage.connector.answer(connectorThat());
  stage.connector.empty();
});

const sent = (method: string, start = '/transfers') =>
  stage.connector.asked.filter(({ method: used, path }) => used === method && path.startsWith(start));
const told = async ({ transferId }: Report, count = 1) =>
  (await stage.connector.until('PUT', `/transfers/${transferId}`, count)).map(({ body }) => body);
/** Those of this payment: one of an earlier test may still be on its way. */
const notificationsOf = ({ transferId }: Report) => sent('PUT', `/transfers/${transferId}`);
/** Long enough for whatever would still come. */
const quiet = () => wait(50);
const credited = async () =>
  (await stage.books()).entries.map((entry) => (entry as { change: string }).change);

describe('the plan', () => {
  it('lookup-only asks who that is, and no more', async () => {
    const report = await stage.pay({ plan: 'lookup-only' });
    expect(report).toMatchObject({ party: { status: 200 }, quote: null, problem: null, state: null });
    expect(stage.connector.asked).toHaveLength(1);
  });

  it('quote-only asks for the price as well', async () => {
    const report = await stage.pay({ plan: 'quote-only' });
    expect(report).toMatchObject({ quote: { status: 200 }, transfer: null, problem: null, state: null });
    expect(stage.connector.asked).toHaveLength(2);
  });

  it('unquoted transfers without having asked for a price', async () => {
    const { transferId, ...report } = await stage.pay({ plan: 'unquoted' });
    expect(report).toMatchObject({ quoteId: null, quote: null, state: 'COMMITTED' });
    expect(sent('POST')).toMatchObject([{ body: { transferId, amount: '1000', currency: 'XOF' } }]);
    expect(Object.keys(sent('POST')[0]?.body ?? {})).toHaveLength(3);
    expect(await credited()).toEqual(['1000']);
  });

  it('other-amount transfers one unit more than agreed', async () => {
    await stage.pay({ plan: 'other-amount' });
    expect(sent('POST')).toMatchObject([{ body: { amount: '1001', quote: { transferAmount: '1000' } } }]);
    expect(await credited()).toEqual(['1001']);
  });

  it('repeated sends the same transfer again once it was answered', async () => {
    let times = 0;
    stage.connector.answer(
      connectorThat({ transfer: () => transferred({ homeTransactionId: `T${(times += 1)}` }) }),
    );
    const report = await stage.pay({ plan: 'repeated' });
    expect([report.transfer?.body, report.repeat?.body]).toMatchObject([
      { homeTransactionId: 'T1' },
      { homeTransactionId: 'T2' },
    ]);
    const [first, second] = sent('POST');
    expect(second).toEqual(first);
    expect(await credited()).toEqual(['1000']);
  });

  it('repeated-at-once sends it twice, and goes by what is answered first', async () => {
    let times = 0;
    stage.connector.answer(
      connectorThat({
        transfer: () => ((times += 1) === 1 ? { ...refused('5105'), afterMs: 1_000 } : transferred()),
      }),
    );
    const report = await stage.pay({ plan: 'repeated-at-once' });
    expect(report).toMatchObject({ transfer: { status: 200 }, repeat: { status: 400 }, state: 'COMMITTED' });
    expect(sent('POST')).toHaveLength(2);
    expect(await credited()).toEqual(['1000']);
  });

  it('modified-repeat sends another amount under the same id', async () => {
    let times = 0;
    stage.connector.answer(
      connectorThat({ transfer: () => ((times += 1) === 1 ? transferred() : refused('3106')) }),
    );
    const { transferId, ...report } = await stage.pay({ plan: 'modified-repeat' });
    expect(report).toMatchObject({ repeat: { body: { statusCode: '3106' } }, errorCode: null });
    expect(sent('POST').map(({ body }) => body)).toMatchObject([
      { transferId, amount: '1000' },
      { transferId, amount: '1001' },
    ]);
    expect(await credited()).toEqual(['1000']);
  });

  it.each(['answered-late', 'expired'])('%s: the yes of the connector comes to nothing', async (plan) => {
    const report = await stage.pay({ plan });
    expect(report).toMatchObject({ transfer: { status: 200 }, errorCode: null, state: 'ABORTED' });
    expect(await told(report)).toMatchObject([
      { currentState: 'ABORTED', finalNotification: { transferState: 'ABORTED' } },
    ]);
    expect(await stage.stateOf(report.transferId)).toBe('ABORTED');
    expect(await credited()).toEqual([]);
  });

  it.each([
    ['answered-late', 'ABORTED'],
    ['expired', 'RESERVED'],
  ])('%s: meanwhile the switch says %s', async (plan, state) => {
    stage.connector.answer(connectorThat({ transfer: () => ({ ...transferred(), afterMs: 1_000 }) }));
    const paying = stage.pay({ plan });
    const [transfer] = await stage.connector.until('POST', '/transfers', 1);
    expect(await stage.stateOf(String(transfer?.body['transferId']))).toBe(state);
    await paying;
  });

  it('abort-notified tells of a transfer that the connector refused', async () => {
    stage.connector.answer(connectorThat({ transfer: () => refused('5105') }));
    const report = await stage.pay({ plan: 'abort-notified' });
    expect(await told(report)).toMatchObject([{ finalNotification: { transferState: 'ABORTED' } }]);
  });

  it('committed-anyway contradicts a connector that refused', async () => {
    stage.connector.answer(connectorThat({ transfer: () => refused('5105') }));
    const report = await stage.pay({ plan: 'committed-anyway' });
    expect(report).toMatchObject({ errorCode: '5105', state: 'COMMITTED', credited: { amount: '1000' } });
    expect(await told(report)).toMatchObject([{ finalNotification: { transferState: 'COMMITTED' } }]);
    expect(await stage.stateOf(report.transferId)).toBe('COMMITTED');
    expect(await credited()).toEqual(['1000']);
  });

  it('undecided stays reserved, and says so', async () => {
    const report = await stage.pay({ plan: 'undecided' });
    expect(report).toMatchObject({ state: 'RESERVED', credited: null });
    expect(await told(report)).toMatchObject([
      { currentState: 'ERROR_OCCURRED', finalNotification: { transferState: 'RESERVED' } },
    ]);
    expect(await stage.stateOf(report.transferId)).toBe('RESERVED');
  });

  it('error-notified tells of an error, although the transfer is committed', async () => {
    const report = await stage.pay({ plan: 'error-notified' });
    const [notification] = await told(report);
    expect(notification).toMatchObject({ currentState: 'ERROR_OCCURRED', transferId: report.transferId });
    expect(notification?.['finalNotification']).toEqual({
      errorInformation: { errorCode: '2001', errorDescription: 'Internal server error' },
    });
    expect(await stage.stateOf(report.transferId)).toBe('COMMITTED');
  });

  it('record-lost tells the end and nothing else', async () => {
    const [notification] = await told(await stage.pay({ plan: 'record-lost' }));
    expect(Object.keys(notification ?? {}).sort()).toEqual(['currentState', 'finalNotification']);
  });

  it('asked-back asks the connector what it knows', async () => {
    const { transferId, details } = await stage.pay({ plan: 'asked-back' });
    expect(details).toMatchObject({ status: 200, body: { homeTransactionId: 'GW-IN-1' } });
    expect(sent('GET')).toMatchObject([{ path: `/transfers/${transferId}` }]);
  });
});

describe('the final notification', () => {
  it('carries the record of the scheme adapter', async () => {
    const report = await stage.pay();
    const { transferId, quoteId, quote } = report;
    expect(await told(report)).toMatchObject([
      {
        transferId,
        direction: 'INBOUND',
        homeTransactionId: 'GW-IN-1',
        quoteRequest: { body: { quoteId, transactionId: transferId } },
        quoteResponse: { body: quote?.body },
        prepare: { body: { transferId, payerFsp: 'payer-demo', payeeFsp: 'banque-demo' } },
        fulfil: { body: { transferState: 'COMMITTED', fulfilment: expect.stringMatching(/^[\w-]{43}$/) } },
        currentState: 'COMPLETED',
        finalNotification: {
          transferState: 'COMMITTED',
          completedTimestamp: expect.stringMatching(/\.\d{3}Z$/),
        },
      },
    ]);
  });

  it('waits for its time', async () => {
    const report = await stage.pay({ notificationDelayMs: 60_000 });
    await quiet();
    expect(notificationsOf(report)).toEqual([]);
    await stage.clock('POST', '', { advanceMs: 60_000 });
    expect(await told(report)).toHaveLength(1);
  });

  it('is repeated until it is taken: at once, and then ever later', async () => {
    stage.connector.answer(connectorThat({ notification: () => ({ status: 503 }) }));
    const report = await stage.pay();
    await told(report, 4);
    await quiet();
    expect(notificationsOf(report)).toHaveLength(4);
    stage.connector.answer(connectorThat());
    await stage.clock('POST', '', { advanceMs: 1_000 });
    await told(report, 5);
    await stage.clock('POST', '', { advanceMs: 60_000 });
    await quiet();
    expect(notificationsOf(report)).toHaveLength(5);
  });

  it.each([
    ['callback-lost', 0],
    ['callback-duplicated', 2],
  ])('under %s comes %i times', async (fault, times) => {
    await stage.control('PUT', '/faults', [{ fault, match: { path: '/transfers/' } }]);
    const report = await stage.pay();
    await told(report, times);
    await quiet();
    expect(notificationsOf(report)).toHaveLength(times);
    expect(await stage.stateOf(report.transferId)).toBe('COMMITTED');
  });

  it.each([
    ['plain', 'COMMITTED', ['1000']],
    ['expired', 'ABORTED', []],
  ])('under callback-early comes before our answer: %s', async (plan, transferState, changes) => {
    await stage.control('PUT', '/faults', [{ fault: 'callback-early', match: { amount: '1000' } }]);
    stage.connector.answer(connectorThat({ transfer: () => ({ ...transferred(), afterMs: 60 }) }));
    const paying = stage.pay({ plan });
    await stage.connector.until('PUT', '/transfers', 1);
    expect(await credited()).toEqual(changes);
    const report = await paying;
    expect(report.state).toBe(transferState);
    await quiet();
    expect(await told(report)).toMatchObject([{ finalNotification: { transferState } }]);
    expect(await credited()).toEqual(changes);
  });

  it('is dropped with everything else when the books are closed', async () => {
    const report = await stage.pay({ notificationDelayMs: 60_000 });
    await stage.control('DELETE', '/books');
    await stage.clock('POST', '', { advanceMs: 60_000 });
    await quiet();
    expect(notificationsOf(report)).toEqual([]);
  });
});

describe('the older release', () => {
  let older: PayeeStage;
  beforeAll(async () => {
    older = await openPayeeStage({ imitates: '18.0.2' });
  });
  afterAll(() => older.close());
  beforeEach(() => {
    older.connector.answer(connectorThat());
    older.connector.empty();
  });
  const puts = () => older.connector.asked.filter(({ method }) => method === 'PUT');

  it('names transfers by UUID, and tells nothing of what we have committed ourselves', async () => {
    const { transferId, state } = await older.pay();
    expect(transferId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(state).toBe('COMMITTED');
    await quiet();
    expect(puts()).toEqual([]);
    expect((await older.query(transferId)).json).toMatchObject({
      transferId,
      currentState: 'COMPLETED',
      fulfil: { body: { transferState: 'COMMITTED' }, headers: { 'fspiop-source': 'payer-demo' } },
    });
  });

  it('tells once how a reserved one ended, whatever is answered', async () => {
    older.connector.answer(
      connectorThat({
        transfer: () => transferred({ transferState: 'RESERVED' }),
        notification: () => ({ status: 503 }),
      }),
    );
    await older.pay();
    await older.connector.until('PUT', '/transfers', 1);
    await quiet();
    expect(puts()).toHaveLength(1);
  });

  it('asks nothing twice', async () => {
    older.connector.answer(connectorThat({ transfer: () => refused('2003', 503) }));
    expect(await older.pay()).toMatchObject({ errorCode: '2003', state: 'ABORTED' });
    expect(older.connector.asked.filter(({ path }) => path === '/transfers')).toHaveLength(1);
  });
});
