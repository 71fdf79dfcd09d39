import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readFields } from '../body.js';
import { requestSchema } from '../fields.js';
import { type ConnectorClient } from '../incoming/connector-client.js';
import { type IncomingPayments } from '../incoming/payments.js';
import { type Surroundings } from '../transfers/stages.js';
import { Payers } from './payers.js';
import { RequestsToPay } from './requests.js';

interface ById {
  Params: { id: string };
}

const Yes = z.strictObject({ acceptParty: z.boolean() });

/** `/requestToPay`: ask, and say that it is the right payer, which the older release cannot hear. Answers how to forget them. */
export function requestRoutes(
  scope: FastifyInstance,
  around: Surroundings,
  connector: ConnectorClient,
  incoming: IncomingPayments,
): () => void {
  const requests = new RequestsToPay(around, new Payers(around, connector, incoming));
  const Order = requestSchema(around.settings);
  scope.post('/requestToPay', ({ body }) => requests.start(readFields(Order, body)));
  if (around.settings.imitates !== '18.0.2') {
    scope.put<ById>('/requestToPay/:id', async ({ params: { id }, body }, reply) => {
      const { acceptParty } = readFields(Yes, body);
      return (await requests.resume(id, acceptParty)) ?? reply.code(204).send();
    });
  }
  return () => {
    requests.forget();
  };
}
