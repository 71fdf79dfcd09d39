import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type InboundObjection, InboundRefused, type RawCallback } from '#partner-kit';
import { REFUSALS } from '../fspiop/errors.js';
import { asked, CONDITION, payee, prepare, quoteRequest, QUOTE, TRANSFER, PACKET } from './fixtures/payee.js';
import { xof } from './fixtures/sandbox.js';

const { inbound, verify } = payee();
const read = (raw: RawCallback) => inbound.read(raw);
/** Whether it is said at once or told. */
const refusal = (raw: RawCallback): InboundRefused => {
  try {
    const request = read(raw);
    if (request.is === 'refused') return request.why;
  } catch (error) {
    if (error instanceof InboundRefused) return error;
    throw error;
  }
  throw new Error('it was not refused');
};
const objection = (raw: RawCallback) => `${refusal(raw).objection} ${refusal(raw).message}`;
const customer = { type: 'msisdn', value: '+221770000042' };

describe('a request of the scheme', () => {
  it('asks who somebody is', () => {
    expect(read(asked('GET', 'parties/MSISDN/221770000042'))).toEqual({
      ...{ is: 'lookup', party: customer },
      memo: {
        ...{ to: 'payer-demo', path: '/parties/MSISDN/221770000042' },
        lookup: { partyIdType: 'MSISDN', partyIdentifier: '221770000042' },
      },
    });
  });

  it('asks what it would cost', () => {
    expect(read(asked('POST', 'quotes', quoteRequest()))).toMatchObject({
      ...{ is: 'quote', id: QUOTE, transfer: TRANSFER, payee: customer },
      payer: { type: 'msisdn', value: '+221770009001', name: 'Fatou Demo' },
      ...{ amount: xof('1500'), amountIs: 'sent', expiresAt: new Date('2026-11-21T09:11:00Z') },
      ...{ answers: null, isAnswer: false },
      memo: { to: 'payer-demo', path: `/quotes/${QUOTE}`, quote: { note: 'Rent' } },
    });
  });

  it('orders what was offered, by a packet of ours', () => {
    expect(read(asked('POST', 'transfers', prepare()))).toEqual({
      ...{ is: 'transfer', id: TRANSFER, quote: QUOTE, quotedAs: TRANSFER, payee: customer },
      ...{ amount: xof('1500'), sends: xof('1500'), receives: xof('1485') },
      payer: { type: 'msisdn', value: '+221770009001', name: 'Fatou Demo' },
      ...{ description: 'Rent', expiresAt: new Date('2026-11-21T09:11:30Z') },
      memo: {
        to: 'payer-demo',
        path: `/transfers/${TRANSFER}`,
        transfer: { ilpPacket: PACKET, condition: CONDITION },
      },
    });
  });

  it('has texts of as many characters as the scheme allows', () => {
    const name = '😀'.repeat(128);
    const ask = (note: string) =>
      asked('POST', 'quotes', quoteRequest({ note, payer: { ...quoteRequest().payer, name } }));
    expect(read(ask(name))).toMatchObject({ payer: { name }, memo: { quote: { note: name } } });
    expect(objection(ask(`${name}x`))).toBe('malformed note: has more than 128 characters');
  });

  it('may order it under another id, and another amount: the engine knows what was offered', () => {
    const [other, more] = ['01KAJ8Q5Z4W3N1T7R9YBXC0001', { currency: 'XOF', amount: '1501' }];
    const raw = asked('POST', 'transfers', prepare({ transferId: other, amount: more }));
    expect(read(raw)).toMatchObject({ id: other, quotedAs: TRANSFER, sends: xof('1501') });
  });

  it.each([
    ['GET', `transfers/${TRANSFER}`, { is: 'question', id: TRANSFER }],
    ['PATCH', `transfers/${TRANSFER}`, { is: 'news' }],
    ['PUT', `transfers/${TRANSFER}`, { is: 'news' }],
    ['PUT', `transfers/${TRANSFER}/error`, { is: 'news' }],
    ['PUT', 'parties/MSISDN/221770000701', { is: 'news' }],
    ['PUT', `quotes/${QUOTE}`, { is: 'news' }],
    ['GET', '', { is: 'health' }],
  ])('%s /%s is known', (method, path, is) => {
    expect(read(asked(method, path))).toMatchObject(is);
  });

  it.each([
    ['POST', 'transactionRequests'],
    ['POST', 'bulkQuotes'],
    ['POST', 'bulkTransfers'],
    ['POST', 'fxQuotes'],
    ['GET', 'participants/MSISDN/221770000042'],
    ['PUT', 'participants/MSISDN/221770000042'],
    ['GET', `quotes/${QUOTE}`],
    ['GET', 'authorizations/1'],
  ])('%s /%s is not offered', (method, path) => {
    expect(objection(asked(method, path))).toMatch(/^not_offered /);
  });

  it.each(['nowhere', 'transfers/a/b', 'parties', '..'])('to %j is to nowhere', (path) => {
    expect(refusal(asked('DELETE', path)).objection).toBe('unknown_request');
  });
});

describe('a request that cannot be taken', () => {
  const quote = (more: object) => asked('POST', 'quotes', quoteRequest(more));
  const transfer = (more: object) => asked('POST', 'transfers', prepare(more));
  const money = (amount: string, currency = 'XOF') => ({ amount: { amount, currency } });
  const toMail = {
    payee: { partyIdInfo: { ...quoteRequest().payee.partyIdInfo, partyIdType: 'EMAIL' } },
  };

  it.each([
    [quote({ quoteId: undefined }), 'missing quoteId: is missing'],
    [quote({ quoteId: 'Q1' }), 'malformed quoteId: is no id of the scheme'],
    [quote({ payee: {} }), 'missing payee.partyIdInfo: is missing'],
    [quote(money('15.50')), 'malformed amount.amount: is no amount of the scheme'],
    [quote(money('015')), 'malformed amount.amount: is no amount of the scheme'],
    [quote(money('-1')), 'malformed amount.amount: is no amount of the scheme'],
    [quote(money('0')), 'malformed amount: is no amount of XOF'],
    [quote(money('15.5')), 'malformed amount: is no amount of XOF'],
    [quote(money('15', 'ZZZ')), 'currency_not_held currency: ZZZ'],
    [quote({ ...money('15', 'ZZZ'), ...toMail }), 'currency_not_held currency: ZZZ'],
    [quote({ expiration: '2026-11-21' }), 'malformed expiration: is no date and time of the scheme'],
    [quote({ note: '' }), expect.stringMatching(/^malformed note: /)],
    [
      quote({ transactionType: { ...quoteRequest().transactionType, scenario: 'WITHDRAWAL' } }),
      'unsupported_scenario transactionType.scenario: WITHDRAWAL',
    ],
    [
      quote({ payee: { partyIdInfo: { ...quoteRequest().payee.partyIdInfo, fspId: 'another' } } }),
      'party_unknown payee.partyIdInfo.fspId: is another institution',
    ],
    [
      quote({ payer: { partyIdInfo: { ...quoteRequest().payer.partyIdInfo, fspId: 'another' } } }),
      'quote_refused payer.partyIdInfo.fspId: is not who sends it',
    ],
    [asked('GET', 'parties/EMAIL/a@b.sn'), 'unsupported_id_type Type: EMAIL is not looked up'],
    [asked('GET', 'parties/MSISDN/awa'), 'malformed Type: is no telephone number'],
    [asked('GET', 'parties/MSISDN'), 'missing ID: is missing'],
    [asked('GET', `parties/${'X'.repeat(33)}/1`), expect.stringMatching(/^malformed partyIdType: /)],
    [asked('GET', 'parties/EMAIL/..%2f..'), 'malformed the path names nobody'],
    [asked('GET', 'parties/EMAIL/a/../../transfers/b'), 'malformed the path names nobody'],
    [asked('GET', 'parties/ALIAS/error'), 'malformed the path names nobody'],
    [asked('GET', 'parties/BUSINESS/4711/till'), 'party_unknown Type: accounts have no sub-identifiers here'],
    [asked('GET', 'transfers/T1'), 'malformed ID: is no id of the scheme'],
    [transfer({ expiration: undefined }), 'missing expiration: is missing'],
    [transfer({ payeeFsp: 'another' }), 'transfer_refused payeeFsp: is another institution'],
    [transfer({ payerFsp: 'another' }), 'transfer_refused payerFsp: is not who sends it'],
    [
      asked('POST', 'transfers', prepare({ payerFsp: 'another' }), { 'fspiop-source': 'another' }),
      'transfer_refused payerFsp: is not whose quote it was',
    ],
    [transfer({ condition: 'A'.repeat(43) }), 'transfer_refused condition: is none that we have named'],
    [
      transfer({ ilpPacket: `${PACKET.slice(0, -2)}BA` }),
      'transfer_refused condition: is none that we have named',
    ],
  ])('says which field is wrong (%#)', (raw, says) => {
    expect(objection(raw)).toEqual(says);
  });

  it.each([
    [asked('GET', 'parties/EMAIL/a@b.sn'), 'lookup', '/parties/EMAIL/a@b.sn'],
    [asked('GET', 'parties/BUSINESS/4711/till'), 'lookup', '/parties/BUSINESS/4711/till'],
    [quote(money('15', 'ZZZ')), 'quote', `/quotes/${QUOTE}`],
    [quote({ transactionType: { ...quoteRequest().transactionType, scenario: 'WITHDRAWAL' } }), 'quote'],
    [quote({ payee: { partyIdInfo: { ...quoteRequest().payee.partyIdInfo, fspId: 'another' } } }), 'quote'],
    [quote({ payer: { partyIdInfo: { ...quoteRequest().payer.partyIdInfo, fspId: 'another' } } }), 'quote'],
    [quote(toMail), 'quote'],
  ])('is told so where it was understood (%#)', (raw, kind, path = `/quotes/${QUOTE}`) => {
    expect(read(raw)).toMatchObject({ is: 'refused', asked: kind, memo: { to: 'payer-demo', path } });
  });

  it.each([
    transfer({ condition: 'A'.repeat(43) }),
    transfer(money('15', 'ZZZ')),
    asked('POST', 'transfers', prepare({ payerFsp: 'another' }), { 'fspiop-source': 'another' }),
  ])('is told so where it is a transfer whose id and payer are known (%#)', (raw) => {
    expect(read(raw)).toMatchObject({
      ...{ is: 'refused', asked: 'transfer', id: TRANSFER },
      memo: { to: raw.headers['fspiop-source'], path: `/transfers/${TRANSFER}` },
    });
  });

  it('is told so for a type of name that the bank does not look up', () => {
    const byIban = { ...quoteRequest().payee.partyIdInfo, partyIdType: 'IBAN', partyIdentifier: 'SN08' };
    const { inbound: numbersOnly } = payee({ status: 200 }, { idTypes: ['MSISDN'] });
    for (const [raw, says] of [
      [asked('GET', 'parties/IBAN/SN08'), 'Type: IBAN is not looked up'],
      [quote({ payee: { partyIdInfo: byIban } }), 'payee.partyIdInfo: IBAN is not looked up'],
    ] as const) {
      expect(read(raw)).toMatchObject({ is: expect.stringMatching(/^(?:lookup|quote)$/) });
      const why = new InboundRefused('unsupported_id_type', says);
      expect(numbersOnly.read(raw)).toMatchObject({ is: 'refused', why });
    }
  });

  it('is not held to such a list where it is a transfer: it was offered', () => {
    const { inbound: ibansOnly } = payee({ status: 200 }, { idTypes: ['IBAN'] });
    expect(ibansOnly.read(transfer({}))).toMatchObject({ is: 'transfer', payee: customer });
  });

  it.each([
    quote({ quoteId: 'Q1' }),
    quote(money('15.5')),
    asked('GET', 'parties/MSISDN/awa'),
    asked('GET', 'parties/EMAIL/a@b.sn', undefined, { accept: 'text/html' }),
    asked('GET', 'parties/EMAIL/a@b.sn', undefined, { 'fspiop-source': undefined }),
    transfer({ transferId: 'T1' }),
    transfer({ payerFsp: 'another', payeeFsp: 'another' }),
    transfer({ payeeFsp: 'another' }),
  ])('hears so at once where it was not, or where nobody can be told (%#)', (raw) => {
    expect(() => read(raw)).toThrow(InboundRefused);
  });

  it('is in a version that we speak, with all that the scheme asks for', () => {
    const party = (headers: object) => asked('GET', 'parties/MSISDN/221770000042', undefined, headers);
    const type = 'application/vnd.interoperability.parties+json';
    expect(objection(party({ accept: `${type};version=3` }))).toMatch(/^unacceptable_version accept:/);
    expect(objection(party({ accept: `${type};version=2.1` }))).toMatch(/^unacceptable_version accept:/);
    expect(objection(party({ 'content-type': `${type};version=1.2` }))).toMatch(/^unacceptable_version/);
    expect(objection(party({ accept: 'text/html' }))).toMatch(/^malformed accept:/);
    expect(objection(party({ 'content-type': 'application/json' }))).toMatch(/^malformed content-type:/);
    for (const header of ['accept', 'content-type', 'date', 'fspiop-source'])
      expect(objection(party({ [header]: undefined }))).toBe(`missing ${header}: is missing`);
    expect(objection(party({ date: 'thursday' }))).toBe('malformed date: is no date');
    for (const accept of [
      type,
      `${type};version=1.0`,
      `${type}; version=3, ${type}; version=1; charset=utf-8`,
    ])
      expect(read(party({ accept }))).toMatchObject({ is: 'lookup' });
  });

  it.each(['GET', 'POST', 'PATCH'])('names who sends it, before anything is proven of it (%s)', (method) => {
    for (const source of [undefined, '']) {
      const raw = asked(method, 'transfers', prepare(), { 'fspiop-source': source });
      expect(() => verify(raw)).toThrow(new InboundRefused('missing', 'fspiop-source: is missing'));
    }
  });

  it.each([
    ['2', '2.0', { major: '2' }],
    ['2.0', '1.1', { major: '2' }],
    ['1.1', '2.0', {}],
    ['1.0', '1.1', { minor: '0' }],
    ['1', '1.0', {}],
    ['3, 2, 1', '1.0', { major: '2' }],
    [null, '2', { major: '2' }],
    [null, '1.0', { minor: '0' }],
    [null, null, {}],
  ])('is answered in the version that Accept names (%s), else in its own (%s)', (accepted, written, kept) => {
    const type = 'application/vnd.interoperability.transfers+json';
    const of = (version: string | null) => (version === null ? type : `${type};version=${version}`);
    const headers = {
      accept: (accepted?.split(', ') ?? [null]).map(of).join(', '),
      'content-type': of(written),
    };
    for (const raw of [
      asked('POST', 'transfers', prepare(), headers),
      asked('GET', `transfers/${TRANSFER}`, undefined, headers),
    ]) {
      const request = read(raw);
      const { major, minor } = ('memo' in request && request.memo) || {};
      expect({ major, minor }).toEqual(kept);
    }
  });

  it('hears why, in a code and a sentence', () => {
    const objections = Object.keys(REFUSALS) as InboundObjection[];
    const answers = objections.map((one) => inbound.answer(new InboundRefused(one, 'because')));
    for (const { status, body } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(JSON.parse(body)).toMatchObject({
        errorInformation: { errorCode: expect.stringMatching(/^[1-9]\d{3}$/), errorDescription: 'because' },
      });
    }
    const forged = inbound.answer(new InboundRefused('forged', 'x'.repeat(200)));
    expect([forged.status, JSON.parse(forged.body)]).toEqual([
      400,
      { errorInformation: { errorCode: '3105', errorDescription: 'x'.repeat(128) } },
    ]);
    const version = inbound.answer(new InboundRefused('unacceptable_version', 'no'));
    expect([version.status, JSON.parse(version.body)]).toMatchObject([
      406,
      {
        errorInformation: {
          errorCode: '3001',
          extensionList: {
            extension: [
              { key: '1', value: '0' },
              { key: '1', value: '1' },
              { key: '2', value: '0' },
            ],
          },
        },
      },
    ]);
  });

  it('never breaks the reader', () => {
    const path = fc.oneof(
      fc.constantFrom('quotes', 'transfers', 'parties/MSISDN/1', `transfers/${TRANSFER}`),
      fc.webPath(),
    );
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom(quoteRequest(), prepare()).map((it) => JSON.stringify(it)),
    );
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
    fc.assert(
      fc.property(method, path, body, (method, path, body) => {
        const raw = { ...asked(method, path), body: Buffer.from(body) };
        try {
          expect(read(raw)).toHaveProperty('is');
        } catch (error) {
          expect(error).toBeInstanceOf(InboundRefused);
        }
      }),
    );
  });
});

describe('an acknowledgement', () => {
  it('says that it was taken up, and nothing of the matter', () => {
    expect(inbound.answer({ is: 'accepted' })).toMatchObject({ status: 202, body: '' });
    expect(inbound.answer({ is: 'taken' })).toMatchObject({ status: 200 });
    expect(inbound.answer({ is: 'healthy' })).toMatchObject({ status: 200 });
  });
});
