import { describe, expect, it } from '@jest/globals';
import { INITIATOR_RESULTS, PROMPT_RESULTS, TRANSACTION_STATES } from './daraja.errors.js';
import { initiatorOutcome, promptOutcome, refusedOrder, stateOutcome } from './daraja.outcomes.js';
import { readReply } from './daraja.wire.js';
import { reply } from './spec-support.js';

/** An outcome in one word: "insufficient_funds/no", "pending", "unknown". */
function inShort(outcome: {
  readonly is: string;
  readonly reason?: string;
  readonly moneyMoved?: string;
}): string {
  return outcome.is === 'declined' ? `${outcome.reason ?? ''}/${outcome.moneyMoved ?? ''}` : outcome.is;
}

const prompts: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'succeeded'],
  ['1', 'insufficient_funds/no'],
  ['2', 'amount_invalid/no'],
  ['3', 'limit_exceeded/no'],
  ['4', 'limit_exceeded/no'],
  ['8', 'limit_exceeded/no'],
  ['17', 'partner_throttled/no'],
  ['26', 'partner_throttled/no'],
  ['1001', 'payer_unreachable/no'],
  ['1019', 'expired/unknown'],
  ['1025', 'partner_unavailable/no'],
  ['1031', 'payer_cancelled/unknown'],
  ['1032', 'payer_cancelled/unknown'],
  ['1036', 'payer_unreachable/unknown'],
  ['1037', 'payer_timeout/unknown'],
  ['1101', 'internal/no'],
  ['1102', 'internal/no'],
  ['2001', 'authentication_failed/no'],
  ['2006', 'party_inactive/no'],
  ['2008', 'authentication_failed/no'],
  ['2026', 'partner_unavailable/unknown'],
  ['2028', 'partner_misconfigured/no'],
  ['8006', 'party_inactive/no'],
  ['SFC_IC0003', 'partner_misconfigured/no'],
  ['4999', 'pending'],
  ['9999', 'partner_unavailable/unknown'],
  ['100000100', 'unknown'],
];

const results: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'succeeded'],
  ['1', 'insufficient_funds/no'],
  ['2', 'amount_invalid/no'],
  ['3', 'limit_exceeded/no'],
  ['4', 'limit_exceeded/no'],
  ['5', 'insufficient_funds/no'],
  ['6', 'partner_misconfigured/no'],
  ['7', 'invalid_party/no'],
  ['8', 'limit_exceeded/no'],
  ['11', 'partner_misconfigured/no'],
  ['12', 'party_inactive/no'],
  ['13', 'partner_misconfigured/no'],
  ['14', 'partner_misconfigured/no'],
  ['15', 'unknown'],
  ['17', 'unknown'],
  ['18', 'partner_misconfigured/no'],
  ['19', 'unknown'],
  ['20', 'partner_misconfigured/no'],
  ['21', 'not_permitted/no'],
  ['22', 'not_permitted/no'],
  ['24', 'internal/no'],
  ['25', 'internal/no'],
  ['26', 'partner_throttled/no'],
  ['29', 'internal/no'],
  ['2001', 'partner_misconfigured/no'],
  ['2006', 'not_permitted/no'],
  ['2007', 'partner_rejected/no'],
  ['2028', 'partner_misconfigured/no'],
  ['2029', 'partner_misconfigured/no'],
  ['2032', 'notFound'],
  ['2033', 'notFound'],
  ['2040', 'invalid_party/no'],
  ['2043', 'partner_misconfigured/no'],
  ['2202', 'invalid_party/no'],
  ['8006', 'partner_misconfigured/no'],
  ['SFC_IC0003', 'invalid_party/no'],
  ['R000001', 'duplicate/unknown'],
  ['R000002', 'partner_rejected/no'],
  ['100000000', 'pending'],
  ['100000001', 'unknown'],
  ['100000002', 'unknown'],
  ['100000004', 'unknown'],
  ['100000005', 'internal/no'],
  ['100000007', 'unknown'],
  ['100000009', 'unknown'],
  ['100000010', 'not_permitted/no'],
  ['100000011', 'unknown'],
];

const states: readonly (readonly [state: string, meaning: string])[] = [
  ['Completed', 'succeeded'],
  ['Initiated', 'pending'],
  ['Authorized', 'pending'],
  ['Pending Authorized', 'pending'],
  ['Cancelled', 'partner_rejected/no'],
  ['Declined', 'partner_rejected/no'],
  ['Expired', 'expired/no'],
];

const tokenText = 'Error Occurred - Invalid Access Token - Zx4TqPm8Vw2LkR7sYb1NcD6fHgJ0';
const refusals: readonly (readonly [code: string, status: number, text: string, meaning: string])[] = [
  ['400.002.02', 400, 'Bad Request - Invalid Amount', 'amount_invalid/no'],
  ['400.002.02', 400, 'Bad Request - Invalid PhoneNumber', 'invalid_party/no'],
  ['400.002.02', 400, 'Bad Request - Invalid PartyA', 'invalid_party/no'],
  ['400.002.02', 400, 'Bad Request - Invalid PartyB', 'partner_misconfigured/no'],
  ['400.002.02', 400, 'Bad Request - Invalid BusinessShortCode', 'partner_misconfigured/no'],
  ['400.002.02', 400, 'Bad Request - Invalid TransactionType', 'partner_misconfigured/no'],
  ['400.002.02', 400, 'Bad Request - Invalid CallBackURL', 'partner_misconfigured/no'],
  ['400.002.02', 400, 'Bad Request - Invalid InitiatorName', 'partner_misconfigured/no'],
  ['400.002.02', 400, 'Bad Request - Invalid TransactionID', 'partner_rejected/no'],
  ['400.002.02', 400, 'Bad Request - Invalid RecieverIdentifierType', 'internal/no'],
  ['400.002.02', 400, 'Bad Request - Invalid Timestamp', 'internal/no'],
  ['400.002.05', 400, 'Invalid Request Payload', 'internal/no'],
  ['400.003.01', 400, 'Invalid Access Token', 'partner_misconfigured/no'],
  ['400.003.02', 400, 'Bad Request - Kindly use your own ShortCode', 'partner_misconfigured/no'],
  ['400.003.02', 400, 'Bad Request', 'internal/no'],
  ['400.001', 400, 'Invalid ShortCode', 'partner_misconfigured/no'],
  ['400.008.01', 400, 'Invalid Authentication passed', 'partner_misconfigured/no'],
  ['400.008.02', 400, 'Invalid grant type passed', 'partner_misconfigured/no'],
  ['999991', 400, 'Invalid client id passed', 'partner_misconfigured/no'],
  ['999996', 400, 'Invalid authentication passed', 'partner_misconfigured/no'],
  ['999997', 400, 'Invalid authorization header passed', 'partner_misconfigured/no'],
  ['999998', 400, 'Required parameter is missing', 'partner_misconfigured/no'],
  ['401.001', 401, tokenText, 'partner_misconfigured/no'],
  [
    '401.002.01',
    401,
    `${tokenText} Invalid API call as no apiproduct match found`,
    'partner_misconfigured/no',
  ],
  ['401.003.01', 401, tokenText, 'partner_misconfigured/no'],
  ['401', 401, 'Unauthorized - Invalid Access Token', 'partner_misconfigured/no'],
  ['404.001.01', 404, 'Resource not found', 'partner_misconfigured/no'],
  ['404.002.01', 404, 'Resource not found', 'partner_misconfigured/no'],
  ['404.003.01', 404, 'Resource not found', 'partner_misconfigured/no'],
  ['404.001.03', 404, 'Invalid Access Token', 'partner_misconfigured/no'],
  ['404.001.04', 404, 'Invalid Authentication Header', 'internal/no'],
  ['405.001', 405, 'Method Not Allowed', 'internal/no'],
  ['500.001.1001', 500, '[MerchantValidate] - Wrong credentials', 'partner_misconfigured/no'],
  ['500.001.1001', 500, 'Merchant does not exist', 'partner_misconfigured/no'],
  [
    '500.001.1001',
    500,
    'Unable to lock subscriber, a transaction is already in process for the current subscriber',
    'payer_unreachable/no',
  ],
  ['500.001.1001', 500, 'The transaction is being processed', 'unknown'],
  ['500.001.1001', 500, 'The transaction does not Exist', 'unknown'],
  ['500.001.1001', 500, '', 'unknown'],
  ['500.002.1001', 500, 'Duplicate OriginatorConversationID.', 'pending'],
  ['500.002.1001', 500, 'Service is currently under maintenance', 'notSent'],
  ['00.002.1001', 500, 'Service is currently under maintenance', 'notSent'],
  ['500.003.02', 500, 'Error Occurred: Spike Arrest Violation', 'notSent'],
  ['500.003.02', 429, 'System is busy. Please try again in few minutes.', 'notSent'],
  ['500.003.03', 500, 'Quota Violation', 'notSent'],
  ['500.003.1001', 500, 'Internal Server Error', 'unknown'],
  ['500.003.1001', 500, 'Service is currently unreachable. Please try again later.', 'unknown'],
  ['01', 200, 'No transaction found', 'unknown'],
];

describe('the tables of codes', () => {
  it.each(prompts)('a prompt that ends with %s is %s', (code, meaning) => {
    const partner = { code, message: 'as told' };
    const outcome = promptOutcome(partner, {});
    expect(inShort(outcome)).toBe(meaning);
    expect(outcome.partner).toEqual(partner);
  });

  it.each(results)('an initiator result %s is %s', (code, meaning) => {
    const partner = { code, message: 'as told' };
    const outcome = initiatorOutcome(partner, {});
    expect(inShort(outcome)).toBe(meaning);
    expect(outcome.partner).toEqual(partner);
  });

  it.each(states)('a transaction that is %s is %s', (code, meaning) => {
    expect(inShort(stateOutcome({ code, message: '' }, {}))).toBe(meaning);
  });

  it.each(refusals)('%s (HTTP %s, "%s") is %s', (errorCode, status, errorMessage, meaning) => {
    const answer = readReply(reply(status, { requestId: '1', errorCode, errorMessage }));
    if (answer.is === 'answered') throw new Error('not a refusal');
    const outcome = refusedOrder(answer, 'push');
    expect(inShort(outcome)).toBe(meaning);
    expect(outcome.partner).toEqual({ code: errorCode, message: errorMessage });
  });

  it('reads a field that is another party in an initiator request', () => {
    const answer = readReply(
      reply(400, { requestId: '1', errorCode: '400.002.02', errorMessage: 'Bad Request - Invalid PartyB' }),
    );
    if (answer.is === 'answered') throw new Error('not a refusal');
    expect(inShort(refusedOrder(answer, 'initiator'))).toBe('invalid_party/no');
  });

  it('have no row that is not held by a test', () => {
    expect(prompts.map(([code]) => code).sort()).toEqual(Object.keys(PROMPT_RESULTS).sort());
    expect(results.map(([code]) => code).sort()).toEqual(Object.keys(INITIATOR_RESULTS).sort());
    expect(states.map(([state]) => state).sort()).toEqual(Object.keys(TRANSACTION_STATES).sort());
  });

  it.each(['7777', 'R000009', '<script>'])('calls the code %s unmapped instead of guessing', (code) => {
    for (const outcomeOf of [promptOutcome, initiatorOutcome, stateOutcome]) {
      expect(outcomeOf({ code, message: '' }, {})).toMatchObject({
        is: 'unknown',
        cause: { name: 'UnmappedAnswer' },
      });
    }
  });
});
