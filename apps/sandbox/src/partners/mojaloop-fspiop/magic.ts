export type Finding = 'find' | 'nameless' | 'silence' | { readonly error: string };
export type Quoting =
  'quote' | 'doubled' | 'shortLived' | 'stranger' | 'silence' | { readonly error: string };
export type Moving =
  | 'commit'
  /** Carried out, and nobody is told until somebody asks. */
  | 'commitUnheard'
  | 'commitWithWrongFulfilment'
  /** `RESERVED`, and committed later. */
  | 'commitLate'
  /** `RESERVED` for good. */
  | 'reserve'
  | 'abort'
  /** It never arrives at the switch. */
  | 'lose'
  | { readonly error: string };

export type Asking =
  /** The payer approves after a while, and the money comes. */
  | { readonly does: 'pay'; readonly as?: 'oneMore' | 'twice'; readonly unheard?: true }
  /** The payer says no, after a while or at once. */
  | { readonly does: 'reject'; readonly atOnce: boolean }
  | { readonly does: 'ignore' }
  | { readonly does: 'error'; readonly error: string };

const findings: Readonly<Record<string, Finding>> = {
  '02': { error: '3204' },
  '03': 'silence',
  '05': 'nameless',
};

const quotings: Readonly<Record<string, Quoting>> = {
  '11': { error: '5103' },
  '12': { error: '5200' },
  '13': { error: '5400' },
  '14': 'silence',
  '15': 'doubled',
  '16': 'stranger',
  '17': 'shortLived',
  '19': { error: '5106' },
};

const movings: Readonly<Record<string, Moving>> = {
  '21': { error: '4001' },
  '22': { error: '3303' },
  '23': { error: '5105' },
  '24': { error: '5209' },
  '31': 'commitLate',
  '35': 'reserve',
  '36': 'lose',
  '37': 'commitUnheard',
  '38': 'abort',
  '39': 'commitWithWrongFulfilment',
};

const askings: Readonly<Record<string, Asking>> = {
  '61': { does: 'reject', atOnce: false },
  '62': { does: 'ignore' },
  '63': { does: 'pay', as: 'oneMore' },
  '64': { does: 'pay', as: 'twice' },
  '65': { does: 'reject', atOnce: true },
  '66': { does: 'pay', unheard: true },
  '67': { does: 'error', error: '4200' },
};

const digitsOf = (payee: string): string => payee.slice(-2);

/** The last two digits of an identifier decide; anybody else is found, quoted and paid, and pays when asked. */
export const scripts = {
  finding: (payee: string): Finding => findings[digitsOf(payee)] ?? 'find',
  quoting: (payee: string): Quoting => quotings[digitsOf(payee)] ?? 'quote',
  asking: (payer: string): Asking => askings[digitsOf(payer)] ?? { does: 'pay' },
  moving: (payee: string): Moving => movings[digitsOf(payee)] ?? 'commit',
};

/** The scheme's codes that this switch gives, with their names. */
export const errorNames: Readonly<Record<string, string>> = {
  '3100': 'Generic validation error',
  '3102': 'Missing mandatory element',
  '3105': 'Invalid signature',
  '3106': 'Modified request',
  '3202': 'Payer FSP ID not found',
  '3204': 'Party not found',
  '3208': 'Transfer ID not found',
  '3302': 'Quote expired',
  '3303': 'Transfer expired',
  '4001': 'Payer FSP insufficient liquidity',
  '4200': 'Payer limit error',
  '5103': 'Payee FSP rejected quote',
  '5105': 'Payee FSP rejected transaction',
  '5106': 'Payee unsupported currency',
  '5200': 'Payee limit error',
  '5209': 'Payee limit error of this scheme',
  '5400': 'Generic payee blocked',
};

export const errorBody = (errorCode: string) => ({
  errorInformation: { errorCode, errorDescription: errorNames[errorCode] ?? 'Generic error' },
});
