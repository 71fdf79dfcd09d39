import { newRequestId } from './ids.js';

/** A synchronous no in the partner's usual envelope. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly errorCode: string,
    message: string,
  ) {
    super(message);
  }

  get body(): { requestId: string; errorCode: string; errorMessage: string } {
    return { requestId: newRequestId(), errorCode: this.errorCode, errorMessage: this.message };
  }
}

export const invalidField = (field: string): Refusal =>
  new Refusal(400, '400.002.02', `Bad Request - Invalid ${field}`);

export const invalidPayload = (): Refusal => new Refusal(400, '400.002.05', 'Invalid Request Payload');

export const notFound = (): Refusal => new Refusal(404, '404.001.01', 'Resource not found');

export const wrongHeader = (): Refusal => new Refusal(404, '404.001.04', 'Invalid Authentication Header');

export const wrongMethod = (): Refusal => new Refusal(405, '405.001', 'Method Not Allowed');

/** One code for many things: the client has to read the text. */
export const stkRefusal = (message: string): Refusal => new Refusal(500, '500.001.1001', message);

export const wrongCredentials = (): Refusal => stkRefusal('[MerchantValidate] - Wrong credentials');

export const unknownMerchant = (): Refusal => stkRefusal('Merchant does not exist');

export const subscriberLocked = (): Refusal =>
  stkRefusal('Unable to lock subscriber, a transaction is already in process for the current subscriber');

export const duplicateConversation = (): Refusal =>
  new Refusal(500, '500.002.1001', 'Duplicate OriginatorConversationID.');

/** Which words a product finds for a token that it does not accept. */
export type TokenDialect = 'stk' | 'c2b' | 'initiator' | 'pull';

export function invalidToken(dialect: TokenDialect, token: string): Refusal {
  switch (dialect) {
    case 'stk':
      return new Refusal(404, '404.001.03', 'Invalid Access Token');
    case 'c2b':
      return new Refusal(400, '400.003.01', 'Invalid Access Token');
    case 'initiator':
      return new Refusal(401, '401.002.01', `Error Occurred - Invalid Access Token - ${token}`);
    case 'pull':
      return new Refusal(401, '401.001', 'Error Occurred - Invalid Access Token - ');
  }
}

/** The token is good, but not for this: asking for another one does not help. */
export const missingProduct = (): Refusal =>
  new Refusal(
    401,
    '401.002.01',
    'Error Occurred - Invalid Access Token - Invalid API call as no apiproduct match found',
  );

/** The edge's own envelope, which is not the usual one. */
export const fault = (faultstring: string, errorcode: string, reason?: string): string =>
  JSON.stringify({
    fault: { faultstring, detail: { errorcode, ...(reason === undefined ? {} : { reason }) } },
  });

/** @param periodMs length of the period that `messages` are allowed in */
export const spikeArrest = (messages: number, periodMs: number): string =>
  fault(
    `Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=${messages}, ` +
      `periodInMicroseconds=${periodMs * 1000}, maxBurstMessageCount=1.0}`,
    'policies.ratelimit.SpikeArrestViolation',
  );
