import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Ear } from './ear.js';
import { type IncomingPayments } from './payments.js';

/** Where the bank says what came of what it was asked. */
export function answerRoutes(
  scope: FastifyInstance,
  ear: Ear,
  payments: IncomingPayments,
  check: (request: FastifyRequest) => void,
): void {
  for (const [route, isError] of [
    ['/parties/:type/:id', false],
    ['/parties/:type/:id/error', true],
    ['/quotes/:id', false],
    ['/quotes/:id/error', true],
    ['/transfers/:id', false],
    ['/transfers/:id/error', true],
  ] as const)
    scope.put(route, (request, reply) => {
      check(request);
      const path = request.url.slice(scope.prefix.length).replace(/\/error$/, '');
      const heard = { isError, body: JSON.parse(String(request.body)) as unknown };
      if (path.startsWith('/transfers/')) payments.fulfil((request.params as { id: string }).id, heard);
      ear.hear(path, heard);
      return reply.code(200).send();
    });
}
