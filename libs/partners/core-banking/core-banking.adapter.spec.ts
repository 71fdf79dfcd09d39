import { describe, expect, it } from '@jest/globals';
import {
  NoAnswer,
  NotReached,
  type Order,
  OrderRefused,
  UnmappedAnswer,
  UnreadableAnswer,
} from '#partner-kit';
import {
  booked,
  coreBankingOver,
  credit,
  CREDIT_ID,
  has,
  question,
  refusal,
  reply,
  REVERSAL_ID,
  reversal,
  ScriptedHttp,
  submitted,
  takenBack,
  xof,
} from './fixtures/stage.js';

const party = { type: 'msisdn', value: '+221770000701' } as const;

describe('the wire', () => {
  it('carries a credit under our id, with the key', async () => {
    const http = new ScriptedHttp(reply(200, booked()));
    await has(coreBankingOver(http).disbursements).disburse(credit({ description: 'Rent' }));
    expect(http.asked).toEqual([`PUT /credits/${CREDIT_ID}`]);
    expect(http.requests[0]).toMatchObject({
      route: '/credits/:id',
      timeoutMs: 5_000,
      headers: { authorization: 'Bearer cb_not_a_real_key', 'content-type': 'application/json' },
    });
    expect(http.bodyOf(0)).toEqual({
      account: party,
      amount: { value: '15000', currency: 'XOF' },
      payer: { type: 'msisdn', value: '+254712000345', name: 'John Kamau' },
      reference: 'M-1',
      description: 'Rent',
    });
  });

  it('carries a reversal under its own id, with that of the credit', async () => {
    const http = new ScriptedHttp(reply(200, takenBack()));
    await has(coreBankingOver(http).reversals).reverse(reversal(), submitted());
    expect(http.asked).toEqual([`PUT /reversals/${REVERSAL_ID}`]);
    expect(http.bodyOf(0)).toEqual({
      credit: CREDIT_ID,
      amount: { value: '15000', currency: 'XOF' },
      reason: null,
    });
  });

  it('carries a question for a price', async () => {
    const http = new ScriptedHttp(refusal(422, 'limit_exceeded'));
    await has(coreBankingOver(http).quotes).quote(question({ amountIs: 'received' }));
    expect(http.bodyOf(0)).toEqual({
      id: 'Q-1',
      account: party,
      amount: { value: '15000', currency: 'XOF' },
      amountIs: 'received',
      payer: null,
    });
  });

  it.each([
    [party, '/accounts/msisdn/%2B221770000701'],
    [{ type: 'account', value: 'SN/0001 A?' } as const, '/accounts/account/SN%2F0001%20A%3F'],
  ])('asks for %j with its value escaped', async (asked, path) => {
    const http = new ScriptedHttp(refusal(404, 'account_unknown'));
    const found = await has(coreBankingOver(http).parties).find({ party: asked, name: null, amount: null });
    expect(http.asked).toEqual([`GET ${path}`]);
    expect(http.requests[0]?.route).toBe('/accounts/:type/:value');
    expect(found).toMatchObject({ exists: false });
  });
});

describe('an enquiry', () => {
  const ask = (answer: ConstructorParameters<typeof ScriptedHttp>[0]) =>
    has(coreBankingOver(new ScriptedHttp(answer)).disbursements).enquire?.(submitted());
  const askReversal = (answer: ConstructorParameters<typeof ScriptedHttp>[0]) =>
    has(coreBankingOver(new ScriptedHttp(answer)).reversals).enquire?.(submitted(reversal()), submitted());

  it('finds what was done', async () => {
    expect(await ask(reply(200, booked()))).toMatchObject({ is: 'succeeded', receipt: 'CB-0000000017' });
    expect(await askReversal(reply(200, takenBack()))).toMatchObject({ is: 'succeeded' });
  });

  it('does not find what the back end does not know', async () => {
    expect(await ask(refusal(404, 'credit_unknown'))).toEqual({ is: 'notFound' });
    expect(await askReversal(refusal(404, 'reversal_unknown'))).toEqual({ is: 'notFound' });
  });

  it.each([
    [refusal(404, 'not_found')],
    [refusal(401, 'unauthorized')],
    [refusal(500, 'internal')],
    [reply(200, '<html>')],
    [reply(200, booked({ id: 'another' }))],
    [new NoAnswer('nobody')],
  ])('that is not answered says nothing', async (answer) => {
    expect(await ask(answer)).toMatchObject({ is: 'unknown' });
    expect(await askReversal(answer)).toMatchObject({ is: 'unknown' });
  });
});

describe('a question that has no usable answer', () => {
  it.each([
    [refusal(401, 'unauthorized'), NoAnswer],
    [refusal(404, 'not_found'), NoAnswer],
    [refusal(429, 'too_many_requests'), NotReached],
    [reply(200, { status: 'open' }), UnreadableAnswer],
  ])('for a party is no party', async (answer, error) => {
    const { parties } = coreBankingOver(new ScriptedHttp(answer));
    await expect(has(parties).find({ party, name: null, amount: null })).rejects.toThrow(error);
  });

  it.each([
    [refusal(500, 'internal'), NoAnswer],
    [refusal(422, 'account_under_review'), UnmappedAnswer],
    [refusal(503, 'busy', { 'retry-after': '1' }), NotReached],
    [reply(200, { sends: '15000' }), UnreadableAnswer],
  ])('for a price is no price', async (answer, error) => {
    const { quotes } = coreBankingOver(new ScriptedHttp(answer));
    await expect(has(quotes).quote(question())).rejects.toThrow(error);
  });

  it('is not even asked about whoever cannot be a customer', async () => {
    const http = new ScriptedHttp();
    const { parties, quotes } = coreBankingOver(http);
    const till = { type: 'till', value: '600777' } as const;
    expect(await has(parties).find({ party: till, name: null, amount: null })).toMatchObject({
      exists: false,
    });
    expect(await has(quotes).quote(question({ payee: till }))).toMatchObject({ reason: 'invalid_party' });
    expect(http.asked).toEqual([]);
  });
});

describe('a reversal', () => {
  it('of a part is refused before it is sent', () => {
    const reversals = has(coreBankingOver(new ScriptedHttp()).reversals);
    const check = (order: Order) => reversals.check?.(order, submitted());
    expect(() => check(reversal({ amount: xof('14999') }))).toThrow(OrderRefused);
    expect(() => check(reversal())).not.toThrow();
  });
});
