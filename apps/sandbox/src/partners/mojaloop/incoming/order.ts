import { z } from 'zod';
import { amount, currency, party } from '../fields.js';
import { type MojaloopSettings } from '../settings.js';
import { planNames, plans, type Plan } from './plans.js';

const { idType, idValue, idSubValue } = party;

/** `POST /control/partners/{id}/receipts` */
const Order = z.strictObject({
  payee: z.strictObject({ idType, idValue, idSubValue }),
  payer: z.strictObject(party).default({
    idType: 'MSISDN',
    idValue: '221770009001',
    displayName: 'Fatou Demo',
    firstName: 'Fatou',
    lastName: 'Demo',
  }),
  amount,
  currency: currency.optional(),
  amountType: z.enum(['SEND', 'RECEIVE']).default('SEND'),
  scenario: z.enum(['DEPOSIT', 'WITHDRAWAL', 'TRANSFER', 'PAYMENT', 'REFUND']).default('TRANSFER'),
  note: z.string().min(1).max(128).optional(),
  /** The request to pay that it is in answer to. */
  answers: z.strictObject({ transactionRequestId: z.string(), homeR2PTransactionId: z.string() }).optional(),
  plan: z.enum(planNames).default('plain'),
  expiryMs: z.int().min(0).optional(),
  notificationDelayMs: z.int().min(0).optional(),
});

/** A payer at another institution who wants to pay a customer of ours. */
export interface IncomingOrder extends Omit<z.infer<typeof Order>, 'plan' | 'answers'> {
  readonly initiator: 'PAYER' | 'PAYEE';
  /** How the connector is told which request it is in answer to: not at all by the older release. */
  readonly answers: Partial<NonNullable<z.infer<typeof Order>['answers']>>;
  readonly plan: Plan;
  readonly currency: string;
  readonly expiryMs: number;
  readonly notificationDelayMs: number;
}

/** @throws ZodError naming the field */
export function readOrder(body: unknown, settings: MojaloopSettings): IncomingOrder {
  const order = Order.parse(body);
  return {
    ...order,
    plan: plans[order.plan],
    initiator: order.answers ? 'PAYEE' : 'PAYER',
    answers: settings.imitates === '18.0.2' ? {} : (order.answers ?? {}),
    payer: { type: 'CONSUMER', fspId: settings.payerFspId, ...order.payer },
    currency: order.currency ?? settings.currency,
    expiryMs: order.expiryMs ?? settings.incomingExpiryMs,
    notificationDelayMs: order.notificationDelayMs ?? settings.notificationDelayMs,
  };
}
