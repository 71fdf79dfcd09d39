import { describe, expect, it } from '@jest/globals';
import { type EnquiryOutcome, type Order, type Outcome, type SubmittedOrder } from '#partner-kit';
import {
  mojaloopOver,
  fulfilled,
  has,
  now,
  ORDER_ID,
  reply,
  ScriptedHttp,
  submitted,
  transfer,
  TRANSFER_ID,
  trouble,
} from './fixtures/stage.js';

const REQUEST_ID = '7b1a0d34-6f7e-4b55-8a9e-0c9f0a4a1b11';
const collectInto = { idType: 'MSISDN', idValue: '221770000042' };
const order: Order = transfer({
  kind: 'payment',
  payee: null,
  payer: { type: 'msisdn', value: '+221770000045' },
});
const sent = (more: Partial<SubmittedOrder> = {}): SubmittedOrder =>
  submitted({ partnerReference: REQUEST_ID, references: [REQUEST_ID], ...more }, order);

const collecting = (http: ScriptedHttp, requestToPay: object = {}) =>
  has(mojaloopOver(http, { collectInto, requestToPay }).collections);
const collect = (answer: ReturnType<typeof reply>, requestToPay: object = {}): Promise<Outcome> =>
  collecting(new ScriptedHttp(answer), requestToPay).collect(order);
const asked = async (requestToPay: object): Promise<unknown> => {
  const http = new ScriptedHttp(reply(200, completed('RECEIVED')));
  await collecting(http, requestToPay).collect(order);
  return http.bodyOf(0);
};

const noted = (currentState: string, more: object = {}) => ({
  ...{ transactionRequestId: REQUEST_ID, currentState },
  to: { idType: 'MSISDN', idValue: '221770000045', fspId: 'payee-demo', firstName: 'Awa', lastName: 'Demo' },
  ...more,
});
const completed = (transactionRequestState: string) =>
  noted('COMPLETED', { transactionRequestResponse: { body: { transactionRequestState }, headers: {} } });
/** An error of 24.x, with what it has noted. */
const failed = (status: number, statusCode: string, message: string, errorCode?: string) => {
  const mojaloopError = { errorInformation: { errorCode, errorDescription: 'said no' } };
  const lastError = errorCode === undefined ? {} : { lastError: { httpStatusCode: 500, mojaloopError } };
  return reply(status, { message, statusCode, requestToPayState: noted('ERROR_OCCURRED', lastError) });
};

describe('a request to pay', () => {
  it('is there only where it is known what to pay into', () => {
    expect(mojaloopOver(new ScriptedHttp()).collections).toBeUndefined();
    const { collections, descriptor } = mojaloopOver(new ScriptedHttp(), { collectInto });
    expect(collections?.paidInto).toEqual({ type: 'msisdn', value: '+221770000042' });
    expect(collections?.resubmissionIsSafe(order)).toBe(false);
    expect(descriptor).toMatchObject({ limits: { collections: [{ currency: 'XOF' }] } });
    expect(descriptor.payerTypes).toContain('msisdn');
  });

  it('names whoever is asked as the one who is looked up', async () => {
    const ours = { ...collectInto, type: 'BUSINESS', fspId: 'banque-demo' };
    const payer = { idType: 'MSISDN', idValue: '221770000045' };
    const money = { amountType: 'RECEIVE', currency: 'XOF', amount: '15000' };
    const newer = { homeR2PTransactionId: ORDER_ID, ...money, transactionType: 'TRANSFER' };
    expect(await asked({})).toEqual({ ...newer, from: ours, to: payer });
    expect(await asked({ payerIs: 'from', scenario: 'PAYMENT' })).toEqual({
      ...newer,
      ...{ transactionType: 'PAYMENT', from: payer, to: ours },
    });
    expect(await asked({ release: '18.0.2' })).toEqual({
      ...{ homeTransactionId: ORDER_ID, ...money, from: ours, to: payer },
      scenario: { scenario: 'TRANSFER', initiator: 'PAYEE', initiatorType: 'BUSINESS' },
      ...{ initiator: 'PAYEE', initiatorType: 'BUSINESS' },
    });
  });

  it.each(['RECEIVED', 'PENDING', 'ACCEPTED'])('waits for the payer when it is %s', async (state) => {
    expect(await collect(reply(200, completed(state)))).toEqual({
      ...{ is: 'pending', reference: REQUEST_ID, references: [REQUEST_ID] },
      nextAction: { type: 'approve_on_phone' },
      expiresAt: new Date(now.getTime() + 600_000),
    });
  });

  it('waits for the payer also where the older release does not say what was answered', async () => {
    expect(await collect(reply(200, noted('COMPLETED')), { release: '18.0.2' })).toMatchObject({
      ...{ is: 'pending', reference: REQUEST_ID },
    });
  });

  it.each<readonly [string, ReturnType<typeof reply>, object]>([
    ['the payer says no', reply(200, completed('REJECTED')), { reason: 'payer_cancelled' }],
    [
      'the switch does not know the payer',
      failed(500, '3204', 'Got an error response resolving party: {…}', '3204'),
      { reason: 'invalid_party' },
    ],
    [
      'the older release says so in its message',
      trouble(
        500,
        '500',
        "Got an error response resolving party: { errorInformation: { errorCode: '3204' } }",
      ),
      { reason: 'invalid_party', partner: { code: '3204' } },
    ],
    [
      'the switch refuses what the older release makes of it',
      trouble(500, '500', 'Invalid content-type. Expected …: {"errorInformation":{"errorCode":"3100"}}'),
      { reason: 'partner_rejected', partner: { code: '3100' } },
    ],
    [
      'nobody looks the payer up',
      failed(504, '504', 'Timeout resolving payee for transfer undefined'),
      { reason: 'partner_unavailable' },
    ],
    [
      'the payer’s institution refuses',
      failed(500, '4200', 'Got an error response processing…', '4200'),
      { reason: 'limit_exceeded' },
    ],
    [
      'it is malformed',
      reply(400, { message: 'must match', statusCode: 400 }),
      { reason: 'partner_rejected' },
    ],
    ['there is no such thing', reply(404, 'Not Found'), { reason: 'partner_misconfigured' }],
  ])('is declined where %s', async (_what, answer, facts) => {
    expect(await collect(answer)).toMatchObject({ is: 'declined', moneyMoved: 'no', ...facts });
  });

  it.each<readonly [string, ReturnType<typeof reply>]>([
    [
      'the payer’s institution does not answer',
      failed(504, '504', 'Timeout waiting for fulfil for transfer undefined'),
    ],
    [
      'something broke down behind the switch',
      failed(500, '2001', 'Got an error response processing…', '2001'),
    ],
    ['the switch broke down', reply(503, '')],
    ['the answer is empty', reply(204)],
    ['the answer is no JSON', reply(200, '<html>')],
    ['the state is of no table', reply(200, completed('MAYBE'))],
    ['the answer is of no table', reply(200, noted('WAITING_FOR_GODOT'))],
  ])('may have been heard where %s', async (_what, answer) => {
    expect(await collect(answer)).toMatchObject({ is: 'unknown' });
  });

  it('is sent again where it was not taken up', async () => {
    expect(await collect(reply(429))).toMatchObject({ is: 'notSent', retryAfterMs: 5_000 });
  });

  it('asks whether it is the right payer, and takes one yes', async () => {
    const waiting = noted('WAITING_FOR_PARTY_ACCEPTANCE');
    expect(await collect(reply(200, waiting))).toMatchObject({
      ...{ is: 'needsConfirmation', reference: REQUEST_ID },
      nextAction: { step: 'party', party: { name: 'Awa Demo', institution: 'payee-demo' }, quote: null },
    });
    const http = new ScriptedHttp(reply(200, completed('RECEIVED')), reply(200, waiting));
    const collections = collecting(http);
    expect(await collections.confirm?.(sent(), 'party')).toMatchObject({
      is: 'pending',
      reference: REQUEST_ID,
    });
    expect(await collections.confirm?.(sent(), 'party')).toMatchObject({ is: 'unknown' });
    expect(http.asked[0]).toBe(`PUT /requestToPay/${REQUEST_ID} {"acceptParty":true}`);
  });

  it('cannot go on from the party with the older release', async () => {
    const release = { release: '18.0.2' };
    expect(collecting(new ScriptedHttp(), release)).not.toHaveProperty('confirm');
    expect(await collect(reply(200, noted('WAITING_FOR_PARTY_ACCEPTANCE')), release)).toMatchObject({
      ...{ is: 'declined', reason: 'partner_misconfigured', moneyMoved: 'no' },
    });
  });

  it.each([
    ['nobody', { payer: null }, '/payer'],
    ['a till', { payer: { type: 'till', value: '600777' } }, '/payer/type'],
    ['a path', { payer: { type: 'alias', value: 'awa/demo' } }, '/payer/value'],
  ] as const)('is refused for %s', (_who, more, pointer) => {
    const collections = collecting(new ScriptedHttp());
    expect(() => {
      collections.check?.({ ...order, ...more });
    }).toThrow(expect.objectContaining({ pointer }));
  });
});

describe('what is known of a request to pay', () => {
  const enquire = async (
    http: ScriptedHttp,
    more: Partial<SubmittedOrder>,
  ): Promise<EnquiryOutcome | undefined> => collecting(http).enquire?.(sent(more));

  it('is nothing before its money comes, until its time is over', async () => {
    const http = new ScriptedHttp();
    const ago = (ms: number) => ({ submittedAt: new Date(now.getTime() - ms) });
    expect(await enquire(http, ago(599_000))).toMatchObject({ is: 'unknown' });
    expect(await enquire(http, ago(600_000))).toMatchObject({
      is: 'declined',
      reason: 'expired',
      moneyMoved: 'no',
    });
    expect(http.requests).toEqual([]);
  });

  it.each([
    ['its name', REQUEST_ID, [TRANSFER_ID, REQUEST_ID]],
    ['no name', null, [TRANSFER_ID]],
  ])('is what the switch decided of its transfer, with %s', async (_what, partnerReference, references) => {
    const http = new ScriptedHttp(
      reply(200, { transferId: TRANSFER_ID, currentState: 'COMPLETED', ...fulfilled('COMMITTED') }),
    );
    expect(await enquire(http, { partnerReference, references, submittedAt: new Date(0) })).toEqual({
      ...{ is: 'succeeded', receipt: TRANSFER_ID },
    });
    expect(http.asked).toEqual([`GET /transfers/${TRANSFER_ID}`]);
  });
});
