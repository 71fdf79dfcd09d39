/** The scheme's codes that the sandbox gives, with their names. */
const names: Readonly<Record<string, string>> = {
  '3204': 'Party not found',
  '3208': 'Transfer ID not found',
  '3302': 'Quote expired',
  '3303': 'Transfer expired',
  '3106': 'Modified request',
  '4001': 'Payer FSP insufficient liquidity',
  '5103': 'Payee FSP rejected quote',
  '5105': 'Payee FSP rejected transaction',
  '5106': 'Payee unsupported currency',
  '5200': 'Payee limit error',
  '5400': 'Generic payee blocked',
};

/** An error that came back by the scheme's own way: the switch or another participant said no. */
export class SchemeError extends Error {
  constructor(readonly errorCode: string) {
    super(names[errorCode] ?? 'Payee limit error of this scheme');
  }
}

/** Nothing came back in the time that a stage has. */
export class NoAnswer extends Error {}

/** The request to the switch itself failed: an HTTP error, or a broken connection. */
export class CallFailed extends Error {}
