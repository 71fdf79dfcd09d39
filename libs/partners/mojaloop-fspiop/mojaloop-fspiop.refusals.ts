import { type CallbackAnswer, type InboundRefused } from '#partner-kit';
import { REFUSALS, toDescription } from '../fspiop/errors.js';
import { SPOKEN_VERSIONS } from './mojaloop-fspiop.inbound.headers.js';

/** `ErrorInformationResponse`. Of versions, it names those that we speak. */
export function errorBody({ objection, message }: InboundRefused): object {
  const [errorCode] = REFUSALS[objection];
  const versions = SPOKEN_VERSIONS.map(([key, value]) => ({ key, value }));
  const extensionList = { extension: versions };
  return {
    errorInformation: {
      errorCode,
      errorDescription: toDescription(message),
      ...(objection === 'unacceptable_version' ? { extensionList } : {}),
    },
  };
}

/** In the answer to the request itself. */
export function refusalOf(refused: InboundRefused): CallbackAnswer {
  const [, status] = REFUSALS[refused.objection];
  return { status, contentType: 'application/json', body: JSON.stringify(errorBody(refused)) };
}
