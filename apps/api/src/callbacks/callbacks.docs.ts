import { z } from 'zod';
import { type PublicOptions } from '../http/endpoint.js';

const CallbackBodyDto = z
  .unknown()
  .describe('Whatever the partner sends: kept exactly as it comes, up to 64 KB, of any content type.')
  .meta({ id: 'CallbackBody' });

const CallbackAnswerDto = z
  .unknown()
  .describe('What the partner wants to read.')
  .meta({ id: 'CallbackAnswer' });

export const KEY_ONLY = { key: 'The partner’s key: secret, random, and in no other place.' };
const WITH_PATH = { ...KEY_ONLY, path: 'What it is about, as our address for it says.' };

/** The same for every way that a partner may take. */
export const callbackDocs = (
  operationId: string,
  pathParameters: NonNullable<PublicOptions['pathParameters']> = WITH_PATH,
): PublicOptions => ({
  operationId,
  pathParameters,
  summary: 'For partners: tell us what happened',
  description:
    'Not for clients. `key` is random for each partner and never holds its name; what follows it is ours to choose when we give a partner its address. A callback is stored before it is acknowledged, and acknowledged before it is understood. One that is not the partner’s own is kept as evidence and answered with 401, or in the words of the partner’s protocol where that has some (FSPIOP: 400, 3105).',
  body: {
    schema: CallbackBodyDto,
    mediaTypes: ['*/*'],
    examples: { result: { summary: 'A result of a mobile operator', value: { Result: { ResultCode: 0 } } } },
  },
  answers: {
    200: {
      description: 'Kept',
      schema: CallbackAnswerDto,
      mediaType: '*/*',
      examples: { accepted: { summary: 'What a mobile operator wants to read', value: { ResultCode: 0 } } },
    },
  },
  problems: ['callback-forged', 'not-found', 'body-too-large', 'database-unavailable'],
});
