import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readFields, wrongParameter } from '../body.js';
import { checkAggregatedMerchant, checkoutAmount, mobile, text } from '../fields.js';
import { type WaveSettings } from '../settings.js';
import { type SessionOrder, type Sessions } from './sessions.js';

interface ById {
  Params: { id: string };
}

/** `/v1/checkout/sessions`: create, read, search, refund, expire. */
export function checkoutRoutes(scope: FastifyInstance, sessions: Sessions, settings: WaveSettings): void {
  const path = '/v1/checkout/sessions';
  const order = orderReader(settings);

  scope.post(path, async (request) => {
    const session = sessions.open(order(request.body));
    const created = sessions.view(session);
    await sessions.awaitPayer(session);
    return created;
  });
  scope.get<{ Querystring: { transaction_id?: string } }>(path, ({ query }) => {
    if (query.transaction_id === undefined) throw wrongParameter('transaction_id', 'field required');
    return sessions.view(sessions.paidBy(query.transaction_id));
  });
  scope.get<{ Querystring: { client_reference?: string } }>(`${path}/search`, ({ query }) => {
    if (query.client_reference === undefined) throw wrongParameter('client_reference', 'field required');
    return { result: sessions.search(query.client_reference).map((session) => sessions.view(session)) };
  });
  scope.get<ById>(`${path}/:id`, ({ params }) => sessions.view(sessions.get(params.id)));
  scope.post<ById>(`${path}/:id/refund`, ({ params }, reply) => {
    sessions.refund(sessions.get(params.id));
    return reply.code(200).send();
  });
  scope.post<ById>(`${path}/:id/expire`, ({ params }, reply) => {
    sessions.expire(sessions.get(params.id));
    return reply.code(200).send();
  });
}

function orderReader(settings: WaveSettings): (body: unknown) => SessionOrder {
  const Order = z.object({
    amount: checkoutAmount(settings.currency),
    currency: z.literal(settings.currency, `this wallet has ${settings.currency}`),
    success_url: z.url({ protocol: /^https$/, error: 'not an https URL' }),
    error_url: z.url({ protocol: /^https$/, error: 'not an https URL' }),
    client_reference: text(255),
    restrict_payer_mobile: mobile.nullish(),
    aggregated_merchant_id: text(255),
  });
  return (body) => {
    const fields = readFields(Order, body);
    checkAggregatedMerchant(fields.aggregated_merchant_id, settings);
    return {
      amount: fields.amount,
      clientReference: fields.client_reference ?? null,
      restrictedTo: fields.restrict_payer_mobile ?? undefined,
      successUrl: fields.success_url,
      errorUrl: fields.error_url,
      aggregatedMerchantId: fields.aggregated_merchant_id ?? null,
    };
  };
}
