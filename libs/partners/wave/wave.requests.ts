import { type Money } from '#domain';
import { type Order, OrderRefused, type PartyQuestion } from '#partner-kit';
import { type WavePayoutBody, type WaveRecipientBody, type WaveSessionBody } from './wave.client.js';
import { type WaveSettings } from './wave.settings.js';

/** Wave prints no more of a payment reason. */
const PAYMENT_REASON_LENGTH = 40;

/** "1500"; "10.50" in a currency with decimals: all of them or none. */
const toAmount = (money: Money): string => money.toShortDecimal();

/** @throws OrderRefused where nobody says where the payer's browser goes afterwards */
export function returnUrlsOf(
  order: Order,
  { successUrl, errorUrl }: WaveSettings,
): { readonly success: string; readonly failure: string } {
  const success = order.returnUrls?.success ?? successUrl;
  const failure = order.returnUrls?.failure ?? errorUrl;
  if (success === undefined || failure === undefined) {
    throw new OrderRefused('Wave needs to know where the payer goes afterwards', '/returnUrls');
  }
  for (const [name, url] of Object.entries({ success, failure })) {
    if (URL.parse(url)?.protocol === 'https:') continue;
    throw new OrderRefused('Wave takes https addresses only', `/returnUrls/${name}`);
  }
  return { success, failure };
}

export function toSessionBody(order: Order, settings: WaveSettings): WaveSessionBody {
  const { success, failure } = returnUrlsOf(order, settings);
  const { payer } = order;
  return {
    amount: toAmount(order.amount),
    currency: order.amount.currency,
    success_url: success,
    error_url: failure,
    client_reference: order.id,
    ...(settings.restrictPayerMobile && payer?.type === 'msisdn'
      ? { restrict_payer_mobile: payer.value }
      : {}),
    ...onBehalf(settings),
  };
}

/** The same for every try of an order: Wave compares it with what came first under the key. */
export function toPayoutBody(order: Order, settings: WaveSettings): WavePayoutBody {
  if (!order.payee) throw new OrderRefused('a payee is needed', '/payee');
  const reason = order.description ?? order.reference;
  return {
    currency: order.amount.currency,
    receive_amount: toAmount(order.amount),
    mobile: order.payee.value,
    ...(order.payee.name === undefined ? {} : { name: order.payee.name.slice(0, 255) }),
    ...(reason === null ? {} : { payment_reason: cut(reason, PAYMENT_REASON_LENGTH) }),
    client_reference: order.id,
    ...onBehalf(settings),
  };
}

export const toRecipientBody = ({ party, name, amount }: PartyQuestion): WaveRecipientBody => ({
  mobile: party.value,
  ...(name === null ? {} : { name }),
  ...(amount === null ? {} : { amount: toAmount(amount), currency: amount.currency }),
});

const onBehalf = ({ aggregatedMerchantId }: WaveSettings) =>
  aggregatedMerchantId === undefined ? {} : { aggregated_merchant_id: aggregatedMerchantId };

/** Cuts between characters, never inside one. */
const cut = (text: string, length: number): string => {
  let kept = '';
  for (const character of text.trim()) {
    if (kept.length + character.length > length) break;
    kept += character;
  }
  return kept;
};
