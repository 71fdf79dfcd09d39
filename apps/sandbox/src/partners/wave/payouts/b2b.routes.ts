import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { lowerAlphanumerics, randomText } from '../../../kit/ids.js';
import { readFields } from '../body.js';
import { feeOn, fromMinor, payoutAmount, text, timestamp } from '../fields.js';
import { WaveRefusal } from '../refusal.js';
import { type WaveDesk } from '../wave-desk.js';
import { IdempotencyKeys } from './idempotency.js';

/** `/v1/b2b/payout`: to another Wave business. Answers how to forget everything. */
export function businessPayoutRoutes(
  scope: FastifyInstance,
  { desk, settings, wallet }: WaveDesk,
): () => void {
  const { currency, feeBasisPoints } = settings;
  const keys = new IdempotencyKeys<object>();
  const payouts = new Map<string, object>();
  const Order = z.object({
    currency: z.string().regex(/^[A-Z]{3}$/, 'not a currency code'),
    receive_amount: payoutAmount(currency),
    recipient_id: z.string().regex(/^M_\w+$/, 'not a business id'),
    client_reference: text(255),
    fee_payment_method: z.enum(['SENDER_PAYS', 'RECIPIENT_PAYS']).default('SENDER_PAYS'),
  });

  const submit = (order: z.infer<typeof Order>) => {
    const fullFee = feeOn(order.receive_amount, feeBasisPoints);
    const fee = order.fee_payment_method === 'SENDER_PAYS' ? fullFee : 0n;
    if (!wallet.covers(order.receive_amount + fee))
      throw new WaveRefusal('insufficient-funds', { ofPayout: true });
    const id = `b2b-1${randomText(14, lowerAlphanumerics)}`;
    wallet.move({
      kind: 'transfer',
      partnerReference: id,
      reference: order.client_reference ?? '',
      party: order.recipient_id,
      transactionId: wallet.newTransactionId(),
      transactionType: 'b2b_payment',
      amount: order.receive_amount,
      fee,
      direction: 'out',
      more: { counterparty_id: order.recipient_id, client_reference: order.client_reference ?? undefined },
    });
    const payout = {
      ...order,
      id,
      receive_amount: fromMinor(order.receive_amount, currency),
      fee: fromMinor(fullFee, currency),
      client_reference: order.client_reference ?? null,
      status: 'succeeded',
      timestamp: timestamp(desk.clock.now()),
    };
    payouts.set(id, payout);
    return payout;
  };

  scope.post('/v1/b2b/payout', (request) => {
    const order = readFields(Order, request.body);
    if (order.currency !== currency) throw new WaveRefusal('currency-mismatch', { ofPayout: true });
    return keys.once(request, () => submit(order));
  });
  scope.get<{ Params: { id: string } }>('/v1/b2b/payout/:id', ({ params }) => {
    const payout = payouts.get(params.id);
    if (!payout) throw new WaveRefusal('not-found');
    return payout;
  });
  return () => {
    keys.forget();
    payouts.clear();
  };
}
