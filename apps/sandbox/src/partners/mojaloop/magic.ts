/** How the payee's institution answers the lookup. */
export type Finding =
  | { readonly does: 'find'; readonly as?: 'nameless' | 'accented' | 'abroad' }
  | { readonly does: 'error'; readonly code: string }
  | { readonly does: 'silence' }
  | { readonly does: 'refuse' };

/** How it answers the quote. */
export type Quoting =
  | { readonly does: 'quote'; readonly as?: 'doubled' | 'otherCurrency' | 'shortLived' | 'bare' }
  | { readonly does: 'error'; readonly code: string }
  | { readonly does: 'silence' };

/** What becomes of the conversion that a payment abroad needs. */
export type Converting = 'convert' | 'silentQuote' | 'silentTransfer';

/** What becomes of the transfer itself. */
export type Moving =
  | { readonly does: 'commit' }
  /** The switch or the payee's institution says no. */
  | { readonly does: 'error'; readonly code: string }
  /** The switch answers the request itself with an error; `taken`: and carries it out all the same. */
  | { readonly does: 'refuse'; readonly status: number; readonly taken: boolean }
  /** The connection to the switch breaks after it has read the request. */
  | { readonly does: 'hangUp' }
  /** Neither yes nor no in time (`silent`), or `RESERVED`; later it ends so, or never. */
  | { readonly does: 'linger'; readonly silent: boolean; readonly ends: 'COMMITTED' | 'ABORTED' | 'never' }
  /** Nobody answers, since nothing arrived at the switch. */
  | { readonly does: 'lose' }
  /** Carried out, not answered; nor is the first query. */
  | { readonly does: 'commitUnheard' }
  /** `ABORTED` by the payee's institution, without a fulfilment. */
  | { readonly does: 'abort' }
  | { readonly does: 'commitWithWrongFulfilment' }
  /** The switch got it twice with different bodies: 3106 for one, money for the other. */
  | { readonly does: 'commitAsModified' };

const findings: Readonly<Record<string, Finding>> = {
  '02': { does: 'error', code: '3204' },
  '03': { does: 'silence' },
  '04': { does: 'refuse' },
  '05': { does: 'find', as: 'nameless' },
  '06': { does: 'find', as: 'accented' },
  '51': { does: 'find', as: 'abroad' },
  '52': { does: 'find', as: 'abroad' },
  '53': { does: 'find', as: 'abroad' },
};

const quotings: Readonly<Record<string, Quoting>> = {
  '11': { does: 'error', code: '5103' },
  '12': { does: 'error', code: '5200' },
  '13': { does: 'error', code: '5400' },
  '14': { does: 'silence' },
  '15': { does: 'quote', as: 'doubled' },
  '16': { does: 'quote', as: 'otherCurrency' },
  '17': { does: 'quote', as: 'shortLived' },
  '18': { does: 'quote', as: 'bare' },
  '19': { does: 'error', code: '5106' },
};

const movings: Readonly<Record<string, Moving>> = {
  '21': { does: 'error', code: '4001' },
  '22': { does: 'error', code: '3303' },
  '23': { does: 'error', code: '5105' },
  '24': { does: 'error', code: '5209' },
  '31': { does: 'linger', silent: true, ends: 'COMMITTED' },
  '32': { does: 'linger', silent: true, ends: 'ABORTED' },
  '33': { does: 'linger', silent: false, ends: 'COMMITTED' },
  '34': { does: 'linger', silent: false, ends: 'ABORTED' },
  '35': { does: 'linger', silent: false, ends: 'never' },
  '36': { does: 'lose' },
  '37': { does: 'commitUnheard' },
  '38': { does: 'abort' },
  '39': { does: 'commitWithWrongFulfilment' },
  '40': { does: 'commitAsModified' },
  '41': { does: 'refuse', status: 500, taken: false },
  '42': { does: 'refuse', status: 500, taken: true },
  '43': { does: 'hangUp' },
  '44': { does: 'refuse', status: 400, taken: false },
};

const convertings: Readonly<Record<string, Converting>> = { '52': 'silentQuote', '53': 'silentTransfer' };

/** What becomes of a request to pay at the payer's institution. */
export type Asking =
  /** The payer approves after a while, and the money comes. */
  | { readonly does: 'pay'; readonly as?: 'oneMore' | 'twice'; readonly unheard?: true }
  /** The payer says no, after a while or at once. */
  | { readonly does: 'reject'; readonly atOnce: boolean }
  | { readonly does: 'ignore' }
  | { readonly does: 'error'; readonly code: string };

const askings: Readonly<Record<string, Asking>> = {
  '61': { does: 'reject', atOnce: false },
  '62': { does: 'ignore' },
  '63': { does: 'pay', as: 'oneMore' },
  '64': { does: 'pay', as: 'twice' },
  '65': { does: 'reject', atOnce: true },
  '66': { does: 'pay', unheard: true },
  '67': { does: 'error', code: '4200' },
};

const digitsOf = (payee: string): string => payee.slice(-2);

/** The last two digits of an identifier decide; anybody else is found, quoted and paid, and pays when asked. */
export const scripts = {
  finding: (payee: string): Finding => findings[digitsOf(payee)] ?? { does: 'find' },
  quoting: (payee: string): Quoting => quotings[digitsOf(payee)] ?? { does: 'quote' },
  asking: (payer: string): Asking => askings[digitsOf(payer)] ?? { does: 'pay' },
  moving: (payee: string): Moving => movings[digitsOf(payee)] ?? { does: 'commit' },
  converting: (payee: string): Converting => convertings[digitsOf(payee)] ?? 'convert',
};
