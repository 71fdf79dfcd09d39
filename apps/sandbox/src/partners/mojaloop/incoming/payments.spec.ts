import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Said } from '../../../testing/connector.js';
import {
  connectorThat,
  openPayeeStage,
  payee,
  type PayeeStage,
  priced,
  refused,
  transferred,
} from '../../../testing/mojaloop-payee-stage.js';

let stage: PayeeStage;
beforeAll(async () => {
  // Notifications come where a test asks for them, not into the next one.
  stage = await openPayeeStage({ notificationDelayMs: 60_000 });
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.control('DELETE', '/books');
  await stage.clock('DELETE', '');
  stage.connector.answer(connectorThat());
  stage.connector.empty();
});

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const calls = () => stage.connector.asked.map(({ method, path }) => `${method} ${path.split('/')[1] ?? ''}`);
const entries = async () => (await stage.books()).entries;

describe('a payment to a customer of ours', () => {
  it('is looked up, priced, credited, and told of at the end', async () => {
    const { transferId, quoteId, ...report } = await stage.pay({ notificationDelayMs: 0 });
    expect(transferId).toMatch(ulid);
    expect(quoteId).toMatch(ulid);
    expect(report).toEqual({
      party: { status: 200, body: expect.objectContaining(payee) },
      quote: { status: 200, body: expect.objectContaining({ quoteId, transactionId: transferId }) },
      transfer: { status: 200, body: { homeTransactionId: 'GW-IN-1', transferState: 'COMMITTED' } },
      repeat: null,
      details: null,
      errorCode: null,
      problem: null,
      state: 'COMMITTED',
      credited: { currency: 'XOF', amount: '1000' },
    });
    await stage.connector.until('PUT', `/transfers/${transferId}`, 1);
    expect(calls()).toEqual(['GET parties', 'POST quoterequests', 'POST transfers', 'PUT transfers']);
  });

  it('is in the books as what the scheme owes us', async () => {
    const { transferId } = await stage.pay({ amountType: 'RECEIVE' });
    expect(await stage.books()).toMatchObject({
      entries: [
        {
          reference: 'GW-IN-1',
          partnerReference: transferId,
          receipt: transferId,
          kind: 'receipt',
          amount: '1010',
          change: '1010',
          currency: 'XOF',
          party: '221770009001',
          state: 'succeeded',
        },
      ],
      balance: { amount: '1001010' },
    });
    expect(await stage.stateOf(transferId)).toBe('COMMITTED');
  });

  it('asks for a price as the scheme adapter does', async () => {
    const { transferId, quoteId } = await stage.pay({ note: 'Loyer' });
    expect(stage.connector.asked[1]?.body).toEqual({
      quoteId,
      transactionId: transferId,
      from: {
        type: 'CONSUMER',
        idType: 'MSISDN',
        idValue: '221770009001',
        displayName: 'Fatou Demo',
        firstName: 'Fatou',
        lastName: 'Demo',
        fspId: 'payer-demo',
      },
      to: {
        ...payee,
        displayName: 'Aissatou Ndiaye',
        firstName: 'Aïssatou',
        lastName: 'Ndiaye',
        fspId: 'banque-demo',
      },
      amountType: 'SEND',
      amount: '1000',
      currency: 'XOF',
      transactionType: 'TRANSFER',
      initiator: 'PAYER',
      initiatorType: 'CONSUMER',
      note: 'Loyer',
      expiration: expect.stringMatching(/\.\d{3}Z$/),
    });
  });

  it('carries the amount asked about and the price that was answered', async () => {
    const { transferId, quoteId, quote } = await stage.pay({ amountType: 'RECEIVE' });
    expect(stage.connector.asked[2]?.body).toMatchObject({
      transferId,
      amount: '1000',
      currency: 'XOF',
      amountType: 'RECEIVE',
      from: { fspId: 'payer-demo' },
      to: { fspId: 'banque-demo' },
      transactionType: 'TRANSFER',
      quote: quote?.body,
      ilpPacket: {
        data: {
          quoteId,
          transactionId: transferId,
          transactionType: { scenario: 'TRANSFER', initiator: 'PAYER', initiatorType: 'CONSUMER' },
          payee: { partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: payee.idValue } },
          payer: { partyIdInfo: { fspId: 'payer-demo' }, name: 'Fatou Demo' },
          amount: { currency: 'XOF', amount: '1010' },
        },
      },
    });
  });

  it('leaves plus and at sign of an identifier as they are', async () => {
    const payer = { idType: 'IBAN', idValue: 'SN08', fspId: 'other-fsp' };
    await stage.pay({ payee: { idType: 'ALIAS', idValue: '+a b@c', idSubValue: 'x' }, payer });
    expect(stage.connector.asked[0]?.path).toBe('/parties/ALIAS/+a%20b@c/x');
    expect(stage.connector.asked[1]?.body).toMatchObject({ from: { ...payer, type: 'CONSUMER' } });
  });

  it('is refused by the control API where a field is wrong', async () => {
    expect(await stage.control('POST', '/receipts', { payee, amount: '5.0' })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/amount' }] },
    });
    expect((await stage.control('POST', '/receipts', { payee, amount: '5', plan: 'x' })).text).toContain(
      '/plan',
    );
  });

  it('in another currency than our position ends at the switch', async () => {
    expect(await stage.pay({ currency: 'EUR' })).toMatchObject({ errorCode: '3201', state: null });
    expect(calls()).not.toContain('POST transfers');
  });
});

describe('the address of the connector', () => {
  it('may change while the sandbox runs, and outlives the books', async () => {
    const { url } = stage.connector;
    const moved = 'http://127.0.0.1:3999';
    expect((await stage.control('PUT', '/connector', { url: moved })).json).toEqual({ url: moved });
    await stage.control('DELETE', '/books');
    expect((await stage.control('GET', '/connector')).json).toEqual({ url: moved });
    await stage.control('PUT', '/connector', { url });
    expect(await stage.pay()).toMatchObject({ state: 'COMMITTED' });
  });

  it.each(['https://127.0.0.1:3003', 'http://127.0.0.1:3003/x', '127.0.0.1:3003'])(
    'cannot be %s',
    async (url) => {
      expect(await stage.control('PUT', '/connector', { url })).toMatchObject({
        status: 400,
        json: { errors: [{ pointer: '/url' }] },
      });
    },
  );
});

describe('the connector’s answer to the lookup', () => {
  it.each<[string, Said, object]>([
    ['with a code of the scheme', refused('3204', 404), { errorCode: '3204', problem: null }],
    ['with a number for a code', { status: 400, body: { statusCode: 3100 } }, { errorCode: '3100' }],
    ['that is empty', { status: 200 }, { errorCode: null, problem: 'an empty answer' }],
    ['that is 204', { status: 204 }, { problem: 'an empty answer' }],
    ['that is an empty error', { status: 404 }, { errorCode: '2001' }],
    [
      'without a code',
      { status: 404, body: { status: '3204' } },
      { problem: expect.stringContaining('status') },
    ],
    ['with an HTTP status for a code', refused('404', 404), { problem: expect.stringContaining('code') }],
    ['that is a page', { status: 404, body: '<p>' }, { problem: 'the answer is no JSON object' }],
    ['without the type of the identifier', { status: 200, body: { idValue: '1' } }, { errorCode: null }],
    [
      'with an accent where the scheme has none',
      { status: 200, body: { ...payee, displayName: 'Aïssatou' } },
      { problem: expect.stringContaining('displayName') },
    ],
  ])('%s ends the payment', async (_what, said, end) => {
    stage.connector.answer(connectorThat({ party: () => said }));
    const report = await stage.pay();
    expect(report).toMatchObject({ quote: null, transfer: null, state: null, ...end });
    expect(calls()).toEqual(['GET parties']);
    expect(await stage.query(report.transferId)).toMatchObject({ json: { statusCode: '3208' } });
  });

  it('is not waited for longer than the payer does', async () => {
    stage.connector.answer(connectorThat({ party: () => 'silence' }));
    expect(await stage.pay({ expiryMs: 20 })).toMatchObject({ party: null, problem: 'no answer in time' });
  });
});

describe('the price', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string, string]>([
    ['is of another quote', { quoteId: 'other' }, 'SEND', 'quoteId'],
    ['is of another transfer', { transactionId: 'other' }, 'SEND', 'transactionId'],
    ['is in another currency', { payeeFspFeeAmountCurrency: 'EUR' }, 'SEND', 'currency'],
    ['asks the payer for more', { transferAmount: '1001' }, 'SEND', 'transferAmount is not'],
    ['gives the payee less', { payeeReceiveAmount: '999' }, 'RECEIVE', 'payeeReceiveAmount is not'],
    ['does not add up', { payeeReceiveAmount: '980' }, 'SEND', 'fee less commission'],
    ['is no amount', { transferAmount: '1000.00' }, 'SEND', 'transferAmount'],
    ['is a number', { transferAmount: 1000 }, 'SEND', 'transferAmount'],
    ['has no amount', { transferAmount: undefined }, 'SEND', 'transferAmount'],
    ['has a date without milliseconds', { expiration: '2030-01-01T00:00:00Z' }, 'SEND', 'expiration'],
    ['has extensions of the older kind', { extensionList: { extension: [] } }, 'SEND', 'extensionList'],
  ])('is not agreed to when it %s', async (_what, changes, amountType, problem) => {
    stage.connector.answer(connectorThat({ quote: (asked) => priced(asked, changes) }));
    expect(await stage.pay({ amountType })).toMatchObject({
      errorCode: null,
      problem: expect.stringContaining(problem),
      transfer: null,
      state: null,
    });
    expect(calls()).not.toContain('POST transfers');
  });

  it('may leave out what the payee gets, and give a commission', async () => {
    const changes = { payeeReceiveAmount: undefined, payeeFspCommissionAmount: '2.5' };
    stage.connector.answer(connectorThat({ quote: (asked) => priced(asked, changes) }));
    expect(await stage.pay()).toMatchObject({ state: 'COMMITTED' });
  });

  it('may be refused', async () => {
    stage.connector.answer(connectorThat({ quote: () => refused('5103') }));
    expect(await stage.pay()).toMatchObject({ errorCode: '5103', transfer: null, state: null });
  });
});

describe('the connector’s answer to the transfer', () => {
  it.each([{ transferState: 'RESERVED' }, { transferState: undefined }])('%j commits it', async (changes) => {
    stage.connector.answer(connectorThat({ transfer: () => transferred(changes) }));
    expect(await stage.pay()).toMatchObject({ state: 'COMMITTED' });
  });

  it('that is an error aborts it, and nothing is told', async () => {
    stage.connector.answer(connectorThat({ transfer: () => refused('5105') }));
    const { transferId, ...report } = await stage.pay();
    await stage.clock('POST', '', { advanceMs: 60_000 });
    expect(report).toMatchObject({ errorCode: '5105', state: 'ABORTED', credited: null });
    expect(await stage.stateOf(transferId)).toBe('ABORTED');
    expect(await entries()).toEqual([]);
    expect(calls()).not.toContain('PUT transfers');
  });

  it.each<[string, Said]>([
    ['empty', { status: 200 }],
    ['without our reference', transferred({ homeTransactionId: undefined })],
    ['with a fulfilment', transferred({ fulfilment: 'x' })],
    ['with another state', transferred({ transferState: 'ABORTED' })],
    ['too late', { ...transferred(), afterMs: 1_500 }],
  ])('that is %s leaves it reserved until the switch takes it back', async (_what, said) => {
    stage.connector.answer(connectorThat({ transfer: () => said }));
    const paying = stage.pay({ expiryMs: 1_000 });
    const [transfer] = await stage.connector.until('POST', '/transfers', 1);
    expect(await stage.stateOf(String(transfer?.body['transferId']))).toBe('RESERVED');
    expect(await paying).toMatchObject({ errorCode: null, state: 'ABORTED', problem: expect.any(String) });
    expect(await entries()).toEqual([]);
  });

  it.each([500, 503, 429, 408])('%i is asked for again, three times at most', async (status) => {
    let left = 2;
    stage.connector.answer(
      connectorThat({ transfer: () => ((left -= 1) < 0 ? transferred() : refused('2003', status)) }),
    );
    expect(await stage.pay()).toMatchObject({ state: 'COMMITTED' });
    stage.connector.answer(connectorThat({ transfer: () => refused('2003', status) }));
    stage.connector.empty();
    expect(await stage.pay()).toMatchObject({ state: 'ABORTED', errorCode: '2003' });
    expect(calls().filter((call) => call === 'POST transfers')).toHaveLength(4);
  });

  it('that breaks off is asked for again as well', async () => {
    stage.connector.answer(connectorThat({ transfer: () => 'hangUp' }));
    expect(await stage.pay()).toMatchObject({ transfer: null, errorCode: '2001', state: 'ABORTED' });
    expect(calls().filter((call) => call === 'POST transfers')).toHaveLength(4);
  });
});
