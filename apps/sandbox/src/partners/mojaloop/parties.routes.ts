import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readFields } from './body.js';
import { failureOf, informationOf } from './failures.js';
import { identifier, partyTypes } from './fields.js';
import { Refusal } from './refusal.js';
import { NoAnswer, SchemeError } from './scheme/errors.js';
import { type Surroundings } from './transfers/stages.js';

const Sought = z.object({
  type: z.enum(partyTypes),
  identifier,
  subId: identifier.optional(),
});

/** `/parties`: who is that, without a transfer. */
export function partyRoutes(scope: FastifyInstance, { participants, settings }: Surroundings): void {
  for (const path of ['/parties/:type/:identifier', '/parties/:type/:identifier/:subId']) {
    scope.get(path, async ({ params }, reply) => {
      const { type, identifier: sought, subId } = readFields(Sought, params);
      try {
        return { party: await participants.lookUp(type, sought, subId), currentState: 'COMPLETED' };
      } catch (error) {
        if (error instanceof SchemeError) {
          return reply.code(404).send({ ...informationOf(error), currentState: 'COMPLETED' });
        }
        const { message, status, statusCode, lastError } = failureOf(error, 'party', settings);
        const content = { currentState: 'ERROR_OCCURRED', lastError };
        const isSilence = error instanceof NoAnswer;
        throw new Refusal(isSilence ? 'Timeout' : message, {
          status: isSilence ? 500 : status,
          statusCode: isSilence ? '500' : statusCode,
          state: { name: 'requestPartiesInformationState', content },
        });
      }
    });
  }
}
