import { type FailureReason } from '#domain';

/** What a code of M-Pesa's means for the operation. */
export type Ruling =
  | { readonly is: 'paid' }
  /** Refused. `hard`: money surely did not move. `soft`: it has been seen to move afterwards. */
  | { readonly is: 'hard' | 'soft'; readonly reason: FailureReason }
  /** Still under way. */
  | { readonly is: 'open' }
  /** The code does not tell: ask. */
  | { readonly is: 'unclear' }
  /** Unknown to M-Pesa, or not visible yet. */
  | { readonly is: 'notFound' }
  /** Not taken up for now. */
  | { readonly is: 'later'; readonly afterMs: number };

const hard = (reason: FailureReason): Ruling => ({ is: 'hard', reason });
const soft = (reason: FailureReason): Ruling => ({ is: 'soft', reason });
const later = (afterMs: number): Ruling => ({ is: 'later', afterMs });
const paid: Ruling = { is: 'paid' };
const open: Ruling = { is: 'open' };
const unclear: Ruling = { is: 'unclear' };
const notFound: Ruling = { is: 'notFound' };

/** What a request that was throttled waits for, where the partner names no time. */
export const BACK_OFF_MS = 10_000;

/**
 * `ResultCode` of a prompt on the payer's phone, in callback and query. Only codes count: the texts differ between the
 * two. Source: portal, "M-Pesa Express", 2025 edition; integrators' reports up to 2026-10.
 */
export const PROMPT_RESULTS: Readonly<Record<string, Ruling>> = {
  '0': paid,
  '1': hard('insufficient_funds'),
  '2': hard('amount_invalid'),
  '3': hard('limit_exceeded'),
  '4': hard('limit_exceeded'),
  '8': hard('limit_exceeded'),
  // "Rule limited": the same amount from the same payer within two minutes. Good again after those.
  '17': hard('partner_throttled'),
  '26': hard('partner_throttled'),
  // Another prompt or USSD session is open on that phone.
  '1001': hard('payer_unreachable'),
  '1019': soft('expired'),
  '1025': hard('partner_unavailable'),
  '1031': soft('payer_cancelled'),
  '1032': soft('payer_cancelled'),
  '1036': soft('payer_unreachable'),
  // Phone off, old SIM, or the prompt ignored.
  '1037': soft('payer_timeout'),
  // Texts of ours too long for the phone.
  '1101': hard('internal'),
  '1102': hard('internal'),
  // Said of the payer here: a wrong PIN.
  '2001': hard('authentication_failed'),
  '2006': hard('party_inactive'),
  '2008': hard('authentication_failed'),
  '2026': soft('partner_unavailable'),
  '2028': hard('partner_misconfigured'),
  // Said of the payer here: the PIN is locked.
  '8006': hard('party_inactive'),
  SFC_IC0003: hard('partner_misconfigured'),
  '4999': open,
  '9999': soft('partner_unavailable'),
  '100000100': unclear,
};

/**
 * `ResultCode` of payouts, reversals and the questions about them. Source: portal, "B2C", "Business Pay Bill",
 * "Reversal", "Transaction Status", 2025 edition; integrators' reports up to 2026-10.
 */
export const INITIATOR_RESULTS: Readonly<Record<string, Ruling>> = {
  '0': paid,
  // Our own float.
  '1': hard('insufficient_funds'),
  '2': hard('amount_invalid'),
  '3': hard('limit_exceeded'),
  '4': hard('limit_exceeded'),
  '5': hard('insufficient_funds'),
  '6': hard('partner_misconfigured'),
  '7': hard('invalid_party'),
  '8': hard('limit_exceeded'),
  '11': hard('partner_misconfigured'),
  '12': hard('party_inactive'),
  '13': hard('partner_misconfigured'),
  '14': hard('partner_misconfigured'),
  // Its first request is under way or done: this says nothing against it.
  '15': unclear,
  '17': unclear,
  '18': hard('partner_misconfigured'),
  '19': unclear,
  '20': hard('partner_misconfigured'),
  '21': hard('not_permitted'),
  '22': hard('not_permitted'),
  '24': hard('internal'),
  '25': hard('internal'),
  '26': hard('partner_throttled'),
  '29': hard('internal'),
  '2001': hard('partner_misconfigured'),
  '2006': hard('not_permitted'),
  '2007': hard('partner_rejected'),
  '2028': hard('partner_misconfigured'),
  '2029': hard('partner_misconfigured'),
  '2032': notFound,
  '2033': notFound,
  '2040': hard('invalid_party'),
  '2043': hard('partner_misconfigured'),
  '2202': hard('invalid_party'),
  '8006': hard('partner_misconfigured'),
  SFC_IC0003: hard('invalid_party'),
  // Already reversed: by whom, a person has to find out.
  R000001: soft('duplicate'),
  R000002: hard('partner_rejected'),
  '100000000': open,
  '100000001': unclear,
  '100000002': unclear,
  '100000004': unclear,
  '100000005': hard('internal'),
  '100000007': unclear,
  '100000009': unclear,
  '100000010': hard('not_permitted'),
  '100000011': unclear,
};

/** `TransactionStatus` in the answer to a status question. */
export const TRANSACTION_STATES: Readonly<Record<string, Ruling>> = {
  Completed: paid,
  Initiated: open,
  Authorized: open,
  'Pending Authorized': open,
  Cancelled: hard('partner_rejected'),
  Declined: hard('partner_rejected'),
  Expired: hard('expired'),
};

/** Which kind of request was refused: fields mean different things in them. */
export type Errand = 'push' | 'initiator' | 'other';

interface RefusalRow {
  readonly code: string;
  /** Where one code has several meanings, its text tells them apart. */
  readonly text?: RegExp;
  readonly of?: Errand;
  readonly ruling: Ruling;
}

const row = (code: string, ruling: Ruling, text?: RegExp, of?: Errand): RefusalRow => ({
  code,
  ruling,
  ...(text && { text }),
  ...(of && { of }),
});

const invalidField = (fields: string): RegExp => new RegExp(`Invalid (${fields})\\b`, 'i');

/**
 * `errorCode` of a request that was refused on the spot; the first row that fits counts. Source: portal, "Errors" of
 * each product, 2025 edition; integrators' reports up to 2026-10.
 */
export const REFUSALS: readonly RefusalRow[] = [
  row('400.002.02', hard('amount_invalid'), invalidField('Amount')),
  row('400.002.02', hard('invalid_party'), invalidField('PhoneNumber|PartyA'), 'push'),
  row('400.002.02', hard('invalid_party'), invalidField('PartyB|AccountReference'), 'initiator'),
  row('400.002.02', hard('partner_rejected'), invalidField('TransactionID')),
  row(
    '400.002.02',
    hard('partner_misconfigured'),
    invalidField(
      'BusinessShortCode|ShortCode|PartyA|PartyB|ReceiverParty|TransactionType|CallBackURL|ResultURL|QueueTimeOutURL' +
        '|ConfirmationURL|ValidationURL|Initiator|InitiatorName|SecurityCredential',
    ),
  ),
  row('400.002.02', hard('internal')),
  row('400.002.05', hard('internal')),
  row('400.003.01', hard('partner_misconfigured')),
  row('400.003.02', hard('partner_misconfigured'), /own ShortCode/i),
  row('400.003.02', hard('internal')),
  row('400.001', hard('partner_misconfigured')),
  ...['400.008.01', '400.008.02', '999991', '999996', '999997', '999998'].map((code) =>
    row(code, hard('partner_misconfigured')),
  ),
  ...['401.001', '401.002.01', '401.003.01', '401', '404.001.03'].map((code) =>
    row(code, hard('partner_misconfigured')),
  ),
  ...['404.001.01', '404.002.01', '404.003.01'].map((code) => row(code, hard('partner_misconfigured'))),
  row('404.001.04', hard('internal')),
  row('405.001', hard('internal')),
  row('500.001.1001', hard('partner_misconfigured'), /wrong credentials/i),
  row('500.001.1001', hard('partner_misconfigured'), /merchant does not exist/i),
  row('500.001.1001', hard('payer_unreachable'), /unable to lock subscriber/i),
  row('500.001.1001', unclear, /being processed|does not exist|^\s*$/i),
  row('500.002.1001', open, /duplicate/i),
  row('500.002.1001', later(60_000), /maintenance/i),
  row('00.002.1001', later(60_000), /maintenance/i),
  row('500.003.02', later(BACK_OFF_MS)),
  row('500.003.03', later(300_000)),
  row('500.003.1001', unclear),
  row('policies.ratelimit.SpikeArrestViolation', later(BACK_OFF_MS)),
  row('messaging.adaptors.http.flow.GatewayTimeout', unclear),
  // A "no such transaction" in the shape of long ago.
  row('01', unclear),
];

export const rulingOn = (errand: Errand, code: string, text: string): Ruling | undefined =>
  REFUSALS.find(
    (candidate) =>
      candidate.code === code &&
      (candidate.text?.test(text) ?? true) &&
      (candidate.of === undefined || candidate.of === errand),
  )?.ruling;
