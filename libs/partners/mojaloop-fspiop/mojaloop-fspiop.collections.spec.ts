import { describe, expect, it } from '@jest/globals';
import { NoAnswer, type RawCallback, type SubmittedOrder, UnmappedAnswer } from '#partner-kit';
import { asked, ILP_SECRET, prepare, TRANSFER } from './fixtures/payee.js';
import { callback, error, now, order, ORDER_ID, party, stage } from './fixtures/stage.js';
import { requestIdOf, transferIdOf } from './mojaloop-fspiop.requests.js';

const collectInto = {
  ...{ idType: 'BUSINESS', idValue: 'LIBRAIRIE-DEMO' },
  displayName: 'Librairie Demo',
};
const REQUEST = requestIdOf({ id: ORDER_ID });
const PARTIES = 'parties/MSISDN/221770000045';
const ANSWER = `transactionRequests/${REQUEST}`;
const known = { party };
const names = { reference: REQUEST, references: [REQUEST] };
/** When the request's time is over. */
const END = new Date(now.getTime() + 600_000);

const payment = (more: Partial<SubmittedOrder> = {}): SubmittedOrder =>
  order({
    ...{ kind: 'payment', payee: null, payer: { type: 'msisdn', value: '+221770000045' } },
    ...{ description: 'Invoice 17', partnerReference: REQUEST, references: [REQUEST] },
    ...more,
  });
const requested = (more: Partial<SubmittedOrder> = {}): SubmittedOrder => payment({ memo: known, ...more });
/** Once its money was announced. */
const coming = (more: Partial<SubmittedOrder> = {}): SubmittedOrder =>
  requested({ references: [TRANSFER, REQUEST], ...more });

const able = (reply: Parameters<typeof stage>[0] = { status: 202 }, settings: object = {}) => {
  const { adapter, sent } = stage(reply, { collectInto, ...settings }, { ilpSecret: ILP_SECRET });
  const { collections, callbacks, inbound } = adapter;
  if (!collections?.confirm || !collections.enquire || !callbacks || !inbound)
    throw new Error('it cannot ask anybody to pay');
  return {
    ...{ adapter, collections, callbacks, inbound, sent },
    confirm: collections.confirm.bind(collections),
    enquire: collections.enquire.bind(collections),
  };
};
const meaning = (raw: RawCallback, of: SubmittedOrder) => {
  const [notice] = able().callbacks.read(raw);
  if (notice?.is !== 'reply') throw new Error('it is no reply');
  return notice.outcomeFor(of);
};
const told = (transactionRequestState: string) => callback(ANSWER, { transactionRequestState });
const from = (source: string, raw: RawCallback): RawCallback => ({
  ...raw,
  headers: { ...raw.headers, 'fspiop-source': source },
});
const puzzle = { is: 'unknown', cause: expect.any(UnmappedAnswer) as unknown };

describe('a request to pay', () => {
  it('is there only where it is known what to pay into, and its money can come', () => {
    const bare = stage({ status: 202 }, {}, { ilpSecret: ILP_SECRET }).adapter;
    expect(bare.collections).toBeUndefined();
    expect(bare.descriptor).toMatchObject({ payerTypes: [] });
    const { collections, descriptor } = able().adapter;
    expect(collections?.paidInto).toEqual({ type: 'merchant', value: 'LIBRAIRIE-DEMO' });
    expect(collections?.resubmissionIsSafe(payment())).toBe(false);
    expect(descriptor).toMatchObject({ limits: { collections: [{ currency: 'XOF' }] } });
    expect(descriptor.payerTypes).toContain('msisdn');
    expect(() => stage({ status: 202 }, { collectInto })).toThrow(/collectInto needs the secret ilpSecret/);
  });

  it('begins with the question where the payer is, and then whether it is the right one', async () => {
    const { collections, sent } = able();
    expect(await collections.collect(payment({ partnerReference: null, references: [] }))).toEqual({
      ...{ is: 'pending', ...names, awaits: PARTIES },
    });
    expect(sent).toMatchObject([{ method: 'GET', path: `/${PARTIES}` }]);
    const found = { party: { partyIdInfo: { fspId: 'payee-demo' }, name: 'Awa Demo' } };
    expect(meaning(callback(PARTIES, found), payment())).toEqual({
      ...{ is: 'needsConfirmation', ...names, memo: known },
      nextAction: {
        ...{ type: 'confirm', step: 'party', quote: null },
        party: { name: 'Awa Demo', institution: 'payee-demo' },
      },
      expiresAt: END,
    });
    expect(meaning(callback(PARTIES, found), requested())).toBeNull();
    expect(meaning(callback(`${PARTIES}/error`, error('3204')), payment())).toMatchObject({
      ...{ is: 'declined', reason: 'invalid_party', moneyMoved: 'no' },
    });
    expect(meaning(callback(`${PARTIES}/error`, error('3204')), requested())).toBeNull();
  });

  it('goes to the payer’s institution with all that it has to know', async () => {
    const { confirm, sent } = able({ status: 202 }, { subScenario: 'BOOKS' });
    expect(await confirm(payment({ memo: known }), 'party')).toEqual({
      ...{ is: 'pending', ...names, expiresAt: END },
    });
    expect(sent).toMatchObject([
      {
        ...{ method: 'POST', path: '/transactionRequests', route: '/transactionRequests' },
        headers: {
          'content-type': 'application/vnd.interoperability.transactionRequests+json;version=1.1',
          'fspiop-destination': 'payee-demo',
        },
      },
    ]);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      transactionRequestId: REQUEST,
      payee: {
        partyIdInfo: {
          ...{ partyIdType: 'BUSINESS', partyIdentifier: 'LIBRAIRIE-DEMO', fspId: 'banque-demo' },
        },
        name: 'Librairie Demo',
      },
      payer: { partyIdType: 'MSISDN', partyIdentifier: '221770000045', fspId: 'payee-demo' },
      amount: { currency: 'XOF', amount: '15000' },
      transactionType: {
        ...{ scenario: 'TRANSFER', subScenario: 'BOOKS', initiator: 'PAYEE', initiatorType: 'BUSINESS' },
      },
      note: 'Invoice 17',
      expiration: END.toISOString(),
    });
  });

  it('lets money in once there is somebody to ask', () => {
    const { collections } = able();
    expect([null, known].map((memo) => collections.mayBePaid?.(memo))).toEqual([false, true]);
  });

  it('is not sent before the payer was found', async () => {
    const { confirm, sent } = able();
    await expect(confirm(payment(), 'party')).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  it.each([
    [
      { status: 501, text: JSON.stringify(error('2002')) },
      { is: 'declined', reason: 'not_permitted' },
    ],
    [{ status: 404 }, { is: 'declined', reason: 'partner_misconfigured' }],
    [
      { status: 404, text: JSON.stringify(error('3202')) },
      { is: 'declined', reason: 'invalid_party' },
    ],
    [
      { status: 400, text: JSON.stringify(error('3100')) },
      { is: 'declined', moneyMoved: 'no' },
    ],
    [{ status: 429 }, { is: 'notSent' }],
    [{ status: 503 }, { is: 'unknown' }],
    [new NoAnswer('the line is dead'), { is: 'unknown' }],
  ])('is what the switch says of it: %j', async (reply, outcome) => {
    expect(await able(reply).confirm(payment({ memo: known }), 'party')).toMatchObject(outcome);
  });

  it.each([
    ['nobody', { payer: null }, '/payer'],
    ['a till', { payer: { type: 'till', value: '600777' } }, '/payer/type'],
    ['a path', { payer: { type: 'alias', value: 'awa/demo' } }, '/payer/value'],
  ] as const)('is refused for %s', (_who, more, pointer) => {
    const { collections } = able();
    expect(() => {
      collections.check?.(payment(more));
    }).toThrow(expect.objectContaining({ pointer }));
  });
});

describe('what becomes of a request to pay', () => {
  it.each(['RECEIVED', 'PENDING', 'ACCEPTED'])('is for the payer to say while it is %s', (state) => {
    expect(meaning(told(state), requested())).toEqual({
      ...{ is: 'pending', ...names, nextAction: { type: 'approve_on_phone' }, expiresAt: END },
    });
  });

  it('is a no of the payer’s, or of their institution’s', () => {
    expect(meaning(told('REJECTED'), requested())).toMatchObject({
      ...{ is: 'declined', reason: 'payer_cancelled', moneyMoved: 'no', partner: { code: 'REJECTED' } },
    });
    expect(meaning(callback(`${ANSWER}/error`, error('4200')), requested())).toMatchObject({
      ...{ is: 'declined', reason: 'limit_exceeded', moneyMoved: 'no' },
    });
    expect(meaning(callback(`${ANSWER}/error`, error('2002')), requested())).toMatchObject({
      ...{ is: 'declined', reason: 'not_permitted' },
    });
  });

  it.each([
    ['payer', '3202', 'invalid_party'],
    ['payee', '3203', 'partner_misconfigured'],
  ])('fails by whose institution is not known: the %s’s', (_whose, code, reason) => {
    expect(meaning(callback(`${ANSWER}/error`, error(code)), requested())).toMatchObject({
      ...{ is: 'declined', reason, moneyMoved: 'no' },
    });
  });

  it('is open where something only broke down, or nobody knows the word', () => {
    expect(meaning(callback(`${ANSWER}/error`, error('2001')), requested())).toMatchObject({
      ...{ is: 'unknown', cause: expect.any(NoAnswer) as unknown, partner: { code: '2001' } },
    });
    expect(meaning(told('MAYBE'), requested())).toMatchObject(puzzle);
  });

  it('is no longer the payer’s to say once the money is announced', () => {
    for (const state of ['REJECTED', 'ACCEPTED']) expect(meaning(told(state), coming())).toBeNull();
    expect(meaning(asked('POST', 'transfers', prepare()), coming())).toBeNull();
    expect(meaning(callback(`${ANSWER}/error`, error('4200')), coming())).toBeNull();
  });

  it('is nobody else’s to say', () => {
    for (const raw of [told('REJECTED'), told('ACCEPTED'), callback(`${ANSWER}/error`, error('4200'))]) {
      expect(meaning(from('stranger', raw), requested())).toMatchObject(puzzle);
      expect(meaning(from('switch', raw), requested())).not.toMatchObject(puzzle);
      expect(meaning(raw, payment())).toBeNull();
      expect(meaning(raw, order({ memo: null }))).toBeNull();
    }
  });

  it('comes through our own door, too', () => {
    const { inbound } = able();
    expect(inbound.read(asked('PUT', ANSWER, { transactionRequestState: 'RECEIVED' }))).toEqual({
      is: 'news',
    });
    expect(inbound.read(asked('PUT', `${ANSWER}/error`, error('4200')))).toEqual({ is: 'news' });
    expect(() => inbound.read(asked('POST', 'transactionRequests', {}))).toThrow(
      expect.objectContaining({ objection: 'not_offered' }),
    );
  });
});

describe('the money of a request to pay', () => {
  const fromSwitch = (method: string, transferState: string, id = TRANSFER) =>
    asked(method, `transfers/${id}`, { transferState }, { 'fspiop-source': 'switch' });

  it.each(['PATCH', 'PUT'])('is there with the switch’s own word, by %s', (method) => {
    expect(meaning(fromSwitch(method, 'COMMITTED'), coming())).toEqual({
      ...{ is: 'succeeded', receipt: TRANSFER },
    });
    expect(meaning(fromSwitch(method, 'ABORTED'), coming())).toMatchObject({
      ...{ is: 'declined', moneyMoved: 'no' },
    });
    expect(meaning(from('payee-demo', fromSwitch(method, 'COMMITTED')), coming())).toMatchObject(puzzle);
  });

  it('is none where the request itself is called a transfer, or none was announced', () => {
    for (const method of ['PATCH', 'PUT']) {
      expect(meaning(fromSwitch(method, 'COMMITTED', REQUEST), coming())).toBeNull();
      expect(meaning(fromSwitch(method, 'COMMITTED', transferIdOf(payment())), requested())).toBeNull();
    }
    const path = `transfers/${REQUEST}/error`;
    expect(meaning(asked('PUT', path, error('3208'), { 'fspiop-source': 'switch' }), coming())).toBeNull();
  });

  it('is asked about at the switch once it is announced, however old the request', async () => {
    const { enquire, sent } = able();
    expect(await enquire(coming({ submittedAt: new Date(0) }))).toEqual({
      ...{ is: 'answerFollows', references: [TRANSFER] },
    });
    expect(sent).toMatchObject([
      { method: 'GET', path: `/transfers/${TRANSFER}`, headers: { 'fspiop-destination': 'switch' } },
    ]);
  });

  it('is refused from when its time is over, and not asked about before', async () => {
    const { enquire, sent } = able();
    const ago = (ms: number) => enquire(requested({ submittedAt: new Date(now.getTime() - ms) }));
    expect(await ago(599_999)).toMatchObject({ is: 'unknown' });
    expect(await ago(600_000)).toMatchObject({ is: 'declined', reason: 'expired', moneyMoved: 'no' });
    expect(sent).toEqual([]);
  });

  it('is not waited for where nobody says who the payer is: they are looked up again, for a while', async () => {
    const { enquire, sent } = able();
    const ago = (ms: number) => enquire(payment({ submittedAt: new Date(now.getTime() - ms) }));
    expect(await ago(60_000)).toMatchObject({ is: 'pending', awaits: PARTIES });
    expect(await ago(60_001)).toMatchObject({ is: 'declined', reason: 'partner_unavailable' });
    expect(sent).toHaveLength(1);
  });
});
