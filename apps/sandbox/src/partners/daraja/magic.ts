/** Who behaves how: every number that is not listed here pays and is paid without ado. */

/** When and how often news of one request is sent: its callback and, for a payment, its C2B confirmation. */
export type News = 'once' | 'twice' | 'never' | 'before-answer' | 'late';

/** What becomes of the HTTP answer to an accepted request. */
export type AnswerScript = 'normal' | 'hang' | 'error';

export interface PromptScript {
  /** Result code of the prompt. */
  readonly result: string;
  /** The payer leaves the prompt open until it times out. */
  readonly ignored?: boolean;
  /** After the failure the money moves all the same, and a second callback says so. */
  readonly paysLater?: boolean;
  readonly news?: News;
  readonly answer?: AnswerScript | 'locked' | 'refused';
  /** How the callback strays from what was paid. */
  readonly callback?: 'wrong-amount' | 'masked-phone' | 'bare';
  /** How the query strays from what happened. */
  readonly query?: 'contradicts' | 'stuck' | 'flaky';
  /** What happens when a payment of this payer is reversed. */
  readonly reversal?: TransferScript;
}

export interface TransferScript {
  /** Result code; '0' moves the money if there is enough. */
  readonly result: string;
  /** The queue gives up first; then the result comes late, or never. */
  readonly queueTimeout?: 'then-paid' | 'expired' | 'unknown';
  /** Shape of the queue's message: the request echoed back, or a result. */
  readonly queueShape?: 'echo' | 'result';
  readonly news?: News;
  readonly answer?: AnswerScript | 'hang-before';
  /** The money moves although the result says that it failed. */
  readonly paysAnyway?: boolean;
  /** The result carries an OriginatorConversationID of the partner's own. */
  readonly foreignId?: boolean;
  /** Accepted, then neither processed nor told of. */
  readonly stuck?: boolean;
}

const codes = <T extends string>(from: number, list: readonly T[]): Record<string, { result: T }> =>
  Object.fromEntries(list.map((result, index) => [String(from + index), { result }]));

/** Last three digits of 2547000001NN. */
const payers: Readonly<Record<string, PromptScript>> = {
  ...codes(101, [
    '1',
    '2',
    '3',
    '4',
    '8',
    '17',
    '26',
    '1001',
    '1019',
    '1025',
    '1031',
    '1032',
    '1036',
    '1037',
  ]),
  ...codes(115, ['1101', '1102', '2001', '2006', '2008', '2026', '2028', '8006', 'SFC_IC0003', '9999']),
  ...codes(125, ['100000100', '7777']),
  '140': { result: '1037', ignored: true },
  '141': { result: '1037', paysLater: true },
  '142': { result: '1032', paysLater: true },
  '143': { result: '0', news: 'never' },
  '144': { result: '0', news: 'twice' },
  '145': { result: '0', news: 'before-answer' },
  '146': { result: '0', news: 'late' },
  '147': { result: '0', callback: 'wrong-amount' },
  '148': { result: '0', callback: 'masked-phone' },
  '149': { result: '0', callback: 'bare' },
  '150': { result: '0', query: 'contradicts' },
  '151': { result: '0', news: 'never', query: 'stuck' },
  '152': { result: '0', query: 'flaky', news: 'never' },
  '153': { result: '1032', news: 'never' },
  '154': { result: '0', answer: 'hang' },
  '155': { result: '0', answer: 'error' },
  '156': { result: '0', answer: 'locked' },
  '157': { result: '0', answer: 'refused' },
  '158': { result: '1032', news: 'before-answer' },
  '159': { result: '0', answer: 'hang', news: 'never' },
  '170': { result: '0', reversal: { result: '17' } },
  '171': { result: '0', reversal: { result: '0', queueTimeout: 'then-paid', queueShape: 'echo' } },
  '172': { result: '0', reversal: { result: '0', news: 'never' } },
  '173': { result: '0', reversal: { result: '0', answer: 'hang' } },
  '174': { result: '0', reversal: { result: '1' } },
};

/** Last three digits of 2547000002NN (a person) or of 6002NN (a business). */
const payees: Readonly<Record<string, TransferScript>> = {
  ...codes(201, ['1', '2', '3', '4', '5', '6', '7', '8', '11', '12', '13', '14', '15', '17', '18', '19']),
  ...codes(217, ['20', '21', '22', '24', '25', '26', '29', '2001', '2006', '2028', '2029', '2040', '2043']),
  ...codes(230, ['2202', '8006', 'SFC_IC0003', '100000000', '100000001', '100000004', '100000005', '7777']),
  ...codes(238, ['100000002', '100000007', '100000009', '100000010', '100000011']),
  '250': { result: '0', queueTimeout: 'then-paid', queueShape: 'echo' },
  '251': { result: '0', queueTimeout: 'expired', queueShape: 'result' },
  '252': { result: '0', answer: 'hang' },
  '253': { result: '0', answer: 'error' },
  '254': { result: '0', news: 'never' },
  '255': { result: '0', news: 'twice' },
  '256': { result: '0', news: 'before-answer' },
  '257': { result: '0', news: 'late' },
  '258': { result: '17', paysAnyway: true },
  '259': { result: '0', answer: 'hang-before' },
  '260': { result: '0', foreignId: true },
  '261': { result: '0', stuck: true },
  '262': { result: '0', queueTimeout: 'unknown', queueShape: 'echo' },
  '263': { result: '0', answer: 'hang', news: 'never' },
  '264': { result: '0', answer: 'error', news: 'never' },
  '265': { result: '0', queueTimeout: 'then-paid', queueShape: 'result' },
  '266': { result: '4', news: 'never' },
};

/** Codes for which nobody looked at the transaction: a status enquiry finds no trace of it. */
const leavesNoTrace: ReadonlySet<string> = new Set([
  ...['15', '18', '20', '21', '22', '24', '25', '26', '29', '2001', '2028', '8006'],
  ...['100000001', '100000002', '100000005', '100000010', '100000011'],
]);

const pays: PromptScript = { result: '0' };
const isPaid: TransferScript = { result: '0' };

export function payerScript(msisdn: string): PromptScript {
  return (msisdn.startsWith('254700000') ? payers[msisdn.slice(9)] : undefined) ?? pays;
}

/** @param party an MSISDN or a short code */
export function payeeScript(party: string): TransferScript {
  const magic = party.startsWith('2547000002') || (party.length === 6 && party.startsWith('6002'));
  return (magic ? payees[party.slice(-3)] : undefined) ?? isPaid;
}

export const reversalScript = (payer: string): TransferScript => payerScript(payer).reversal ?? isPaid;

export const isTraceless = (code: string): boolean => leavesNoTrace.has(code);
