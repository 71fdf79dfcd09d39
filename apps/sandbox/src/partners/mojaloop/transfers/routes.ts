import { type FastifyInstance } from 'fastify';
import { readFields } from '../body.js';
import { answerSchema, transferSchema } from '../fields.js';
import { type Surroundings } from './stages.js';
import { checkId, Transfers } from './transfers.js';

interface ById {
  Params: { transferId: string };
}

/** `/transfers`: order, answer, ask. Answers how to forget them. */
export function transferRoutes(scope: FastifyInstance, around: Surroundings): () => void {
  const transfers = new Transfers(around);
  const Order = transferSchema(around.settings);
  const YesOrNo = answerSchema(around.settings);

  scope.post('/transfers', async ({ body }) =>
    transfers.view(await transfers.start(readFields(Order, body))),
  );
  scope.put<ById>('/transfers/:transferId', async ({ params: { transferId }, body }, reply) => {
    checkId(transferId, around);
    const record = await transfers.resume(transferId, readFields(YesOrNo, body));
    return record ? transfers.view(record) : reply.code(204).send();
  });
  scope.get<ById>('/transfers/:transferId', async ({ params: { transferId } }) => {
    checkId(transferId, around);
    return transfers.view(await transfers.query(transferId));
  });
  return () => {
    transfers.forget();
  };
}
