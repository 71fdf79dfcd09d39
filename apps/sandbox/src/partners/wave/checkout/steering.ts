import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readFields } from '../body.js';
import { mobile } from '../fields.js';
import { type WaveDesk } from '../wave-desk.js';
import { type PaymentErrorCode, paymentErrors } from './magic.js';
import { type Sessions } from './sessions.js';

const errorCodes = Object.keys(paymentErrors) as [PaymentErrorCode, ...PaymentErrorCode[]];

const Payment = z.strictObject({
  mobile: mobile.optional(),
  outcome: z.enum(['succeed', ...errorCodes]).default('succeed'),
  webhook: z.enum(['once', 'twice', 'lost']).default('once'),
  delayMs: z.int().min(0).optional(),
});

const copies = { once: 1, twice: 2, lost: 0 } as const;
const outsideProtocol = { config: { outsideProtocol: true } };

/** The simulator's own calls, without a key: a test plays the payer, or asks for Wave's test event. */
export function steeringRoutes(
  scope: FastifyInstance,
  sessions: Sessions,
  { settings, webhooks }: WaveDesk,
): void {
  scope.post<{ Params: { id: string } }>('/_sim/checkout/:id/pay', outsideProtocol, ({ params, body }) => {
    const { outcome, webhook, delayMs, ...payment } = readFields(Payment, body ?? {});
    const session = sessions.get(params.id);
    const payer = payment.mobile ?? session.restrictedTo ?? settings.payerMobile;
    const delay = delayMs === undefined ? {} : { delayMs };
    void sessions.attempt(session, payer, outcome, { copies: copies[webhook], ...delay });
    return sessions.view(session);
  });
  scope.post('/_sim/webhooks/test', outsideProtocol, async (_request, reply) => {
    await webhooks.send('test.test_event', { test_data: 'Hello' }, {}, { atOnce: true });
    return reply.code(202).send();
  });
}
