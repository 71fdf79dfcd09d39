import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { idIn, type MojaloopStage, openMojaloopStage, transferTo } from '../../testing/mojaloop-stage.js';

let stage: MojaloopStage;
beforeAll(async () => {
  stage = await openMojaloopStage({ imitates: '18.0.2' });
});
afterAll(() => stage.close());
beforeEach(() => stage.control('DELETE', '/books'));

const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('the older release', () => {
  it('names transfers by UUID and shows what it sent as text', async () => {
    const id = await stage.quoted();
    expect(id).toMatch(uuidV4);
    const { json } = await stage.answer(id, { acceptQuote: true });
    const { quoteRequest, prepare } = json as Record<'quoteRequest' | 'prepare', { body: string }>;
    expect(JSON.parse(quoteRequest.body)).toMatchObject({ transactionId: id });
    expect(JSON.parse(prepare.body)).toMatchObject({ transferId: id });
    expect(json).toMatchObject({ fulfil: { body: { transferState: 'COMMITTED' } } });
  });

  it('answers a query with no more than the state, and forgets the rest', async () => {
    const id = await stage.quoted();
    await stage.answer(id, { acceptQuote: true });
    const { json } = await stage.query(id);
    expect(Object.keys(json as object).sort()).toEqual(['currentState', 'fulfil', 'transferId']);
    expect((await stage.answer(id, { acceptQuote: true })).json).toEqual(json);
  });

  it('is spoiled by a query as well', async () => {
    const id = await stage.quoted();
    expect(await stage.query(id)).toMatchObject({ status: 500, json: { statusCode: '3208' } });
    expect((await stage.answer(id, { acceptQuote: true })).status).toBe(204);
  });

  it('takes fields that it does not know, and an id of the caller, even twice', async () => {
    const transferId = crypto.randomUUID();
    const order = transferTo('01', '100', { transferId, colour: 'red' });
    for (const times of [1, 2]) {
      expect(idIn(await stage.start(order))).toBe(transferId);
      await stage.answer(transferId, { acceptParty: true });
      await stage.answer(transferId, { acceptQuote: true });
      expect((await stage.books()).entries).toHaveLength(times);
    }
  });

  it('believes an order that calls itself succeeded, and moves nothing', async () => {
    const reply = await stage.start(transferTo('01', '100', { currentState: 'succeeded' }));
    expect(reply).toMatchObject({ status: 200, json: { currentState: 'COMPLETED' } });
    expect(reply.json).not.toHaveProperty('fulfil');
    expect((await stage.books()).entries).toEqual([]);
  });

  it('lets a yes to the party change the amount', async () => {
    const id = idIn(await stage.start());
    await stage.answer(id, { acceptParty: true, amount: '7' });
    await stage.answer(id, { acceptQuote: true });
    expect((await stage.books()).entries).toMatchObject([{ amount: '7' }]);
  });

  it('has no no to a party', async () => {
    const id = idIn(await stage.start());
    expect(await stage.answer(id, { acceptParty: false })).toMatchObject({
      status: 400,
      json: { statusCode: 400 },
    });
  });

  it('knows nothing of conversions', async () => {
    const id = idIn(await stage.start(transferTo('51')));
    expect(await stage.answer(id, { acceptParty: true })).toMatchObject({
      json: { currentState: 'WAITING_FOR_QUOTE_ACCEPTANCE' },
    });
    const shillings = idIn(await stage.start(transferTo('51', '100', { currency: 'KES' })));
    expect(await stage.answer(shillings, { acceptParty: true })).toMatchObject({
      json: { statusCode: '5106' },
    });
  });
});
