import { z } from 'zod';
import { type FspiopSettings } from '../settings.js';
import { Amount, fspId } from '../wire.js';
import { type Plan, planNames, plans } from './plans.js';

const idType = z.string().min(1).max(32);
const idValue = z.string().min(1).max(128);

/** `POST /control/partners/{id}/receipts` */
const Order = z.strictObject({
  payee: z.strictObject({ idType, idValue }),
  payer: z
    .strictObject({ idType, idValue, name: z.string().min(1).max(128) })
    .default({ idType: 'MSISDN', idValue: '221770009001', name: 'Fatou Demo' }),
  amount: Amount.shape.amount,
  currency: Amount.shape.currency.optional(),
  amountType: z.enum(['SEND', 'RECEIVE']).default('SEND'),
  scenario: z.enum(['DEPOSIT', 'WITHDRAWAL', 'TRANSFER', 'PAYMENT', 'REFUND']).default('TRANSFER'),
  note: z.string().min(1).max(128).optional(),
  /** The request of the bank's that it pays for. */
  answers: z.strictObject({ transactionRequestId: z.string().min(1).max(128) }).optional(),
  /** Whose customer the payer is; without it, of the institution of the settings. */
  payerFspId: fspId.optional(),
  plan: z.enum(planNames).default('plain'),
  expiryMs: z.int().min(0).optional(),
});

/** A payer at another institution who wants to pay a customer of the bank's. */
export interface IncomingOrder extends Omit<
  z.infer<typeof Order>,
  'plan' | 'currency' | 'payerFspId' | 'expiryMs'
> {
  readonly plan: Plan;
  readonly currency: string;
  readonly payerFspId: string;
  /** How long each answer is waited for; then the switch takes the transfer back. */
  readonly expiryMs: number;
}

/** @throws ZodError naming the field */
export function readOrder(body: unknown, settings: FspiopSettings): IncomingOrder {
  const order = Order.parse(body);
  return {
    ...order,
    plan: plans[order.plan],
    currency: order.currency ?? settings.currency,
    payerFspId: order.payerFspId ?? settings.payerFspId,
    expiryMs: order.expiryMs ?? settings.incomingExpiryMs,
  };
}
