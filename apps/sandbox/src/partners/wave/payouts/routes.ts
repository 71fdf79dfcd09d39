import { type FastifyInstance, type HTTPMethods } from 'fastify';
import { z } from 'zod';
import { readFields, wrongParameter } from '../body.js';
import { WaveRefusal } from '../refusal.js';
import { type WaveDesk } from '../wave-desk.js';
import { type Batches } from './batches.js';
import { IdempotencyKeys } from './idempotency.js';
import { scriptFor } from './magic.js';
import { checkPayable, type PayoutOrder, payoutSchema } from './order.js';
import { type Payout, type Payouts } from './payouts.js';

interface ById {
  Params: { id: string };
}

/** `/v1/payout`, `/v1/payouts/search`, `/v1/payout-batch`. Answers how to forget the keys. */
export function payoutRoutes(
  scope: FastifyInstance,
  payouts: Payouts,
  batches: Batches,
  { settings }: WaveDesk,
): () => void {
  const Order = payoutSchema(settings);
  const Batch = z.object({ payouts: z.array(Order).min(1) });
  const payoutKeys = new IdempotencyKeys<Payout>();
  const batchKeys = new IdempotencyKeys<{ id: string }>();
  const throttled = new Set<string>();

  const submit = (order: PayoutOrder, key: string, body: unknown): Payout => {
    const { does } = scriptFor(order.mobile);
    if (does === 'error') throw new WaveRefusal('service-unavailable');
    if (does === 'throttleOnce' && !throttled.has(key)) {
      throttled.add(key);
      throw new WaveRefusal('too-many-requests');
    }
    const payout = payouts.submit(order);
    if (does !== 'payThenError') return payout;
    payoutKeys.keep(key, body, payout);
    throw new WaveRefusal('internal-server-error');
  };

  scope.post('/v1/payout', (request) => {
    const order = readFields(Order, request.body);
    checkPayable(order, settings);
    return payouts.view(payoutKeys.once(request, (key) => submit(order, key, request.body)));
  });
  scope.get<ById>('/v1/payout/:id', ({ params }) => payouts.view(payouts.get(params.id)));
  scope.post<ById>('/v1/payout/:id/reverse', ({ params }, reply) => {
    payouts.reverse(payouts.get(params.id));
    return reply.code(200).send();
  });
  scope.get<{ Querystring: { client_reference?: string } }>('/v1/payouts/search', ({ query }) => {
    if (query.client_reference === undefined) throw wrongParameter('client_reference', 'field required');
    return { result: payouts.search(query.client_reference).map((payout) => payouts.view(payout)) };
  });

  scope.post('/v1/payout-batch', (request) => {
    const { payouts: orders } = readFields(Batch, request.body);
    for (const order of orders) checkPayable(order, settings);
    return batchKeys.once(request, () => ({ id: batches.submit(orders).id }));
  });
  // Both spellings are in circulation.
  for (const path of ['/v1/payout-batch/:id', '/v1/payouts-batch/:id']) {
    scope.get<ById>(path, ({ params }) => batches.read(params.id));
  }
  refuseOtherMethods(scope);

  return () => {
    payoutKeys.forget();
    batchKeys.forget();
    throttled.clear();
  };
}

const onlyPost = ['/v1/payout', '/v1/payout/:id/reverse', '/v1/payout-batch'];
const onlyGet = ['/v1/payout/:id', '/v1/payouts/search', '/v1/payout-batch/:id', '/v1/payouts-batch/:id'];

function refuseOtherMethods(scope: FastifyInstance): void {
  const refuse = (paths: readonly string[], method: HTTPMethods[]) => {
    for (const url of paths) {
      scope.route({
        method,
        url,
        handler: () => {
          throw new WaveRefusal('method-not-allowed');
        },
      });
    }
  };
  refuse(onlyPost, ['GET', 'PUT', 'PATCH', 'DELETE']);
  refuse(onlyGet, ['POST', 'PUT', 'PATCH', 'DELETE']);
}
