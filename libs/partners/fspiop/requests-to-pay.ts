import { type FailureReason, type PartnerWord } from '#domain';
import { reasonOf } from './errors.js';

/** In a request to pay it is us who are the payee. */
const REASONS: Readonly<Record<string, FailureReason>> = {
  '3202': 'invalid_party', // Payer FSP id not found
  '3203': 'partner_misconfigured', // Payee FSP id not found
};

/** An FSPIOP error code, or an HTTP status, in our words. */
export const reasonForRequest = (code: string): FailureReason =>
  (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? reasonOf(code);

/** Source: API Definition 1.1, `TransactionRequestState`. That the payer agrees moves nothing yet. */
const STATES: Readonly<Record<string, 'open' | 'rejected'>> = {
  RECEIVED: 'open',
  PENDING: 'open',
  ACCEPTED: 'open',
  REJECTED: 'rejected',
};

/** What the payer's institution says of a request to pay; undefined: a word of no table. */
export const standingOf = (state: string): 'open' | 'rejected' | undefined =>
  Object.hasOwn(STATES, state) ? STATES[state] : undefined;

/** The payer, or their institution, says no. */
export const REJECTED = {
  reason: 'payer_cancelled',
  partner: { code: 'REJECTED', message: 'the payer has said no' },
} as const satisfies { reason: FailureReason; partner: PartnerWord };

/** Nobody has paid in time: from now on the money is refused at the door. */
export const NOT_PAID_IN_TIME = {
  reason: 'expired',
  partner: { code: 'expired', message: 'no money was announced in time' },
} as const satisfies { reason: FailureReason; partner: PartnerWord };
