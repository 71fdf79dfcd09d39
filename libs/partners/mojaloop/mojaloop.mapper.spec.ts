import { describe, expect, it } from '@jest/globals';
import { NoAnswer, type Reply, UnmappedAnswer } from '#partner-kit';
import { errorOf, found, fulfilled, quoted, quoteOf, record, reply, trouble } from './fixtures/stage.js';
import { decide, decideEnquiry } from './mojaloop.mapper.js';
import { readAnswer } from './mojaloop.wire.js';

const decided = (answer: Reply) => decide(readAnswer(answer));
const told = (answer: Reply) => decideEnquiry(readAnswer(answer));

const failed = (more: object = {}) => record('ERROR_OCCURRED', { ...found, ...more });
const failedQuoted = (more: object = {}) => failed({ ...quoted, ...more });
const unknown = { is: 'unknown', cause: expect.any(NoAnswer) };
const alarming = { is: 'unknown', cause: expect.any(UnmappedAnswer) };
const declined = (reason: string, code: string) => ({ is: 'declined', reason, partner: { code } });
const transport = { lastError: { name: 'AxiosError', message: 'Request failed' } };

/** What happened, what is answered to a POST or a PUT, and what that says of the money. */
const ROWS: readonly (readonly [what: string, answer: Reply, says: object])[] = [
  [
    'a schema error',
    trouble(400, 400, 'Request failed validation [{"dataPath":"/amount"}]'),
    declined('partner_rejected', '400'),
  ],
  [
    'party not found',
    trouble(500, '3204', 'Got an error response resolving party', record('ERROR_OCCURRED', errorOf('3204'))),
    declined('invalid_party', '3204'),
  ],
  [
    'no lookup callback',
    trouble(504, '504', 'Timeout resolving payee', record('ERROR_OCCURRED')),
    declined('partner_unavailable', '504'),
  ],
  [
    'the hub refused the lookup',
    trouble(500, '500', 'Error resolving payee. Request failed', record('ERROR_OCCURRED', transport)),
    declined('partner_unavailable', '500'),
  ],
  [
    'the payee rejected the quote',
    trouble(500, '5103', 'Got an error response requesting quote', failed(errorOf('5103'))),
    declined('partner_rejected', '5103'),
  ],
  [
    'no quote callback',
    trouble(504, '504', 'Timeout requesting quote', failed({ lastError: {} })),
    declined('partner_unavailable', '504'),
  ],
  [
    'a conversion not quoted',
    trouble(500, '500', 'Timeout error in subscribeToOneMessageWithTimer', failed({ lastError: {} })),
    declined('partner_unavailable', '500'),
  ],
  [
    'a conversion not carried out',
    trouble(500, '500', 'Timeout error in subscribeToOneMessageWithTimer', failedQuoted({ lastError: {} })),
    unknown,
  ],
  [
    'too little liquidity of ours',
    trouble(500, '4001', 'Got an error response preparing transfer', failedQuoted(errorOf('4001'))),
    declined('insufficient_funds', '4001'),
  ],
  [
    'an expired transfer',
    trouble(500, '3303', 'Got an error response preparing transfer', failedQuoted(errorOf('3303'))),
    declined('expired', '3303'),
  ],
  [
    'a transfer that the payee’s institution rejects',
    trouble(500, '5105', 'Got an error response preparing transfer', failedQuoted(errorOf('5105'))),
    declined('partner_rejected', '5105'),
  ],
  [
    'an expired quote',
    trouble(500, '3302', 'Got an error response preparing transfer', failedQuoted(errorOf('3302'))),
    declined('quote_expired', '3302'),
  ],
  [
    'a prepare that the hub takes for a modified one',
    trouble(500, '3106', 'Got an error response preparing transfer', failedQuoted(errorOf('3106'))),
    unknown,
  ],
  [
    'a breakdown at the other institution, which may have acted',
    trouble(500, '2001', 'Got an error response preparing transfer', failedQuoted(errorOf('2001'))),
    unknown,
  ],
  [
    'a prepare that the hub refused at once',
    trouble(500, '500', 'Request failed with status code 400', failedQuoted(transport)),
    unknown,
  ],
  [
    'a prepare that the hub failed at',
    trouble(500, '500', 'Request failed with status code 500', failedQuoted(transport)),
    unknown,
  ],
  [
    'a socket error on the prepare',
    trouble(500, '500', 'socket hang up', failedQuoted({ lastError: '{"name":"Error"}' })),
    unknown,
  ],
  [
    'no fulfil in time',
    trouble(504, '504', 'Timeout waiting for fulfil', failedQuoted({ lastError: { httpStatusCode: 504 } })),
    unknown,
  ],
  [
    'aborted without a fulfilment',
    trouble(500, '500', "Cannot read properties of undefined (reading 'replace')", {
      ...failedQuoted(),
      ...fulfilled('ABORTED'),
    }),
    declined('partner_rejected', 'ABORTED'),
  ],
  [
    'a fulfilment that does not fit',
    trouble(500, '500', 'Invalid fulfilment received', { ...failedQuoted(), ...fulfilled('COMMITTED') }),
    alarming,
  ],
  ['an answer to a transfer that has gone wrong', reply(204), unknown],
  [
    'a transfer that is not remembered',
    trouble(500, '500', 'No cached data found for transferId', {}),
    unknown,
  ],
  ['a failure in front of the scheme adapter', reply(503, '<html>Bad gateway</html>'), unknown],
  ['a failure without a record', trouble(500, '500', 'Internal Server Error'), unknown],
  ['a request that is no JSON', reply(404, 'Not Found'), declined('partner_misconfigured', '404')],
  [
    'a path that is none',
    trouble(400, 400, "Couldn't match path /transfer"),
    declined('partner_rejected', '400'),
  ],
  ['a door that asks for a key', reply(401), declined('partner_misconfigured', '401')],
  ['a door that is closed to us', reply(403), declined('not_permitted', '403')],
  ['too many requests', reply(429), { is: 'notSent' }],
  ['a request that took too long to arrive', reply(408), unknown],
];

describe('an answer to a new transfer, or to a yes', () => {
  it.each(ROWS)('%s', (_what, answer, says) => {
    expect(decided(answer)).toMatchObject(says);
  });

  it.each([
    ['WAITING_FOR_PARTY_ACCEPTANCE', 'party'],
    ['WAITING_FOR_CONVERSION_ACCEPTANCE', 'conversion'],
    ['WAITING_FOR_QUOTE_ACCEPTANCE', 'quote'],
  ])('%s asks about the %s', (state, step) => {
    expect(decided(reply(200, record(state)))).toEqual({ is: 'asks', step });
  });

  it.each([
    ['COMMITTED', { is: 'succeeded' }],
    ['SETTLED', { is: 'succeeded' }],
    ['RECEIVED', { is: 'pending' }],
    ['RESERVED', { is: 'pending' }],
    ['ABORTED', declined('partner_rejected', 'ABORTED')],
    ['REVERSED', alarming],
    ['toString', alarming],
  ])('COMPLETED with the transfer %s is what the transfer is', (transferState, says) => {
    const answer = reply(200, record('COMPLETED', { ...quoted, ...fulfilled(transferState) }));
    expect(decided(answer)).toMatchObject(says);
    expect(told(answer)).toMatchObject(says);
  });

  it.each(['COMPLETED', 'ERROR_OCCURRED', 'SUCCEEDED', 'constructor'])(
    '%s alone says nothing of the money, and raises an alert',
    (state) => {
      expect(decided(reply(200, record(state, quoted)))).toMatchObject(alarming);
    },
  );

  it('without any state raises an alert', () => {
    expect(decided(reply(200, {}))).toMatchObject(alarming);
  });

  it('ABORTED before the switch was asked says why', () => {
    const answer = reply(200, record('ABORTED', { ...quoted, abortedReason: 'Quote rejected by backend' }));
    expect(decided(answer)).toEqual({
      is: 'declined',
      reason: 'partner_rejected',
      partner: { code: 'ABORTED', message: 'Quote rejected by backend' },
    });
  });

  it('to the yes to a quote is no refusal because it shows no quote', () => {
    const answer = readAnswer(trouble(500, '500', 'Request failed', failed(transport)));
    expect(decide(answer)).toMatchObject({ is: 'declined' });
    expect(decide(answer, 'quote')).toMatchObject(unknown);
  });

  it('has a quote even where that cannot be read', () => {
    const odd = quoteOf({ transferAmount: 'much', expiration: 'soon' });
    expect(decided(trouble(504, '504', 'Timeout waiting for fulfil', failed(odd)))).toMatchObject(unknown);
  });

  it('is read from the JSON texts that 18.0.2 writes for objects', () => {
    const written = {
      quoteResponse: JSON.stringify(quoted.quoteResponse),
      fulfil: { body: JSON.stringify({ transferState: 'COMMITTED' }) },
    };
    expect(decided(reply(200, record('COMPLETED', written)))).toEqual({ is: 'succeeded' });
  });

  it('shows nobody’s number', () => {
    const kept = record('ERROR_OCCURRED', errorOf('3204', 'no party 221770000702 at +221770000702'));
    expect(JSON.stringify(decided(trouble(500, '3204', '', kept)))).not.toContain('770000702');
  });
});

describe('an answer to an enquiry', () => {
  it.each([
    ['a transfer that the switch does not know', trouble(500, '3208', 'Got an error'), { is: 'notThere' }],
    ['a switch that does not answer', trouble(504, '504', 'Timeout getting transfer'), unknown],
    ['a transfer that is not ours', trouble(500, '3000', 'Got an error'), unknown],
    ['an id that is none', trouble(400, 400, 'must match pattern'), unknown],
    ['a scheme adapter that is away', reply(502, '<html>'), unknown],
    ['too many requests', reply(429), { is: 'notSent' }],
    ['no state', reply(200, record('COMPLETED')), unknown],
    ['a transfer that waits', reply(200, record('WAITING_FOR_QUOTE_ACCEPTANCE', quoted)), unknown],
    ['nothing', reply(204), unknown],
  ])('%s', (_what, answer, says) => {
    expect(told(answer)).toMatchObject(says);
  });

  it('does not take what was known before for the switch’s word', () => {
    const kept = record('ERROR_OCCURRED', { ...quoted, ...fulfilled('ABORTED') });
    expect(told(trouble(504, '504', 'Timeout getting transfer', kept))).toMatchObject(unknown);
  });

  it('goes by the state of the transfer although an old error stands beside it', () => {
    const answer = record('COMPLETED', { ...quoted, ...fulfilled('COMMITTED'), ...errorOf('2004') });
    expect(told(reply(200, answer))).toEqual({ is: 'succeeded' });
  });

  it('names the switch’s reason for what was aborted, where it gave one', () => {
    const answer = record('COMPLETED', { ...fulfilled('ABORTED'), ...errorOf('5200', 'over the limit') });
    expect(told(reply(200, answer))).toEqual({
      is: 'declined',
      reason: 'limit_exceeded',
      partner: { code: '5200', message: 'over the limit' },
    });
  });
});
