import { z } from 'zod';
import { digits, randomText } from '../../kit/ids.js';
import { checkoutAmount, feeOn, fromMinor, mobile, timestamp } from './fields.js';
import { type WaveDesk } from './wave-desk.js';

/** Answers `POST /control/partners/{id}/receipts`: a customer scans the merchant's code, or a business pays us. */
export function receiptHandler({ desk, settings, wallet, webhooks }: WaveDesk) {
  const { currency, businessId, businessName, payerMobile, payerName, feeBasisPoints } = settings;
  const Receipt = z.strictObject({
    /** Text as on the wire; a plain number will do here. */
    amount: z.union([z.string(), z.int().transform(String)]).pipe(checkoutAmount(currency)),
    mobile: mobile.default(payerMobile),
    reference: z.string().max(255).optional(),
    /** Given: another Wave business pays, instead of a person. */
    senderId: z.string().startsWith('M_').optional(),
  });

  return (body: unknown): Promise<unknown> => {
    const { amount, mobile: sender, reference, senderId } = Receipt.parse(body);
    const transactionId = wallet.newTransactionId();
    const fromBusiness = senderId !== undefined;
    const id = fromBusiness ? `b2b-1${randomText(11, digits)}` : transactionId;
    const fee = fromBusiness ? 0n : feeOn(amount, feeBasisPoints);
    wallet.move({
      kind: 'receipt',
      partnerReference: id,
      reference: reference ?? '',
      party: senderId ?? sender,
      transactionId,
      transactionType: fromBusiness ? 'b2b_payment' : 'merchant_payment',
      amount,
      fee,
      direction: 'in',
      more: fromBusiness
        ? { counterparty_id: senderId, client_reference: reference }
        : {
            counterparty_name: payerName,
            counterparty_mobile: sender,
            custom_fields: reference && { reference },
          },
    });
    const written = fromMinor(amount, currency);
    const when_created = timestamp(desk.clock.now());
    const [type, news] = fromBusiness
      ? ([
          'b2b.payment_received',
          {
            id,
            amount: written,
            currency,
            sender_id: senderId,
            client_reference: reference ?? null,
            when_created,
          },
        ] as const)
      : ([
          'merchant.payment_received',
          {
            id,
            amount: written,
            fee: fromMinor(fee, currency),
            currency,
            sender_mobile: sender,
            merchant_id: businessId,
            merchant_name: businessName,
            custom_fields: reference === undefined ? {} : { reference },
            when_created,
          },
        ] as const);
    const about = {
      party: senderId ?? sender,
      amount: written,
      ...(reference === undefined ? {} : { reference }),
    };
    void webhooks.send(type, news, about);
    return Promise.resolve({ transactionId, ...news });
  };
}
