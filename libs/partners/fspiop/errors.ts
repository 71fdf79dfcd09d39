import { cut, type FailureReason, type PartnerWord } from '#domain';
import { type InboundObjection } from '#partner-kit';

export const TRANSFER_NOT_FOUND = '3208';
/** Not implemented: among the codes for what broke down the one that is a no. */
export const NOT_OFFERED = '2002';
/** The switch has something else under the same id: of the money that says nothing. */
export const MODIFIED_REQUEST = '3106';

/** FSPIOP error codes in our words. Source: API Definition 1.1 and 2.0, "Error codes"; central services shared 18. */
const REASONS: Readonly<Record<string, FailureReason>> = {
  '1000': 'partner_unavailable', // Communication error
  '1001': 'partner_unavailable', // Destination communication error
  '2000': 'partner_unavailable', // Generic server error
  '2001': 'partner_unavailable', // Internal server error
  '2002': 'not_permitted', // Not implemented
  '2003': 'partner_unavailable', // Service currently unavailable
  '2004': 'partner_unavailable', // Server timed out
  '2005': 'partner_throttled', // Server busy
  '2006': 'partner_unavailable', // Temporary party resolution failure
  '3000': 'partner_rejected', // Generic client error
  '3001': 'partner_misconfigured', // Unacceptable version
  '3002': 'partner_misconfigured', // Unknown URI
  '3003': 'partner_rejected', // Add party information error
  '3040': 'partner_rejected', // Delete party information error
  '3100': 'partner_rejected', // Generic validation error
  '3101': 'partner_rejected', // Malformed syntax
  '3102': 'partner_rejected', // Missing mandatory element
  '3103': 'partner_rejected', // Too many elements
  '3104': 'partner_rejected', // Too large payload
  '3105': 'partner_misconfigured', // Invalid signature
  '3106': 'duplicate', // Modified request
  '3107': 'partner_rejected', // Missing mandatory extension
  '3200': 'invalid_party', // Generic id not found
  '3201': 'partner_unavailable', // Destination FSP error
  '3202': 'partner_misconfigured', // Payer FSP id not found: ours
  '3203': 'invalid_party', // Payee FSP id not found
  '3204': 'invalid_party', // Party not found
  '3205': 'partner_rejected', // Quote id not found
  '3206': 'partner_rejected', // Transaction request id not found
  '3207': 'partner_rejected', // Transaction id not found
  '3208': 'partner_rejected', // Transfer id not found
  '3300': 'expired', // Generic expired
  '3301': 'expired', // Transaction request expired
  '3302': 'quote_expired', // Quote expired
  '3303': 'expired', // Transfer expired
  '4000': 'partner_rejected', // Generic payer error
  '4001': 'insufficient_funds', // Payer FSP insufficient liquidity: our position at the switch
  '4100': 'payer_cancelled', // Generic payer rejection
  '4101': 'payer_cancelled', // Payer rejected transaction request
  '4102': 'not_permitted', // Payer FSP unsupported transaction type
  '4103': 'not_permitted', // Payer unsupported currency
  '4200': 'limit_exceeded', // Payer limit error
  '4300': 'not_permitted', // Payer permission error
  '4400': 'party_inactive', // Generic payer blocked
  '5000': 'partner_rejected', // Generic payee error
  '5001': 'partner_rejected', // Payee FSP insufficient liquidity
  '5100': 'partner_rejected', // Generic payee rejection
  '5101': 'partner_rejected', // Payee rejected quote
  '5102': 'not_permitted', // Payee FSP unsupported transaction type
  '5103': 'partner_rejected', // Payee FSP rejected quote
  '5104': 'partner_rejected', // Payee rejected transaction
  '5105': 'partner_rejected', // Payee FSP rejected transaction
  '5106': 'amount_invalid', // Payee unsupported currency
  '5107': 'invalid_party', // Payee identifier no longer valid
  '5200': 'limit_exceeded', // Payee limit error
  '5300': 'not_permitted', // Payee permission error
  '5400': 'party_inactive', // Generic payee blocked
  '6000': 'partner_rejected', // Generic settlement error
};

/** A scheme may have codes of its own: their first two digits say of what kind they are, else the first one. */
const GROUPS: Readonly<Record<string, FailureReason>> = {
  '1': 'partner_unavailable',
  '2': 'partner_unavailable',
  '3': 'partner_rejected',
  '32': 'invalid_party',
  '33': 'expired',
  '4': 'partner_rejected',
  '41': 'payer_cancelled',
  '42': 'limit_exceeded',
  '43': 'not_permitted',
  '44': 'party_inactive',
  '5': 'partner_rejected',
  '52': 'limit_exceeded',
  '53': 'not_permitted',
  '54': 'party_inactive',
};

/** Of whatever stands before the switch, where its answer names no code: HTTP statuses. */
const STATUSES: Readonly<Record<string, FailureReason>> = {
  '400': 'partner_rejected',
  '401': 'partner_misconfigured',
  '403': 'not_permitted',
  '404': 'partner_misconfigured',
  '405': 'partner_misconfigured',
  '406': 'partner_misconfigured',
  '500': 'partner_unavailable',
  '501': 'not_permitted',
  '502': 'partner_unavailable',
  '503': 'partner_unavailable',
  '504': 'partner_unavailable',
};

const isCode = (code: string): boolean => /^[1-9]\d{3}$/.test(code);
const inTable = (table: Readonly<Record<string, FailureReason>>, key: string): FailureReason | null =>
  Object.hasOwn(table, key) ? (table[key] ?? null) : null;

export function reasonOf(code: string): FailureReason {
  const known = inTable(REASONS, code) ?? inTable(STATUSES, code);
  if (known) return known;
  if (!isCode(code)) return 'partner_rejected';
  return inTable(GROUPS, code.slice(0, 2)) ?? inTable(GROUPS, code.slice(0, 1)) ?? 'partner_rejected';
}

/** Somebody at the switch said no; what only broke down there may have been done all the same. */
export const isRefusal = (code: string): boolean =>
  isCode(code) && !/^[12]/.test(code) && code !== MODIFIED_REQUEST;

/** As much of what a partner writes as is kept. */
const LONGEST_WORD = 200;

/** Without what may be somebody's number. */
export const scrubbed = (message: string): string => cut(message.replaceAll(/\d{6,}/g, '•••'), LONGEST_WORD);

export const wordOf = (code: string, message: string): PartnerWord => ({ code, message: scrubbed(message) });

/** The FSPIOP code and the status that each of our objections has. Source: API Definition 1.1, "Error codes"; reference of the core connector. */
export const REFUSALS: Readonly<Record<InboundObjection, readonly [code: string, status: number]>> = {
  forged: ['3105', 400],
  unacceptable_version: ['3001', 406],
  malformed: ['3101', 400],
  too_large: ['3104', 413],
  missing: ['3102', 400],
  unsupported_id_type: ['3100', 400],
  unsupported_scenario: ['5102', 400],
  not_offered: ['2002', 501],
  unknown_request: ['3002', 404],
  party_unknown: ['3204', 404],
  party_blocked: ['5400', 500],
  party_closed: ['5107', 400],
  currency_not_held: ['5106', 400],
  limit_exceeded: ['5200', 400],
  quote_refused: ['5103', 400],
  transfer_refused: ['5105', 400],
  quote_unknown: ['3205', 400],
  quote_expired: ['3302', 400],
  differs: ['3106', 400],
  transfer_expired: ['3303', 400],
  transfer_unknown: ['3208', 404],
  not_completed: ['5000', 500],
  unavailable: ['2003', 503],
  busy: ['2005', 503],
  timed_out: ['2004', 500],
};

/** `ErrorDescription` of the FSPIOP API. */
const LONGEST_DESCRIPTION = 128;

/** Of what we say ourselves. */
export const toDescription = (message: string): string => cut(message, LONGEST_DESCRIPTION);
