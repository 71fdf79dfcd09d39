/**
 * How the Testing Toolkit, as switch and payee, treats who is paid. Its rules look at requests of the FSPIOP API; the first
 * that fits is the one.
 */
interface Match {
  readonly path: string;
  readonly method: 'get' | 'post';
  /** A fact of the request, where it is to be, and what it is. */
  readonly fact?: readonly [fact: 'pathParams' | 'body', path: string, value: string | OneOf];
}

interface OneOf {
  /** Or the name of such a list in the toolkit's environment. */
  readonly oneOf: readonly string[] | `{$environment.${string}}`;
}

/** Whom the switch does not know. */
export const UNKNOWN_PAYEE = '+254712000404';
/** Whom nobody finds, and nobody denies: what asks about them waits. */
export const UNANSWERED_PAYEES = ['+254712009041', '+254712009042'] as const;
/** Whose institution refuses every price. */
export const REFUSING_PAYEE = '+254712005103';
/** Whose institution never names a price. */
export const UNPRICED_PAYEES = ['+254712009051', '+254712009052'] as const;
/** Whose institution's offers end after seconds. */
export const HASTY_PAYEE = '+254712000003';
/** Who says no when asked to pay. */
export const UNWILLING_PAYER = '+254712004101';
/** Amounts of transfers that the payee's institution refuses, or says nothing of. */
export const REFUSED_AMOUNT = '105';
export const SILENT_AMOUNT = '504';
export const HASTY_OFFER_MS = 8_000;

const digits = (msisdn: string): string => msisdn.replace('+', '');
const apiVersion = { type: 'fspiop', majorVersion: 1, minorVersion: 0, asynchronous: true };

const conditions = ({ path, method, fact }: Match) => ({
  all: [
    { fact: 'operationPath', operator: 'equal', value: path },
    { fact: 'method', operator: 'equal', value: method },
    ...(fact ? [conditionOn(fact)] : []),
  ],
});

const conditionOn = ([fact, path, value]: NonNullable<Match['fact']>) => ({
  ...{ fact, path },
  ...(typeof value === 'string' ? { operator: 'equal', value } : { operator: 'in', value: value.oneOf }),
});

const errorRule = (
  ruleId: number,
  match: Match,
  path: string,
  errorCode: string,
  errorDescription: string,
) => ({
  ...{ ruleId, description: errorDescription, apiVersion, type: 'validation', version: 1 },
  conditions: conditions(match),
  event: {
    ...{ method: 'put', path, type: 'MOCK_ERROR_CALLBACK' },
    params: { body: { errorInformation: { errorCode, errorDescription } } },
  },
});

const payeeIs = (value: string | OneOf) => ['body', 'payee.partyIdInfo.partyIdentifier', value] as const;
const oneOf = (msisdns: readonly string[]): OneOf => ({ oneOf: msisdns.map(digits) });

/**
 * What the toolkit remembers: transfers that were to be priced, and have not come since. The list is there from its start and
 * changed in place: a script puts back the environment that it began with, whatever others have put there meanwhile.
 */
export const ENVIRONMENT = { onlyPriced: [] };

const scripts = (...exec: readonly string[]) => ({ exec, scriptingEngine: 'javascript' });

const IS_TO_BE_PRICED = 'environment.onlyPriced.push(JSON.parse(request.body).transactionId)';
const HAS_COME = [
  'const at = environment.onlyPriced.indexOf(JSON.parse(request.body).transferId)',
  'if (at >= 0) environment.onlyPriced.splice(at, 1)',
];

/** What the toolkit notes before its rules are asked: it answers as it would without. */
export const NOTES = [
  {
    ...{ ruleId: 921, description: 'a transfer has come', apiVersion, type: 'response', version: 1 },
    conditions: conditions({ path: '/transfers', method: 'post' }),
    event: { method: null, path: null, params: { scripts: scripts(...HAS_COME) }, delay: 0, type: 'NONE' },
  },
];

/** Refusals, told by callback. */
export const REFUSALS = [
  errorRule(
    901,
    { path: '/parties/{Type}/{ID}', method: 'get', fact: ['pathParams', 'ID', digits(UNKNOWN_PAYEE)] },
    '/parties/{Type}/{ID}/error',
    '3204',
    'Party not found',
  ),
  errorRule(
    902,
    { path: '/quotes', method: 'post', fact: payeeIs(digits(REFUSING_PAYEE)) },
    '/quotes/{ID}/error',
    '5103',
    'Payee rejected quote',
  ),
  errorRule(
    903,
    { path: '/transfers', method: 'post', fact: ['body', 'amount.amount', REFUSED_AMOUNT] },
    '/transfers/{ID}/error',
    '5105',
    'Payee rejected transfer',
  ),
  errorRule(
    904,
    {
      ...{ path: '/transfers/{ID}', method: 'get' },
      fact: ['pathParams', 'ID', { oneOf: '{$environment.onlyPriced}' }],
    },
    '/transfers/{ID}/error',
    '3208',
    'Transfer ID not found',
  ),
];

/** A price without fees, good for so long. */
const quoteRule = (ruleId: number, goodForMs: number, fact?: Match['fact']) => ({
  ...{ ruleId, description: 'a price', apiVersion, type: 'callback', version: 1 },
  conditions: conditions({ path: '/quotes', method: 'post', ...(fact ? { fact } : {}) }),
  event: {
    ...{ method: 'put', path: '/quotes/{ID}', type: 'MOCK_CALLBACK', delay: 0 },
    params: {
      body: {
        transferAmount: {
          currency: '{$request.body.amount.currency}',
          amount: '{$request.body.amount.amount}',
        },
        payeeReceiveAmount: {
          currency: '{$request.body.amount.currency}',
          amount: '{$request.body.amount.amount}',
        },
        payeeFspFee: { currency: '{$request.body.amount.currency}', amount: '0' },
        payeeFspCommission: { currency: '{$request.body.amount.currency}', amount: '0' },
        expiration: '{$environment.offerEnds}',
      },
      scripts: scripts(
        IS_TO_BE_PRICED,
        `environment.offerEnds = new Date(Date.now() + ${goodForMs}).toISOString()`,
      ),
    },
  },
});

/** A transfer to a customer of ours that the switch has given up. */
export const ABORTED_TRANSFER = '0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b';

/** What is told later than the callback that never came. */
const settledAs = (ruleId: number, transferState: string, fact?: Match['fact']) => ({
  ...{ ruleId, priority: 100, description: `it is ${transferState}` },
  ...{ apiVersion, type: 'callback', version: 1 },
  conditions: conditions({ path: '/transfers/{ID}', method: 'get', ...(fact ? { fact } : {}) }),
  event: {
    ...{ method: 'put', path: '/transfers/{ID}', type: 'MOCK_CALLBACK', delay: 0 },
    params: { body: { transferState } },
  },
});

/** What the payer's institution says to a request to pay. */
const requestRule = (ruleId: number, transactionRequestState: string, fact?: Match['fact']) => ({
  ...{ ruleId, description: 'a payer', apiVersion, type: 'callback', version: 1 },
  conditions: conditions({ path: '/transactionRequests', method: 'post', ...(fact ? { fact } : {}) }),
  event: {
    ...{ method: 'put', path: '/transactionRequests/{ID}', type: 'MOCK_CALLBACK', delay: 0 },
    params: { body: { transactionRequestState } },
  },
});

/** Taken, and never answered. */
const silenceRule = (ruleId: number, match: Match, params: object = {}) => ({
  ...{ ruleId, description: 'silence', apiVersion, type: 'callback', version: 1 },
  conditions: conditions(match),
  event: { method: null, path: null, params, delay: 0, type: 'NO_CALLBACK' },
});

/** Who the payee is. The toolkit would make somebody up, and now and then somebody whom the scheme adapter refuses. */
const party = {
  ...{ ruleId: 910, description: 'a party', apiVersion, type: 'callback', version: 1 },
  conditions: conditions({ path: '/parties/{Type}/{ID}', method: 'get' }),
  event: {
    ...{ method: 'put', path: '/parties/{Type}/{ID}', type: 'FIXED_CALLBACK', delay: 0 },
    params: {
      headers: {
        'Content-Type': 'application/vnd.interoperability.parties+json;version=1.0',
        // In small letters: only so does the toolkit put it under its signature.
        date: '{$request.headers.date}',
        'FSPIOP-Source': 'testingtoolkitdfsp',
        'FSPIOP-Destination': '{$request.headers.fspiop-source}',
      },
      body: {
        party: {
          partyIdInfo: {
            partyIdType: '{$request.params.Type}',
            partyIdentifier: '{$request.params.ID}',
            fspId: 'testingtoolkitdfsp',
          },
          name: 'Awa Demo',
          personalInfo: { complexName: { firstName: 'Awa', lastName: 'Demo' } },
        },
      },
    },
  },
};

/** What the toolkit answers before its own rules are asked. */
export const ANSWERS = [
  silenceRule(918, {
    ...{ path: '/parties/{Type}/{ID}', method: 'get' },
    fact: ['pathParams', 'ID', oneOf(UNANSWERED_PAYEES)],
  }),
  party,
  silenceRule(
    919,
    { path: '/quotes', method: 'post', fact: payeeIs(oneOf(UNPRICED_PAYEES)) },
    { scripts: scripts(IS_TO_BE_PRICED) },
  ),
  quoteRule(911, HASTY_OFFER_MS, payeeIs(digits(HASTY_PAYEE))),
  quoteRule(912, 24 * 3_600_000),
  settledAs(915, 'ABORTED', ['pathParams', 'ID', ABORTED_TRANSFER]),
  settledAs(913, 'COMMITTED'),
  silenceRule(914, {
    ...{ path: '/transfers', method: 'post' },
    fact: ['body', 'amount.amount', SILENT_AMOUNT],
  }),
  requestRule(916, 'REJECTED', ['body', 'payer.partyIdentifier', digits(UNWILLING_PAYER)]),
  requestRule(917, 'RECEIVED'),
];
