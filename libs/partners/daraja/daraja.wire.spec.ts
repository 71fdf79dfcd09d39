import { describe, expect, it } from '@jest/globals';
import { settle } from '#partner-kit';
import {
  promptStateOutcome,
  pushOutcome,
  qrOutcome,
  questionOutcome,
  initiatorRequestOutcome,
} from './daraja.outcomes.js';
import { readReply, TokenAnswer } from './daraja.wire.js';
import { reply } from './spec-support.js';

const ack = {
  MerchantRequestID: '9b20-4c11',
  CheckoutRequestID: 'ws_CO_201120261105317712000345',
  ResponseCode: '0',
  ResponseDescription: 'Success. Request accepted for processing',
  CustomerMessage: 'Success. Request accepted for processing',
};
const initiatorAck = {
  ConversationID: 'AG_20261120_2010d3c4a7be90f15522',
  OriginatorConversationID: '44aa-4d2e',
  ResponseCode: '0',
  ResponseDescription: 'Accept the service request successfully.',
};
const spikeArrest = {
  fault: {
    faultstring: 'Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5}',
    detail: { errorcode: 'policies.ratelimit.SpikeArrestViolation' },
  },
};
const gatewayTimeout = {
  fault: {
    faultstring: 'Gateway Timeout',
    detail: { errorcode: 'messaging.adaptors.http.flow.GatewayTimeout', reason: 'TARGET_READ_TIMEOUT' },
  },
};
const error = (errorCode: string, errorMessage: string) => ({ requestId: '3f1a', errorCode, errorMessage });

describe('an answer to a push', () => {
  it('is pending with both ids, and the payer has to look at the phone', () => {
    expect(pushOutcome(readReply(reply(200, ack)))).toEqual({
      is: 'pending',
      reference: 'ws_CO_201120261105317712000345',
      references: ['9b20-4c11'],
      nextAction: { type: 'approve_on_phone' },
    });
  });

  it('is read with fields that nobody knows', () => {
    expect(pushOutcome(readReply(reply(200, { ...ack, Novelty: { of: [1] } }))).is).toBe('pending');
  });

  it.each([
    ['an error code with HTTP 200', 200, error('400.002.02', 'Bad Request - Invalid Amount'), 'declined'],
    ['a code that is not zero', 200, { ResponseCode: '1', ResponseDescription: 'Rejected' }, 'declined'],
    ['the edge counting requests', 429, spikeArrest, 'notSent'],
    ['the edge counting requests, unreadably', 429, 'Too many', 'notSent'],
    ['the edge waiting in vain', 504, gatewayTimeout, 'unknown'],
    [
      'the edge out of order',
      503,
      { fault: { faultstring: 'Down', detail: { errorcode: 'flow.Down' } } },
      'unknown',
    ],
    ['a page of the firewall', 403, '<html><body>Access denied</body></html>', 'notSent'],
    ['a page of something else', 200, '<html><body>Hello</body></html>', 'unknown'],
    ['nothing', 400, '', 'unknown'],
    ['nothing after all', 200, '', 'unknown'],
    ['503 without a code', 503, { errorMessage: 'Service is temporarily unavailable' }, 'unknown'],
    [
      'an old envelope',
      500,
      { Envelope: { Body: { Fault: { faultcode: 'S:1', faultstring: 'no' } } } },
      'unknown',
    ],
    [
      'another shape of refusal',
      400,
      { requestRefId: '1', responseMessage: 'no', responseCode: 400 },
      'unknown',
    ],
    ['an error code of no table', 400, error('400.777.77', 'Novel'), 'unknown'],
    ['a list', 200, '[1]', 'unknown'],
    ['a key that reaches behind objects', 200, '{"__proto__":{"ResponseCode":"0"}}', 'unknown'],
  ])('that is %s (HTTP %s)', async (_, status, body, is) => {
    const outcome = await settle(Promise.resolve(readReply(reply(status, body))), pushOutcome);
    expect(outcome.is).toBe(is);
  });

  it('keeps the words of every shape', () => {
    const words = [
      error('500.003.1001', 'Internal Server Error'),
      gatewayTimeout,
      { Envelope: { Body: { Fault: { faultcode: 'S:Client', faultstring: 'not registered' } } } },
      { responseCode: 400, responseMessage: 'no such thing', requestRefId: '1' },
      { ResponseCode: '1', ResponseDescription: 'Rejected' },
    ].map((body) => {
      const answer = readReply(reply(200, body));
      return answer.is === 'refused' ? `${answer.word.code} ${answer.word.message}` : answer.is;
    });
    expect(words).toEqual([
      '500.003.1001 Internal Server Error',
      'messaging.adaptors.http.flow.GatewayTimeout Gateway Timeout',
      'Fault S:Client: not registered',
      '400 no such thing',
      '1 Rejected',
    ]);
  });

  it('waits as long as it is told to', () => {
    expect(pushOutcome(readReply(reply(429, spikeArrest, { 'retry-after': '7' })))).toMatchObject({
      is: 'notSent',
      retryAfterMs: 7_000,
    });
  });
});

describe('an answer to an initiator request', () => {
  it('is pending with both ids', () => {
    expect(initiatorRequestOutcome(readReply(reply(200, initiatorAck)))).toEqual({
      is: 'pending',
      reference: 'AG_20261120_2010d3c4a7be90f15522',
      references: ['44aa-4d2e'],
    });
  });

  it('is pending where the partner has seen our id before', () => {
    const answer = readReply(reply(500, error('500.002.1001', 'Duplicate OriginatorConversationID.')));
    expect(initiatorRequestOutcome(answer).is).toBe('pending');
  });

  it('to a question names the id that its answer will carry', () => {
    expect(questionOutcome(readReply(reply(200, initiatorAck)))).toEqual({
      is: 'answerFollows',
      references: ['AG_20261120_2010d3c4a7be90f15522'],
    });
  });

  it('refusing a question says nothing of the operation', () => {
    const answer = readReply(reply(400, error('400.002.02', 'Bad Request - Invalid PartyA')));
    expect(questionOutcome(answer)).toMatchObject({ is: 'unknown', partner: { code: '400.002.02' } });
  });
});

describe('an answer to a query about a prompt', () => {
  const told = (ResultCode: string | number, ResultDesc = 'as told') =>
    readReply(reply(200, { ...ack, ResultCode, ResultDesc }));
  const refused = (status: number, code: string, text: string) => readReply(reply(status, error(code, text)));

  it('is paid, without a receipt', () => {
    expect(promptStateOutcome(told('0'), false)).toMatchObject({ is: 'succeeded' });
  });

  it('may carry its code as a number', () => {
    expect(promptStateOutcome(told(1032), false)).toMatchObject({
      is: 'declined',
      reason: 'payer_cancelled',
    });
  });

  it.each([
    ['4999 is under way', told('4999'), 'pending'],
    [
      'the old form of under way',
      refused(500, '500.001.1001', 'The transaction is being processed'),
      'pending',
    ],
    ['the same with HTTP 200', refused(200, '500.001.1001', 'The transaction is being processed'), 'pending'],
    ['an empty text is no answer', refused(500, '500.001.1001', ''), 'unknown'],
    ['an empty text with HTTP 200 is none either', refused(200, '500.001.1001', ''), 'unknown'],
    ['the edge counting requests', readReply(reply(429, spikeArrest)), 'notSent'],
    [
      'a wrong passkey says nothing of the prompt',
      refused(500, '500.001.1001', 'Merchant does not exist'),
      'unknown',
    ],
    ['an unknown code', told('31337'), 'unknown'],
  ])('%s', (_, answer, is) => {
    expect(promptStateOutcome(answer, false).is).toBe(is);
    expect(promptStateOutcome(answer, true).is).toBe(is);
  });

  it.each([
    ['does not exist', refused(500, '500.001.1001', 'The transaction does not Exist')],
    ['invalid id', refused(400, '400.002.02', 'Bad Request - Invalid CheckoutRequestID')],
    ['the form of long ago', refused(404, '01', 'No transaction found')],
  ])('"%s" is pending while young, unknown later, never failed', (_, answer) => {
    expect(promptStateOutcome(answer, true).is).toBe('pending');
    expect(promptStateOutcome(answer, false).is).toBe('unknown');
  });
});

describe('an answer with a picture', () => {
  it.each(['00', 'AG_20261120_2010d3c4a7be90f15522'])('comes with the code %s', (ResponseCode) => {
    const answer = readReply(reply(200, { ResponseCode, QRCode: 'iVBORw0KGgoAAAANSUhEUg==' }));
    expect(qrOutcome(answer, 'Q1')).toEqual({
      is: 'pending',
      reference: 'Q1',
      nextAction: { type: 'scan_qr', image: 'iVBORw0KGgoAAAANSUhEUg==', mediaType: 'image/png' },
    });
  });

  it('has to be a PNG', () => {
    const answer = readReply(reply(200, { ResponseCode: '00', QRCode: 'PHNjcmlwdD4=' }));
    expect(() => qrOutcome(answer, 'Q1')).toThrow();
  });
});

describe('a token', () => {
  it.each([
    ['3599', '"3599"'],
    ['a number', '3599'],
  ])('ends after seconds that come as %s', (_, written) => {
    const answer = readReply(reply(200, `{"access_token":"abc","expires_in":${written}}`));
    expect(answer.is === 'answered' && TokenAnswer.parse(answer.body).expires_in).toBe(3599);
  });
});
