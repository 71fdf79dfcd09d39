import { type WaveSettings } from './settings.js';

/** Every error code that the simulator gives: HTTP status and text. */
const refusals = {
  'missing-auth-header': [401, 'The Authorization header is missing.'],
  'invalid-auth': [401, 'The Authorization header is not of the form: Bearer KEY.'],
  'api-key-not-provided': [401, 'The Authorization header holds no API key.'],
  'no-matching-api-key': [401, 'This API key is unknown.'],
  'api-key-revoked': [401, 'This API key was revoked.'],
  'missing-signature': [401, 'This API key asks for a Wave-Signature header.'],
  'invalid-signature': [401, 'The Wave-Signature header does not match the request.'],
  'disabled-wallet': [403, 'The wallet is disabled for the moment.'],
  'unauthorized-wallet': [403, 'The wallet may not use Checkout.'],
  'request-not-json': [400, 'The request body is not JSON.'],
  'request-parsing-error': [400, 'The request body cannot be read as an object.'],
  'request-validation-error': [400, 'Request invalid'],
  'not-found': [404, 'There is nothing here.'],
  'method-not-allowed': [405, 'This method cannot be used here.'],
  'too-many-requests': [429, 'Too many requests: slow down.'],
  'internal-server-error': [500, 'Something went wrong on our side.'],
  'service-unavailable': [503, 'The service is not available for the moment.'],
  'gateway-timeout': [504, 'The service took too long.'],
  'checkout-session-not-found': [404, 'This checkout session does not exist.'],
  'checkout-session-not-open': [409, 'This checkout session is not open any more.'],
  'checkout-refund-failed': [400, 'This checkout session cannot be refunded.'],
  'aggregated-merchant-required': [
    400,
    'An aggregator names the merchant: aggregated_merchant_id is required.',
  ],
  'invalid-aggregated-merchant-id': [400, 'This aggregated merchant does not exist.'],
  'insufficient-funds': [422, 'The balance is too low.'],
  'country-mismatch': [400, "The number is not of the wallet's country."],
  'currency-mismatch': [400, "The currency is not the wallet's."],
  'recipient-minor': [422, 'The recipient is under age.'],
  'recipient-account-blocked': [422, "The recipient's account is blocked."],
  'recipient-account-inactive': [422, "The recipient's account is inactive."],
  'recipient-limit-exceeded': [422, "The payout would exceed the recipient's limit."],
  'idempotency-mismatch': [409, 'This idempotency key was used for another request.'],
  'payout-reversal-time-limit-exceeded': [422, 'The payout is too old to be reversed.'],
  'payout-reversal-account-terminated': [422, "The recipient's account is closed."],
} as const satisfies Record<string, readonly [status: number, message: string]>;
export type RefusalCode = keyof typeof refusals;

/** One wrong field of a request. */
export interface Detail {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** An answer other than 200. */
export class WaveRefusal extends Error {
  readonly status: number;
  readonly details: readonly Detail[] | undefined;
  /** A refused payout or reversal speaks with other field names than the rest. */
  readonly ofPayout: boolean;

  constructor(
    readonly code: RefusalCode,
    more: { message?: string; details?: readonly Detail[]; ofPayout?: boolean } = {},
  ) {
    const [status, message] = refusals[code];
    super(more.message ?? message);
    this.status = status;
    this.details = more.details;
    this.ofPayout = more.ofPayout ?? false;
  }
}

export function refusalBody(refusal: WaveRefusal, envelope: WaveSettings['errorEnvelope']): object {
  const { code, message, status, ofPayout } = refusal;
  const details = refusal.details && { details: refusal.details };
  switch (envelope) {
    case 'error':
      return { error: code, message, ...details };
    case 'error_code':
      return { error_code: code, error_message: message, ...details };
    case 'nested':
      return { error: { code, message, httpcode: status }, ...details };
    case 'code':
      return { code, message, ...details };
    case 'documented':
      return refusalBody(refusal, ofPayout ? 'error_code' : 'code');
  }
}

const byStatus: Readonly<Partial<Record<number, RefusalCode>>> = {
  429: 'too-many-requests',
  503: 'service-unavailable',
  504: 'gateway-timeout',
};

export const refusalForStatus = (status: number): WaveRefusal =>
  new WaveRefusal(byStatus[status] ?? 'internal-server-error');
