/** What the partner writes beside a code. Clients must not read it; people do. */
const shared: Readonly<Record<string, string>> = {
  '0': 'The service request is processed successfully.',
  '1': 'The balance is insufficient for the transaction.',
  '2': 'Declined due to limit rule: less than the minimum transaction amount.',
  '3': 'Declined due to limit rule: greater than the maximum transaction amount.',
  '4': 'Declined due to limit rule: would exceed daily transfer limit.',
  '5': 'Declined due to limit rule: would exceed the minimum balance.',
  '6': 'Unresolved primary party.',
  '7': 'Unresolved receiver party.',
  '8': 'Declined due to limit rule: would exceed the maximum balance.',
  '11': 'The debit party is in an invalid state for the transaction.',
  '12': 'The credit party is in an invalid state for the transaction.',
  '13': 'Unresolved debit account.',
  '14': 'Unresolved credit account.',
  '15': 'Duplicate detected.',
  '17': 'System internal error.',
  '18': 'Initiator credential check failure.',
  '19': 'Message sequencing failure.',
  '20': 'Unresolved initiator.',
  '21': 'The initiator is not allowed to initiate this request.',
  '22': 'Initiator to receiver permission failure.',
  '24': 'Missing mandatory fields.',
  '25': 'Invalid request parameters.',
  '26': 'System busy. The service request is rejected.',
  '29': 'Invalid command.',
  '2001': 'The initiator information is invalid.',
  '2006': 'Declined due to account rule: the account status does not allow this transaction.',
  '2007': 'External validation failed.',
  '2028': 'The request is not permitted according to product assignment.',
  '2029': 'Unresolved reason type.',
  '2032': 'The transaction receipt number does not exist.',
  '2033': 'The transaction receipt number could not be found by OriginatorConversationID or ConversationID.',
  '2040': 'Declined: the credit party customer type is not supported, the customer is not registered.',
  '2043': 'The organization is not a child of the organization of the initiator.',
  '2202': 'The account number does not exist.',
  '8006': 'The security credential is locked.',
  SFC_IC0003: 'The operator does not exist.',
  R000001: 'The transaction has already been reversed.',
  R000002: 'The OriginalTransactionID is invalid.',
  '9999': 'An internal error occurred while executing the request.',
  '100000000': 'The request was cached and waits for resending.',
  '100000001': 'The system is overloaded.',
  '100000002': 'Throttling error.',
  '100000004': 'An internal server error occurred.',
  '100000005': 'Invalid input value.',
  '100000007': 'The service status is abnormal.',
  '100000009': 'The API status is abnormal.',
  '100000010': 'Insufficient permissions.',
  '100000011': 'The request rate exceeded the limit.',
};

const prompts: Readonly<Record<string, string>> = {
  '17': 'Rule limited.',
  '1001': 'Unable to lock subscriber, a transaction is already in process for the current subscriber',
  '1019': 'Transaction has expired',
  '1025': 'An error occurred while sending a push request',
  '1031': 'Request cancelled by user',
  '1032': 'Request cancelled by user',
  '1036': 'SMSC ACK timeout',
  '1037': 'No response from user.',
  '1101': 'The prompt text is too long.',
  '1102': 'The authentication text is too long.',
  '2008': 'Authentication failed.',
  '2026': 'The channel session ID has expired.',
  '4999': 'The transaction is still under processing',
  '100000100': 'Storage save failure.',
};

const unlisted = 'The request could not be completed.';

/** The text of an initiator product's result. */
export const resultText = (code: string): string => shared[code] ?? unlisted;

/** The text in an STK callback. */
export const promptText = (code: string): string => prompts[code] ?? resultText(code);

/** The query words one code differently from the callback of the same prompt. */
export const queryText = (code: string): string =>
  code === '1037' ? 'DS timeout user cannot be reached.' : promptText(code);

/** Codes travel as JSON numbers, unless they are not numeric. */
export const codeOnWire = (code: string): number | string => (/^\d+$/.test(code) ? Number(code) : code);
