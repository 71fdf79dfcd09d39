import { z } from 'zod';
import { checkAggregatedMerchant, isOfWalletCountry, mobile, payoutAmount, text } from '../fields.js';
import { WaveRefusal } from '../refusal.js';
import { type WaveSettings } from '../settings.js';

/** The request's fields, the amount in minor units. */
export function payoutSchema(settings: WaveSettings) {
  return z.object({
    currency: z.string().regex(/^[A-Z]{3}$/, 'not a currency code'),
    receive_amount: payoutAmount(settings.currency),
    mobile,
    name: text(255),
    national_id: text(255),
    payment_reason: text(40),
    client_reference: text(255),
    aggregated_merchant_id: text(255),
  });
}
export type PayoutOrder = z.infer<ReturnType<typeof payoutSchema>>;

/** @throws WaveRefusal when this wallet can never pay such an order. */
export function checkPayable(order: PayoutOrder, settings: WaveSettings): void {
  if (!isOfWalletCountry(order.mobile, settings))
    throw new WaveRefusal('country-mismatch', { ofPayout: true });
  if (order.currency !== settings.currency) throw new WaveRefusal('currency-mismatch', { ofPayout: true });
  checkAggregatedMerchant(order.aggregated_merchant_id, settings);
}
