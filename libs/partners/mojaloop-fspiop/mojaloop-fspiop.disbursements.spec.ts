import { describe, expect, it } from '@jest/globals';
import { NoAnswer, NotReached, OrderRefused } from '#partner-kit';
import { ecKeys } from './fixtures/keys.js';
import { agreed, error, found, now, order, ORDER_ID, quoted, stage } from './fixtures/stage.js';
import { quoteIdOf, transferIdOf } from './mojaloop-fspiop.requests.js';

const V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const LATER = new Date(now.getTime() - 61_000);

const able = (...given: Parameters<typeof stage>) => {
  const { adapter, sent } = stage(...given);
  const { disbursements: able } = adapter;
  if (!able?.confirm || !able.enquire) throw new Error('it cannot pay out');
  return { able, confirm: able.confirm.bind(able), enquire: able.enquire.bind(able), sent };
};
const bodyOf = (text: string | undefined): unknown => JSON.parse(text ?? '');

describe('the ids of an operation at the scheme', () => {
  it('are the same for ever, and of a kind that FSPIOP 1.1 takes', () => {
    const ids = [transferIdOf({ id: ORDER_ID }), quoteIdOf({ id: ORDER_ID })];
    for (const id of ids) expect(id).toMatch(V5);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toEqual(['34931829-16e9-5400-955d-f465e47dfa82', 'ac623108-a2b6-5fea-b1ab-d05c67011e24']);
  });
});

describe('a transfer at the switch', () => {
  it('begins with the question who it is for', async () => {
    const { able: disbursements, sent } = able();
    expect(await disbursements.disburse(order())).toEqual({
      is: 'pending',
      reference: transferIdOf(order()),
      references: [transferIdOf(order()), quoteIdOf(order())],
      awaits: 'parties/MSISDN/221770000701',
    });
    expect(sent).toMatchObject([
      {
        method: 'GET',
        path: '/parties/MSISDN/221770000701',
        route: '/parties/:type/:id',
        headers: {
          accept: 'application/vnd.interoperability.parties+json;version=1',
          'content-type': 'application/vnd.interoperability.parties+json;version=1.1',
          date: 'Sat, 21 Nov 2026 09:10:00 GMT',
          'fspiop-source': 'banque-demo',
        },
      },
    ]);
    expect(sent[0]?.headers).not.toHaveProperty('fspiop-destination');
    expect(sent[0]?.headers).not.toHaveProperty('fspiop-signature');
  });

  it('is asked for in the version of the scheme', async () => {
    const { able: disbursements, sent } = able({ status: 202 }, { version: '2.0' });
    await disbursements.disburse(order());
    const type = 'application/vnd.interoperability.parties+json;version=';
    expect(sent[0]?.headers).toMatchObject({ accept: `${type}2`, 'content-type': `${type}2.0` });
  });

  it('goes on with the price, in the same words however often it is asked', async () => {
    const { confirm, enquire, sent } = able({ status: 202 }, { subScenario: 'SALARY' });
    expect(await confirm(order({ memo: found }), 'party')).toMatchObject({ is: 'pending' });
    expect(await enquire(order({ memo: found }))).toMatchObject({ is: 'pending' });
    expect(bodyOf(sent[0]?.body)).toEqual({
      quoteId: quoteIdOf(order()),
      transactionId: transferIdOf(order()),
      payee: {
        partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: '221770000701', fspId: 'payee-demo' },
      },
      payer: {
        partyIdInfo: { partyIdType: 'ACCOUNT_ID', partyIdentifier: 'SN-DEMO-0001', fspId: 'banque-demo' },
      },
      amountType: 'SEND',
      amount: { currency: 'XOF', amount: '15000' },
      transactionType: {
        scenario: 'TRANSFER',
        subScenario: 'SALARY',
        initiator: 'PAYER',
        initiatorType: 'BUSINESS',
      },
      note: 'Salary',
      expiration: '2026-11-21T09:21:00.000Z',
    });
    expect(sent[1]?.body).toBe(sent[0]?.body);
    expect(sent[0]?.headers).toMatchObject({ 'fspiop-destination': 'payee-demo' });
  });

  it('ends with exactly what was agreed upon', async () => {
    const { confirm, sent } = able();
    expect(await confirm(order({ memo: quoted }), 'quote')).toMatchObject({ is: 'pending' });
    expect(bodyOf(sent[0]?.body)).toEqual({
      transferId: transferIdOf(order()),
      payerFsp: 'banque-demo',
      payeeFsp: 'payee-demo',
      amount: agreed.transferAmount,
      ilpPacket: agreed.ilpPacket,
      condition: agreed.condition,
      expiration: agreed.transferBy,
    });
  });

  it('is signed where it has a body', async () => {
    const { confirm, sent } = able({ status: 202 }, {}, { signingKey: ecKeys().privateKey });
    await confirm(order({ memo: quoted }), 'quote');
    expect(sent[0]?.headers).toMatchObject({
      'fspiop-uri': '/transfers',
      'fspiop-http-method': 'POST',
      'fspiop-signature': expect.stringContaining('protectedHeader'),
    });
  });

  it('never moves money without a question that was asked', async () => {
    const { confirm, sent } = able();
    await expect(confirm(order({ memo: found }), 'quote')).rejects.toThrow(TypeError);
    await expect(confirm(order(), 'party')).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });
});

describe('what the switch answers at once', () => {
  it.each([
    [202, '', 'pending'],
    [200, '<html></html>', 'unknown'],
    [302, '', 'unknown'],
    [400, JSON.stringify(error('3100')), 'declined'],
    [400, JSON.stringify(error('3106')), 'unknown'],
    [400, JSON.stringify(error('2001')), 'unknown'],
    [403, '', 'declined'],
    [404, '<html></html>', 'declined'],
    [401, '', 'notSent'],
    [408, '', 'unknown'],
    [409, '', 'unknown'],
    [429, '', 'notSent'],
    [500, '', 'unknown'],
    [503, JSON.stringify(error('2003')), 'unknown'],
  ])('%i %j to a transfer is %s', async (status, text, is) => {
    const { confirm } = able({ status, text });
    expect(await confirm(order({ memo: quoted }), 'quote')).toMatchObject({ is });
  });

  it.each([
    [new NotReached('refused'), 'notSent'],
    [new NoAnswer('reset'), 'unknown'],
  ])('or does not (%s) is %s', async (failure, is) => {
    const { confirm } = able(failure);
    expect(await confirm(order({ memo: quoted }), 'quote')).toMatchObject({ is });
  });
});

describe('an enquiry', () => {
  it('asks the switch about a transfer that may be there, for as long as it takes', async () => {
    const { enquire, sent } = able();
    expect(await enquire(order({ memo: quoted, submittedAt: LATER }))).toEqual({
      is: 'answerFollows',
      references: [transferIdOf(order())],
    });
    expect(sent).toMatchObject([{ method: 'GET', path: `/transfers/${transferIdOf(order())}` }]);
  });

  it('looks the payee up once more where nobody has answered', async () => {
    const { enquire, sent } = able();
    expect(await enquire(order())).toMatchObject({ is: 'pending', awaits: 'parties/MSISDN/221770000701' });
    expect(sent).toMatchObject([{ method: 'GET', path: '/parties/MSISDN/221770000701' }]);
  });

  it.each([
    ['lookup', null],
    ['quote', found],
  ])('gives a %s up that was not answered in time: nothing was sent that moves', async (_, memo) => {
    const { enquire, sent } = able();
    expect(await enquire(order({ memo, submittedAt: LATER }))).toMatchObject({
      is: 'declined',
      reason: 'partner_unavailable',
      moneyMoved: 'no',
    });
    expect(sent).toEqual([]);
  });

  it.each([
    [404, 'unknown'],
    [503, 'unknown'],
    [429, 'notSent'],
  ])('that is answered %i is %s', async (status, is) => {
    expect(await able({ status }).enquire(order({ memo: quoted }))).toMatchObject({ is });
  });
});

describe('a payee', () => {
  it.each(['error', '.', '..', 'awa/demo', 'awa?'])('whom a path cannot name is refused: %s', (value) => {
    const payee = { type: 'alias', value } as const;
    expect(() => able().able.check?.(order({ payee }))).toThrow(
      expect.objectContaining({ name: OrderRefused.name, pointer: '/payee/value' }),
    );
  });

  it.each(['Error', 'errors', '...'])('may have a name like any other: %s', (value) => {
    const payee = { type: 'alias', value } as const;
    expect(() => able().able.check?.(order({ payee }))).not.toThrow();
  });
});

describe('what goes together', () => {
  it.each([
    [{ verifySignatures: true }, {}, 'peers, or the secret peerKeys'],
    [{}, { tlsKey: 'a key' }, 'tlsCertificate and tlsKey'],
    [{}, { signingKey: 'no key' }, 'signingKey'],
  ])('%j %j does not start', (settings, secrets, why) => {
    expect(() => stage({}, settings, secrets)).toThrow(why);
  });
});

describe('a token', () => {
  const settings = { tokenPath: '/oauth2/token', clientId: 'bank' };

  it('goes with every request, and is renewed once where it is refused', async () => {
    const { able: disbursements, sent } = able({ status: 401 }, settings, {
      clientSecret: 'secret',
    });
    expect(await disbursements.disburse(order())).toMatchObject({ is: 'notSent' });
    expect(sent.map(({ path }) => path)).toEqual([
      '/oauth2/token',
      '/parties/MSISDN/221770000701',
      '/oauth2/token',
      '/parties/MSISDN/221770000701',
    ]);
    expect(sent[0]).toMatchObject({
      headers: { authorization: 'Basic YmFuazpzZWNyZXQ=' },
      body: 'grant_type=client_credentials',
    });
    expect(sent[1]?.headers).toMatchObject({ authorization: 'Bearer t' });
  });

  it('needs a client', () => {
    expect(() => stage({}, settings)).toThrow('the secret clientSecret');
    expect(() => stage({}, { tokenPath: '/oauth2/token' }, { clientSecret: 'secret' })).toThrow('clientId');
  });
});
