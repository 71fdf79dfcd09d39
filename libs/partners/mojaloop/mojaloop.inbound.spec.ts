import { Money } from '#domain';
import {
  type InboundObjection,
  InboundRefused,
  type Notice,
  type RawCallback,
  type SubmittedOrder,
  UnreadableCallback,
} from '#partner-kit';
import { describe, expect, it } from '@jest/globals';
import { submitted } from './fixtures/stage.js';
import { mojaloopInbound } from './mojaloop.inbound.js';
import { mojaloopCallbacks } from './mojaloop.receipts.js';

const ID = 'b51ec534-ee48-4575-b6a9-ead2955b8069';
const QUOTE_ID = '8c4f2a9e-3f0b-4d7c-9a57-0f6f5f0f9f11';
const OURS = '01934f6e-7c1a-7b3e-9a52-3f0c6d1e8b02';
const REQUEST_ID = '7b1a0d34-6f7e-4b55-8a9e-0c9f0a4a1b11';
const NOW = new Date('2026-11-21T09:00:00.000Z');

const raw = (method: string, path: string, body?: unknown): RawCallback => ({
  ...{ method, path, headers: {}, source: '127.0.0.1', receivedAt: NOW },
  body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
});

const payer = { idType: 'MSISDN', idValue: '221770000009', firstName: 'Fatou', lastName: 'Sow' };
const quote = {
  ...{ quoteId: QUOTE_ID, transactionId: ID, from: payer, to: { idType: 'MSISDN', idValue: '221770000001' } },
  ...{ amountType: 'SEND', amount: '1500', currency: 'XOF', transactionType: 'TRANSFER' },
  ...{ initiator: 'PAYER', initiatorType: 'CONSUMER' },
};
const transfer = {
  transferId: ID,
  amount: '1500',
  currency: 'XOF',
  to: quote.to,
  from: payer,
  quote: { quoteId: QUOTE_ID },
};

const refusal = (request: RawCallback): readonly [InboundObjection, string] => {
  try {
    mojaloopInbound.read(request);
  } catch (error) {
    if (error instanceof InboundRefused) return [error.objection, error.message];
    throw error;
  }
  throw new Error('it was not refused');
};

describe('what the scheme adapter asks', () => {
  it('is read as a lookup, with the number as we write it', () => {
    for (const value of ['221770000001', '+221770000001', '%2B221770000001'])
      expect(mojaloopInbound.read(raw('GET', `parties/MSISDN/${value}`))).toEqual({
        is: 'lookup',
        party: { type: 'msisdn', value: '+221770000001' },
      });
    expect(mojaloopInbound.read(raw('GET', 'parties/ACCOUNT_ID/SN-0%201'))).toMatchObject({
      party: { type: 'account', value: 'SN-0 1' },
    });
  });

  it('is read as a quote', () => {
    expect(mojaloopInbound.read(raw('POST', 'quoterequests', quote))).toEqual({
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
    expect(mojaloopInbound.read(raw('POST', 'quoterequests', answer))).toMatchObject({
      ...{ answers, isAnswer: true },
    });
  });

  it('is read as a transfer, also with nothing but id and amount', () => {
    expect(mojaloopInbound.read(raw('POST', 'transfers', transfer))).toMatchObject({
      ...{ is: 'transfer', id: ID, quote: QUOTE_ID, amount: Money.parse('1500', 'XOF') },
    });
    expect(
      mojaloopInbound.read(raw('POST', 'transfers', { transferId: ID, amount: '1500', currency: 'XOF' })),
    ).toMatchObject({ quote: null, payee: null, payer: null });
  });

  it('is read as a question, as news, as a look whether we are there', () => {
    expect(mojaloopInbound.read(raw('GET', `transfers/${ID}`))).toEqual({ is: 'question', id: ID });
    expect(mojaloopInbound.read(raw('PUT', `transfers/${ID}`, {}))).toEqual({ is: 'news' });
    expect(mojaloopInbound.read(raw('PUT', `requestToPay/${ID}`, {}))).toEqual({ is: 'news' });
    expect(mojaloopInbound.read(raw('GET', ''))).toEqual({ is: 'health' });
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
});

describe('what it is answered', () => {
  const body = (reply: Parameters<typeof mojaloopInbound.answer>[0]): unknown =>
    JSON.parse(mojaloopInbound.answer(reply).body);

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

  it('is a price without zeros at the end', () => {
    const request = mojaloopInbound.read(
      raw('POST', 'quoterequests', { ...quote, amount: '10.5', currency: 'KES' }),
    );
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

  it.each<readonly [InboundObjection, string, number]>([
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
  ])('is %s as %s', (objection, code, status) => {
    const answer = mojaloopInbound.answer(new InboundRefused(objection, 'because'));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ statusCode: code, status: code, message: 'because' });
  });
});

describe('a notification', () => {
  const outcome = (body: unknown) => mojaloopCallbacks.read(raw('PUT', `transfers/${ID}`, body))[0];

  it('ends what the switch has decided, and nothing else', () => {
    const about = { references: [ID] };
    expect(outcome({ finalNotification: { transferState: 'COMMITTED' } })).toEqual({
      ...{ is: 'outcome', about, outcome: { is: 'succeeded', receipt: ID } },
    });
    expect(outcome({ finalNotification: { transferState: 'ABORTED' } })).toMatchObject({
      ...{ about, outcome: { is: 'declined', moneyMoved: 'no' } },
    });
  });

  it.each([
    [{ currentState: 'ERROR_OCCURRED', finalNotification: { errorInformation: { errorCode: '2001' } } }],
    [{ currentState: 'ERROR_OCCURRED', lastError: 'Final notification state not COMMITTED' }],
    [{ currentState: 'ABORTED' }],
    [{ currentState: 'COMPLETED' }],
    [{}],
  ])('%j leads to a question', (body) => {
    expect(outcome(body)).toMatchObject({ outcome: { is: 'unknown' } });
  });

  it('of the transfer itself is kept with it', () => {
    expect(mojaloopCallbacks.read(raw('POST', 'transfers', transfer))).toMatchObject([
      { about: { references: [ID] }, outcome: { is: 'pending' } },
    ]);
  });
});

describe('news of a request to pay', () => {
  const news = (body: unknown) => mojaloopCallbacks.read(raw('PUT', `requestToPay/${REQUEST_ID}`, body));
  const names = { reference: REQUEST_ID, references: [REQUEST_ID] };
  const meaning = (notice: Notice | undefined, known: Partial<SubmittedOrder>) => {
    if (notice?.is !== 'reply') throw new Error('it is no reply');
    return notice.outcomeFor(submitted({ partnerReference: null, ...known }));
  };

  it('ends it when the payer says no, and nothing else does', () => {
    const home = { homeR2PTransactionId: OURS };
    const [no] = news({ transactionRequestState: 'REJECTED', ...home });
    expect(no).toMatchObject({ is: 'reply', about: { operation: OURS, references: [REQUEST_ID] } });
    for (const known of [{ references: [] }, { references: [REQUEST_ID], partnerReference: REQUEST_ID }])
      expect(meaning(no, known)).toMatchObject({
        ...{ is: 'declined', reason: 'payer_cancelled', moneyMoved: 'no', ...names },
      });
    for (const transactionRequestState of ['RECEIVED', 'PENDING', 'ACCEPTED'])
      expect(news({ transactionRequestState, ...home })).toMatchObject([
        { outcome: { is: 'pending', ...names } },
      ]);
  });

  it('comes too late to say no where the money is announced', () => {
    const [no] = news({ transactionRequestState: 'REJECTED' });
    expect(meaning(no, { references: [ID, REQUEST_ID], partnerReference: REQUEST_ID })).toBeNull();
    expect(meaning(no, { references: [ID] })).toBeNull();
  });

  it('is found by the scheme adapter’s id where ours does not come back', () => {
    const about = { references: [REQUEST_ID] };
    expect(news({ transactionRequestState: 'REJECTED' })).toMatchObject([{ about }]);
    expect(news({ transactionRequestState: 'REJECTED', homeR2PTransactionId: 'INV-1' })[0]).toHaveProperty(
      'about',
      about,
    );
  });

  it('that cannot be read is not guessed at', () => {
    expect(() => news({ transactionRequestState: 'MAYBE' })).toThrow(UnreadableCallback);
    expect(() => news({})).toThrow(UnreadableCallback);
  });
});
