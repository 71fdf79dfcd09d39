import { Money } from '#domain';
import {
  type Inbound,
  type InboundObjection,
  InboundRefused,
  type InboundStanding,
  type RawCallback,
} from '#partner-kit';
import { REFUSALS } from '../fspiop/errors.js';
import { describe, expect, it } from '@jest/globals';
import { from } from './fixtures/stage.js';
import { ID, NOW, OURS, payer, quote, QUOTE_ID, raw, REQUEST_ID, transfer } from './fixtures/inbound.js';
import { mojaloopInbound } from './mojaloop.inbound.js';
import { MojaloopSettings } from './mojaloop.settings.js';

const terms = MojaloopSettings.parse({ baseUrl: 'http://sdk.example:4001', from });
const inbound = mojaloopInbound(terms);

const refusal = (
  request: RawCallback,
  by: Inbound = inbound,
): readonly [objection: InboundObjection, words: string] => {
  try {
    by.read(request);
  } catch (error) {
    if (error instanceof InboundRefused) return [error.objection, error.message];
    throw error;
  }
  throw new Error('it was not refused');
};

describe('what the scheme adapter asks', () => {
  it('is read as a lookup, with the number as we write it', () => {
    for (const value of ['221770000001', '+221770000001', '%2B221770000001'])
      expect(inbound.read(raw('GET', `parties/MSISDN/${value}`))).toMatchObject({
        is: 'lookup',
        party: { type: 'msisdn', value: '+221770000001' },
      });
    expect(inbound.read(raw('GET', 'parties/ACCOUNT_ID/SN-0%201'))).toMatchObject({
      party: { type: 'account', value: 'SN-0 1' },
    });
  });

  it('is read as a quote', () => {
    expect(inbound.read(raw('POST', 'quoterequests', quote))).toEqual({
      ...{ is: 'quote', id: QUOTE_ID, transfer: ID, amountIs: 'sent', expiresAt: null },
      ...{ answers: null, isAnswer: false },
      payee: { type: 'msisdn', value: '+221770000001' },
      payer: { type: 'msisdn', value: '+221770000009', name: 'Fatou Sow' },
      amount: Money.parse('1500', 'XOF'),
    });
  });

  it.each([
    ['our own id', { homeR2PTransactionId: OURS, transactionRequestId: REQUEST_ID }, OURS],
    [
      'the scheme adapter’s, where ours is not of our making',
      { homeR2PTransactionId: 'INV-1', transactionRequestId: REQUEST_ID },
      REQUEST_ID,
    ],
    ['the scheme adapter’s alone', { transactionRequestId: REQUEST_ID }, REQUEST_ID],
    ['nothing, as the older release has it', {}, null],
  ])('is read as in answer to a request of ours by %s', (_name, names, answers) => {
    const answer = { ...quote, ...names, initiator: 'PAYEE', initiatorType: 'BUSINESS' };
    expect(inbound.read(raw('POST', 'quoterequests', answer))).toMatchObject({
      ...{ answers, isAnswer: true },
    });
  });

  it('is read as a transfer, also with nothing but id and amount', () => {
    expect(inbound.read(raw('POST', 'transfers', transfer))).toMatchObject({
      ...{ is: 'transfer', id: ID, quote: QUOTE_ID, amount: Money.parse('1500', 'XOF') },
    });
    expect(
      inbound.read(raw('POST', 'transfers', { transferId: ID, amount: '1500', currency: 'XOF' })),
    ).toMatchObject({ quote: null, payee: null, payer: null });
  });

  it('is read with a note of as many characters as the scheme allows, and cut between two of them', () => {
    const described = (note: string) => {
      const request = inbound.read(raw('POST', 'transfers', { ...transfer, note }));
      return 'description' in request ? request.description : null;
    };
    const longest = `${'x'.repeat(127)}😀`;
    expect(described(longest)).toBe(longest);
    expect(described(`${longest}, and more`)).toBe(longest);
    const paidBy = (idValue: string) =>
      raw('POST', 'transfers', { ...transfer, from: { ...payer, idValue } });
    const alias = '😀'.repeat(128);
    expect(inbound.read(paidBy(alias))).toMatchObject({ payer: { value: alias } });
    expect(refusal(paidBy(`${alias}x`))).toEqual(['malformed', 'from.idValue: has more than 128 characters']);
  });

  it('is read under the name of our institution, where the scheme adapter serves several', () => {
    const ours = from.fspId;
    for (const [method, path, body] of [
      ['GET', 'parties/MSISDN/221770000001', undefined],
      ['POST', 'quoterequests', quote],
      ['POST', 'transfers', transfer],
      ['GET', `transfers/${ID}`, undefined],
      ['PUT', `transfers/${ID}`, {}],
      ['PUT', `requestToPay/${ID}`, {}],
    ] as const)
      expect(inbound.read(raw(method, `${ours}/${path}`, body))).toEqual(
        inbound.read(raw(method, path, body)),
      );
    expect(inbound.read(raw('GET', ours))).toEqual({ is: 'health' });
    expect(refusal(raw('POST', `${ours}/bulkQuotes`, {}))[0]).toBe('not_offered');
    expect(refusal(raw('GET', 'another/parties/MSISDN/221770000001'))[0]).toBe('unknown_request');
  });

  it('is read as a question, as news, as a look whether we are there', () => {
    expect(inbound.read(raw('GET', `transfers/${ID}`))).toEqual({ is: 'question', id: ID });
    expect(inbound.read(raw('PUT', `transfers/${ID}`, {}))).toEqual({ is: 'news' });
    expect(inbound.read(raw('PUT', `requestToPay/${ID}`, {}))).toEqual({ is: 'news' });
    expect(inbound.read(raw('GET', ''))).toEqual({ is: 'health' });
  });

  it.each<readonly [string, RawCallback, InboundObjection, string]>([
    ['an id type', raw('GET', 'parties/EMAIL/a@b.sn'), 'unsupported_id_type', 'idType: EMAIL'],
    ['no number', raw('GET', 'parties/MSISDN/awa'), 'malformed', 'idType: is no telephone number'],
    ['no value', raw('GET', 'parties/MSISDN'), 'missing', 'idValue'],
    ['a sub-identifier', raw('GET', 'parties/BUSINESS/4711/TILL'), 'party_unknown', 'sub-identifiers'],
    ['no amount', raw('POST', 'quoterequests', { ...quote, amount: undefined }), 'missing', 'amount'],
    [
      'no payee',
      raw('POST', 'quoterequests', { ...quote, to: { idType: 'MSISDN' } }),
      'missing',
      'to.idValue',
    ],
    ['a side', raw('POST', 'quoterequests', { ...quote, initiator: 'HUB' }), 'malformed', 'initiator'],
    ['decimals', raw('POST', 'quoterequests', { ...quote, amount: '10.5' }), 'malformed', 'amount'],
    ['nothing', raw('POST', 'quoterequests', { ...quote, amount: '0' }), 'malformed', 'amount'],
    ['a currency', raw('POST', 'quoterequests', { ...quote, currency: 'XTS' }), 'currency_not_held', 'XTS'],
    [
      'cash',
      raw('POST', 'quoterequests', { ...quote, transactionType: 'WITHDRAWAL' }),
      'unsupported_scenario',
      '',
    ],
    ['no id', raw('POST', 'transfers', { ...transfer, transferId: undefined }), 'missing', 'transferId'],
    ['no body', raw('POST', 'transfers'), 'malformed', 'JSON'],
    ['requests to pay', raw('POST', 'transactionrequests', {}), 'not_offered', 'transactionrequests'],
    ['bulk', raw('POST', 'bulkQuotes', {}), 'not_offered', 'bulkQuotes'],
    ['nowhere', raw('POST', 'nowhere', {}), 'unknown_request', ''],
  ])('is refused for %s', (_what, request, objection, words) => {
    const [is, message] = refusal(request);
    expect(is).toBe(objection);
    expect(message).toContain(words);
  });

  it('is refused for its currency before its type of name, as the scheme’s own tests want it', () => {
    const wrong = { currency: 'XXX', to: { idType: 'EMAIL', idValue: 'awa@demo.sn' } };
    for (const request of [
      raw('POST', 'quoterequests', { ...quote, ...wrong }),
      raw('POST', 'transfers', { ...transfer, ...wrong }),
    ])
      expect(refusal(request)).toEqual(['currency_not_held', 'currency: XXX']);
  });

  it('is read with as much of a payer’s name as an account’s keeper takes', () => {
    const part = 'n'.repeat(128);
    const from = { ...payer, firstName: part, middleName: part, lastName: part };
    for (const named of [from, { ...from, displayName: 'n'.repeat(100_000) }])
      expect(inbound.read(raw('POST', 'quoterequests', { ...quote, from: named }))).toMatchObject({
        payer: { name: part },
      });
    const typed = { ...from, idType: 'x'.repeat(33) };
    expect(refusal(raw('POST', 'quoterequests', { ...quote, from: typed }))).toEqual([
      'malformed',
      'from.idType: has more than 32 characters',
    ]);
  });

  it('is news whatever the scheme adapter makes of it, and refused only as the template of core connectors does', () => {
    const asTemplate = mojaloopInbound({ ...terms, compatibility: 'core-connector-template' });
    const news = (body: unknown) => raw('PUT', `transfers/${ID}`, body);
    const wrong = { currentState: 'ERROR_OCCURRED', transferId: ID };
    expect(inbound.read(news(wrong))).toEqual({ is: 'news' });
    for (const body of [{ ...wrong, currentState: 'COMPLETED' }, {}, undefined, []])
      expect(asTemplate.read(news(body))).toEqual({ is: 'news' });
    const read = asTemplate.read(news(wrong));
    if (!('refusal' in read) || !read.refusal) throw new Error('it is thanked for');
    const { status, body } = asTemplate.answer(read.refusal);
    expect([status, JSON.parse(body)]).toEqual([
      500,
      { statusCode: '5000', status: '5000', message: 'Transfer Not Completed Error' },
    ]);
  });

  it('is refused for a type of name that the bank does not look up, but for a transfer, which was offered', () => {
    const numbersOnly = mojaloopInbound({ ...terms, idTypes: ['MSISDN'] });
    const to = { idType: 'IBAN', idValue: 'SN08SN0100152000048500003035' };
    for (const [request, field] of [
      [raw('GET', `parties/IBAN/${to.idValue}`), 'idType'],
      [raw('POST', 'quoterequests', { ...quote, to }), 'to'],
    ] as const) {
      expect(inbound.read(request)).toHaveProperty('is');
      expect(refusal(request, numbersOnly)).toEqual([
        'unsupported_id_type',
        `${field}: IBAN is not looked up`,
      ]);
    }
    for (const taken of [
      raw('POST', 'quoterequests', { ...quote, from: to }),
      raw('POST', 'transfers', { ...transfer, to }),
    ])
      expect(numbersOnly.read(taken)).toHaveProperty('is');
    expect(refusal(raw('GET', 'parties/constructor/1'))[0]).toBe('unsupported_id_type');
  });
});

describe('what it is answered', () => {
  const body = (reply: Parameters<typeof inbound.answer>[0]): unknown =>
    JSON.parse(inbound.answer(reply).body);

  it('is a party in plain letters, with its currencies only where there are any', () => {
    const party = { type: 'msisdn', value: '+221770000001' } as const;
    expect(body({ is: 'party', party, name: 'Aïssatou Diop', currencies: ['XOF'] })).toEqual({
      ...{
        idType: 'MSISDN',
        idValue: '221770000001',
        displayName: 'Aissatou Diop',
        supportedCurrencies: ['XOF'],
      },
    });
    expect(body({ is: 'party', party, name: null, currencies: [] })).toEqual({
      ...{ idType: 'MSISDN', idValue: '221770000001' },
    });
  });

  it.each([
    ['MSISDN', '+221770000001', '+221770000001'],
    ['MSISDN', '%2B221770000001', '+221770000001'],
    ['MSISDN', '221770000001', '221770000001'],
    ['ACCOUNT_NO', 'SN-0%201', 'SN-0 1'],
    ['ACCOUNT_ID', 'SN-0%201', 'SN-0 1'],
  ])('is a party by the very name that was asked for: %s %s', (idType, segment, idValue) => {
    const lookup = inbound.read(raw('GET', `parties/${idType}/${segment}`));
    if (lookup.is !== 'lookup') throw new Error('it is a lookup');
    const { party, memo } = lookup;
    expect(body({ is: 'party', party, memo, name: null, currencies: [] })).toEqual({ idType, idValue });
  });

  it('is a price without zeros at the end', () => {
    const request = inbound.read(raw('POST', 'quoterequests', { ...quote, amount: '10.5', currency: 'KES' }));
    if (request.is !== 'quote') throw new Error('it is a quote');
    const kes = (amount: string) => Money.parse(amount, 'KES');
    const offer = {
      sends: kes('10.50'),
      receives: kes('10.00'),
      fee: kes('0.50'),
      commission: null,
      expiresAt: NOW,
    };
    expect(body({ is: 'offer', quote: request, ...offer })).toEqual({
      ...{ quoteId: QUOTE_ID, transactionId: ID, transferAmount: '10.5', transferAmountCurrency: 'KES' },
      ...{ payeeReceiveAmount: '10', payeeReceiveAmountCurrency: 'KES' },
      ...{
        payeeFspFeeAmount: '0.5',
        payeeFspFeeAmountCurrency: 'KES',
        expiration: '2026-11-21T09:00:00.000Z',
      },
    });
  });

  it('is a commitment under our own id', () => {
    expect(body({ is: 'credited', transfer: ID, operation: 'our-id', at: NOW })).toEqual({
      ...{ homeTransactionId: 'our-id', completedTimestamp: NOW.toISOString(), transferState: 'COMMITTED' },
    });
  });

  const said: readonly (readonly [InboundObjection, string, number])[] = [
    ['forged', '3105', 400],
    ['unacceptable_version', '3001', 406],
    ['too_large', '3104', 413],
    ['not_offered', '2002', 501],
    ['unknown_request', '3002', 404],
    ['differs', '3106', 400],
    ['transfer_expired', '3303', 400],
    ['not_completed', '5000', 500],
    ['busy', '2005', 503],
    ['timed_out', '2004', 500],
    ['unsupported_id_type', '3100', 400],
    ['missing', '3102', 400],
    ['malformed', '3101', 400],
    ['party_unknown', '3204', 404],
    ['party_blocked', '5400', 500],
    ['party_closed', '5107', 400],
    ['currency_not_held', '5106', 400],
    ['limit_exceeded', '5200', 400],
    ['quote_refused', '5103', 400],
    ['transfer_refused', '5105', 400],
    ['quote_expired', '3302', 400],
    ['quote_unknown', '3205', 400],
    ['unsupported_scenario', '5102', 400],
    ['transfer_unknown', '3208', 404],
    ['unavailable', '2003', 503],
  ];

  it('has a code for every objection', () => {
    expect(said.map(([objection]) => objection).toSorted()).toEqual(Object.keys(REFUSALS).toSorted());
  });

  it.each(said)('is %s as %s', (objection, code, status) => {
    const answer = inbound.answer(new InboundRefused(objection, 'because'));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ statusCode: code, status: code, message: 'because' });
  });

  it('is a message of as many characters as the scheme allows, and never half of one', () => {
    const [objection, why] = refusal(raw('GET', `parties/${encodeURIComponent('😀'.repeat(80))}/1`));
    expect(why).toBe(`idType: ${'😀'.repeat(60)} is not looked up`);
    const message = `${'x'.repeat(127)}😀😀`;
    expect(body(new InboundRefused(objection, message))).toMatchObject({
      message: `${'x'.repeat(127)}😀`,
    });
  });
});

describe('how a transfer stands', () => {
  const told = (stands: InboundStanding['stands']) => {
    const payee = { type: 'msisdn', value: '+221770000001' } as const;
    const standing = { is: 'standing', transfer: ID, operation: OURS, payer: null, payee, at: NOW } as const;
    return inbound.answer({ ...standing, amount: Money.parse('1500', 'XOF'), stands });
  };

  it.each([
    ['final', 'COMMITTED'],
    ['refused', 'ABORTED'],
  ] as const)('is told once it is %s', (stands, transferState) => {
    const { status, body } = told(stands);
    expect(status).toBe(200);
    const to = { idType: 'MSISDN', idValue: '221770000001' };
    const amount = { amount: '1500', currency: 'XOF' };
    expect(JSON.parse(body)).toMatchObject({ homeTransactionId: OURS, ...amount, to, transferState });
  });

  it.each(['under_way', 'credited'] as const)('is not told while it is %s', (stands) => {
    expect(told(stands)).toMatchObject({ status: 204, body: '' });
  });

  it('is not told where that cannot be found out', () => {
    expect(inbound.answer({ is: 'nothing' })).toMatchObject({ status: 204, body: '' });
  });
});
