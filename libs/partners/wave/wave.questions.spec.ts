import { describe, expect, it } from '@jest/globals';
import { NoAnswer } from '#partner-kit';
import { fixture, has, PAYMENT_ID, reply, ScriptedHttp, waveOver, xof } from './fixtures/stage.js';

const broken = [
  ['a refusal', reply(403, { code: 'no-permission' })],
  ['throttling', reply(429, { code: 'too-many-requests' })],
  ['nonsense', reply(200, '<html>')],
  ['half an answer', reply(200, {})],
] as const;

describe('the balance', () => {
  const ask = (http: ScriptedHttp) => has(waveOver(http).balances).ask({ id: 'question' });

  it('is that of the one wallet', async () => {
    expect(await ask(new ScriptedHttp(reply(200, { amount: '1250000', currency: 'XOF' })))).toEqual({
      is: 'answered',
      accounts: [{ account: 'main', current: xof('1250000'), available: null }],
    });
  });

  it.each(broken)('is not known after %s', async (_what, answer) => {
    expect(await ask(new ScriptedHttp(answer))).toMatchObject({ is: 'failed', cause: expect.any(NoAnswer) });
  });
});

describe('a recipient check', () => {
  const question = {
    party: { type: 'msisdn', value: '+221770000701' },
    name: 'Awa Sarr',
    amount: xof('5000'),
  } as const;
  const find = (body: object, asked: Parameters<typeof ask>[1] = question) => ask(body, asked);
  const ask = (body: object, asked: Parameters<ReturnType<typeof partiesOf>['find']>[0]) =>
    partiesOf(new ScriptedHttp(reply(200, body))).find(asked);
  const partiesOf = (http: ScriptedHttp) => has(waveOver(http).parties);

  it.each([
    ['MATCH', true],
    ['NO_MATCH', false],
    ['NAME_NOT_KNOWN', null],
    [null, null],
    [undefined, null],
  ])('with the name %s', async (name_match, nameMatches) => {
    expect(await find({ name_match, national_id_match: null, within_limits: true })).toEqual({
      exists: null,
      name: null,
      nameMatches,
      withinLimits: true,
    });
  });

  it.each([
    [true, true],
    [false, false],
    [null, null],
    [undefined, null],
  ])('with within_limits %s', async (within_limits, withinLimits) => {
    expect(await find({ within_limits })).toMatchObject({ withinLimits });
  });

  it('asks no more than was asked', async () => {
    const http = new ScriptedHttp(reply(200, {}), reply(200, {}));
    await partiesOf(http).find(question);
    await partiesOf(http).find({ ...question, name: null, amount: null });
    expect(http.asked[0]).toBe('POST /v1/verify_recipient/');
    expect([http.bodyOf(0), http.bodyOf(1)]).toEqual([
      { mobile: '+221770000701', name: 'Awa Sarr', amount: '5000', currency: 'XOF' },
      { mobile: '+221770000701' },
    ]);
  });

  it('asks for nobody by another name than a telephone number', async () => {
    const http = new ScriptedHttp();
    const party = { type: 'iban', value: 'SN08SN0100152000048500003035' } as const;
    expect(await partiesOf(http).find({ ...question, party })).toMatchObject({
      exists: false,
      isTypeKnown: false,
    });
    expect(http.asked).toEqual([]);
  });

  it.each(broken.slice(0, 3))('fails after %s', async (_what, answer) => {
    await expect(partiesOf(new ScriptedHttp(answer)).find(question)).rejects.toThrow(NoAnswer);
  });

  it('fails on a word that no table knows', async () => {
    await expect(find({ name_match: 'MAYBE' })).rejects.toThrow(NoAnswer);
  });
});

describe('a statement', () => {
  const page = (http: ScriptedHttp, cursor: string | null = null) =>
    has(waveOver(http).statements).page('2026-11-20', cursor);

  it('names every movement, net, with what it can be matched by', async () => {
    const { lines, next } = await page(new ScriptedHttp(reply(200, fixture('statement'))));
    expect(next).toBe('cGFnZToy');
    expect(lines).toEqual([
      {
        partnerReference: 'T_7QK3M2ZX',
        type: 'api_checkout',
        isReversal: false,
        at: new Date('2026-11-20T09:01:42Z'),
        amount: xof('2475'),
        fee: xof('25'),
        balanceAfter: xof('1252475'),
        counterparty: { type: 'msisdn', value: '+221770000345', name: 'Moussa Fall' },
        reference: PAYMENT_ID,
        references: ['cos-18qq25rgr100a'],
      },
      expect.objectContaining({
        partnerReference: 'T_7QK3M2ZX',
        type: 'api_checkout_refund',
        isReversal: true,
        amount: xof('-2475'),
        counterparty: null,
        reference: null,
        references: ['cos-18qq25rgr100a'],
      }),
      expect.objectContaining({
        partnerReference: 'T_7QK3N001',
        isReversal: false,
        fee: null,
        balanceAfter: null,
        counterparty: { type: 'merchant', value: 'M_18qq2bbbb', name: 'Boutique Sandaga' },
        references: [],
      }),
    ]);
  });

  it('ends where Wave says so', async () => {
    const last = fixture('statement', { page_info: { end_cursor: 'x', has_next_page: false }, items: [] });
    const http = new ScriptedHttp(reply(200, last));
    expect(await page(http, 'cGFnZToy')).toEqual({ lines: [], next: null });
    expect(http.asked).toEqual(['GET /v1/transactions?date=2026-11-20&after=cGFnZToy']);
  });

  it.each([
    ['the same cursor', 'here'],
    ['no cursor', null],
  ])('that would never end (%s) fails', async (_what, end_cursor) => {
    const endless = fixture('statement', { page_info: { end_cursor, has_next_page: true } });
    await expect(page(new ScriptedHttp(reply(200, endless)), 'here')).rejects.toThrow(NoAnswer);
  });

  it.each(broken)('fails after %s', async (_what, answer) => {
    await expect(page(new ScriptedHttp(answer))).rejects.toThrow(NoAnswer);
  });
});

describe('a search for sessions', () => {
  const paid = fixture('session-paid');
  const find = (answer: ReturnType<typeof reply>, by: 'id' | 'reference' | 'transaction' = 'id') => {
    const http = new ScriptedHttp(answer);
    return { http, found: has(waveOver(http).sessions).find({ by, value: 'x-1' }) };
  };

  it.each([
    ['id', reply(200, paid), 'GET /v1/checkout/sessions/x-1'],
    [
      'reference',
      reply(200, `{"result":[${paid}]}`),
      'GET /v1/checkout/sessions/search?client_reference=x-1',
    ],
    ['transaction', reply(200, paid), 'GET /v1/checkout/sessions?transaction_id=x-1'],
    ['transaction', reply(200, `{"result":[${paid}]}`), 'GET /v1/checkout/sessions?transaction_id=x-1'],
  ] as const)('by %s', async (by, answer, request) => {
    const { http, found } = find(answer, by);
    expect(await found).toEqual([
      {
        id: 'cos-18qq25rgr100a',
        reference: PAYMENT_ID,
        transaction: 'T_7QK3M2ZX',
        status: 'complete/succeeded',
        amount: xof('2500'),
        payer: null,
        createdAt: new Date('2026-11-20T09:00:00Z'),
        completedAt: new Date('2026-11-20T09:01:42Z'),
        expiresAt: new Date('2026-11-20T09:30:00Z'),
        lastError: null,
      },
    ]);
    expect(http.asked).toEqual([request]);
  });

  it('shows whom an open one is meant for, and what went wrong', async () => {
    const last_payment_error = { code: 'insufficient-funds', message: 'Too little.' };
    const { found } = find(reply(200, fixture('session-open', { last_payment_error })));
    expect(await found).toMatchObject([
      {
        status: 'open/processing',
        payer: { type: 'msisdn', value: '+221770000345' },
        lastError: { code: 'insufficient-funds', message: 'Too little.' },
      },
    ]);
  });

  it.each(['checkout-session-not-found', 'not-found'])('that meets 404 %s finds none', async (code) => {
    expect(await find(reply(404, { code })).found).toEqual([]);
  });

  it.each(broken)('fails after %s', async (_what, answer) => {
    await expect(find(answer).found).rejects.toThrow(NoAnswer);
  });
});
