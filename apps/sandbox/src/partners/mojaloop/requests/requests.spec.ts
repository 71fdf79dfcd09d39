import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  connectorThat,
  openPayeeStage,
  payee,
  type PayeeStage,
} from '../../../testing/mojaloop-payee-stage.js';

const HOME = '01934f6e-7c1a-7b3e-9a52-3f0c6d1e8b02';
const byPayee = { initiator: 'PAYEE', initiatorType: 'BUSINESS' };
const sides = (ending: string) => ({
  from: { ...payee, type: 'BUSINESS' },
  to: { idType: 'MSISDN', idValue: `2217700009${ending}` },
  ...{ amountType: 'RECEIVE', currency: 'XOF', amount: '1000' },
});
const newer = (ending = '45', more: object = {}) => ({
  ...{ homeR2PTransactionId: HOME, transactionType: 'TRANSFER', ...sides(ending), ...more },
});
const older = (ending = '45', more: object = {}) => ({
  ...{ homeTransactionId: HOME, scenario: { scenario: 'TRANSFER', ...byPayee }, ...byPayee },
  ...{ ...sides(ending), ...more },
});

let stage: PayeeStage;
const open = async (settings: object) => {
  stage = await openPayeeStage({ payerThinksMs: 0, incomingExpiryMs: 2_000, ...settings });
  stage.connector.answer(connectorThat());
};
beforeEach(() => {
  stage.connector.empty();
});
const post = (body: object) => stage.mojaloop('POST', '/requestToPay', body);
const put = (id: string, body: object) => stage.mojaloop('PUT', `/requestToPay/${id}`, body);
const idIn = ({ json }: { json: unknown }) => (json as { transactionRequestId: string }).transactionRequestId;

describe('a request to pay', () => {
  beforeAll(() => open({}));
  afterAll(() => stage.close());

  it('stops at the payer, is passed on with a yes, and paid by its names', async () => {
    const asked = await post(newer());
    expect(asked).toMatchObject({
      status: 200,
      json: { currentState: 'WAITING_FOR_PARTY_ACCEPTANCE', to: { fspId: 'payee-demo', firstName: 'Awa' } },
    });
    const id = idIn(asked);
    expect(await put(id, { acceptParty: true })).toMatchObject({
      status: 200,
      json: {
        currentState: 'COMPLETED',
        transactionRequestResponse: { body: { transactionRequestState: 'RECEIVED' } },
      },
    });
    const [told] = await stage.connector.until('PUT', `/requestToPay/${id}`, 1);
    expect(told?.body).toEqual({ transactionRequestState: 'ACCEPTED', homeR2PTransactionId: HOME });
    const [quote] = await stage.connector.until('POST', '/quoterequests', 1);
    const names = { transactionRequestId: id, homeR2PTransactionId: HOME };
    expect(quote?.body).toMatchObject({ ...names, ...byPayee, amountType: 'RECEIVE', amount: '1000' });
    const [transfer] = await stage.connector.until('POST', '/transfers', 1);
    expect(transfer?.body).toMatchObject(names);
    await stage.connector.until('PUT', '/transfers/', 1);
  });

  it('is told of when the payer says no', async () => {
    const id = idIn(await post(newer('61')));
    await put(id, { acceptParty: true });
    const [told] = await stage.connector.until('PUT', `/requestToPay/${id}`, 1);
    expect(told?.body).toEqual({ transactionRequestState: 'REJECTED', homeR2PTransactionId: HOME });
  });

  it('breaks over a no, over an id that nobody has, and over fields of the older release', async () => {
    const id = idIn(await post(newer()));
    expect(await put(id, { acceptParty: false })).toMatchObject({ status: 500, json: { statusCode: '500' } });
    expect(await put('nothing', { acceptParty: true })).toMatchObject({ status: 500 });
    expect(await post(older())).toMatchObject({ status: 400, json: { statusCode: 400 } });
  });

  it('tells errors with their codes, and then nothing more', async () => {
    expect(await post(newer('02'))).toMatchObject({
      status: 500,
      json: { statusCode: '3204', requestToPayState: { currentState: 'ERROR_OCCURRED' } },
    });
    const id = idIn(await post(newer('67')));
    expect(await put(id, { acceptParty: true })).toMatchObject({ status: 500, json: { statusCode: '4200' } });
    expect(await put(id, { acceptParty: true })).toMatchObject({ status: 204 });
  });
});

describe('a request to pay with the older release', () => {
  beforeAll(() => open({ imitates: '18.0.2', autoAcceptParty: true }));
  afterAll(() => stage.close());

  it('is answered without a word of the payer’s institution, and paid without its names', async () => {
    const { status, json } = await post(older());
    expect([status, json]).toMatchObject([200, { currentState: 'COMPLETED', homeTransactionId: HOME }]);
    expect(json).not.toHaveProperty('transactionRequestResponse');
    const [quote] = await stage.connector.until('POST', '/quoterequests', 1);
    expect(quote?.body).toMatchObject(byPayee);
    expect(quote?.body).not.toHaveProperty('transactionRequestId');
    await stage.connector.until('POST', '/transfers', 1);
    expect(stage.connector.asked.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('has no yes, takes no plain scenario, and tells errors in words', async () => {
    expect(await put(crypto.randomUUID(), { acceptParty: true })).toMatchObject({ status: 400 });
    expect(await post(older('45', { scenario: 'TRANSFER' }))).toMatchObject({ status: 400 });
    expect(await post(older('02'))).toMatchObject({
      status: 500,
      json: {
        statusCode: '500',
        requestToPayState: {},
        message: expect.stringContaining("errorCode: '3204'"),
      },
    });
  });
});
