import { CallFailed, NoAnswer, SchemeError } from './scheme/errors.js';
import { type MojaloopSettings } from './settings.js';

export type Stage = 'party' | 'conversion' | 'quote' | 'transfer' | 'query' | 'request';

interface Words {
  /** Before an error that came back over the scheme. */
  readonly error: string;
  /** When nothing came back. */
  readonly silence: string;
  /** Before a failed request to the switch. */
  readonly failed: string;
}

const words: Readonly<Record<Stage, Words>> = {
  party: {
    error: 'Got an error response resolving party: ',
    silence: 'Timeout resolving payee',
    failed: 'Error resolving payee. ',
  },
  conversion: {
    error: 'Got an error response requesting conversion: ',
    silence: 'Timeout error in subscribeToOneMessageWithTimer',
    failed: '',
  },
  quote: {
    error: 'Got an error response requesting quote: ',
    silence: 'Timeout requesting quote',
    failed: '',
  },
  transfer: {
    error: 'Got an error response preparing transfer: ',
    silence: 'Timeout waiting for fulfil',
    failed: '',
  },
  request: {
    error: 'Got an error response processing transaction request: ',
    // Both releases say it in the words of a transfer.
    silence: 'Timeout waiting for fulfil',
    failed: '',
  },
  query: {
    error: 'Got an error response retrieving transfer: ',
    silence: 'Timeout getting transfer',
    failed: '',
  },
};

/** What a failed stage comes to in an answer, and in the record. */
export interface Failure {
  readonly message: string;
  readonly status: number;
  readonly statusCode: string;
  readonly lastError: unknown;
}

export const informationOf = ({ errorCode, message }: SchemeError) => ({
  errorInformation: { errorCode, errorDescription: message },
});

/** The scheme's error code is told; of anything else no more than that there was no answer, or a bad one. */
export function failureOf(error: unknown, stage: Stage, { imitates }: MojaloopSettings): Failure {
  const said = words[stage];
  if (error instanceof SchemeError) {
    const mojaloopError = informationOf(error);
    return {
      message: said.error + JSON.stringify(mojaloopError),
      status: 500,
      statusCode: error.errorCode,
      lastError: { httpStatusCode: 500, mojaloopError },
    };
  }
  if (error instanceof NoAnswer) {
    const status = stage === 'conversion' ? 500 : 504;
    const lastError = stage === 'conversion' ? {} : { httpStatusCode: status };
    return { message: said.silence, status, statusCode: String(status), lastError };
  }
  const message = error instanceof Error ? error.message : String(error);
  const transport = { name: error instanceof CallFailed ? 'AxiosError' : 'Error', message };
  return {
    message: said.failed + message,
    status: 500,
    statusCode: '500',
    lastError: imitates === '18.0.2' ? JSON.stringify(transport) : transport,
  };
}
