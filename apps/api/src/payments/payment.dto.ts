import { z } from 'zod';
import { storable } from '../http/text.js';
import { orderFields } from '../operations/order.dto.js';
import { PayeeDto, PayerDto } from '../operations/party.dto.js';

const returnUrl = (text: string) =>
  storable(z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }))
    .max(512)
    .describe(text)
    .meta({ examples: ['https://shop.example/paid'] });

export const PaymentRequestDto = z
  .strictObject({
    ...orderFields,
    payer: PayerDto.optional().describe(
      'Who pays. Left out where the partner asks the payer itself (link, QR code).',
    ),
    payee: PayeeDto.optional().describe('Which of our accounts is paid, where there are several.'),
    returnUrls: z
      .strictObject({
        success: returnUrl('Where the payer’s browser goes after paying.'),
        failure: returnUrl('Where it goes after giving up.'),
      })
      .optional()
      .describe('For partners that send the payer’s browser to a page of theirs.'),
  })
  .describe('Money to collect from a payer.')
  .meta({ id: 'PaymentRequest' });

export type PaymentRequestDto = z.infer<typeof PaymentRequestDto>;

export const paymentExamples = {
  push: {
    summary: 'The payer approves on the telephone',
    value: {
      partner: 'mpesa-ke',
      amount: { value: '1500', currency: 'KES' },
      payer: { type: 'msisdn', value: '0712000345' },
      reference: 'INV-20418',
      description: 'Order 20418',
      metadata: { branch: 'NBO-3' },
    },
  },
  link: {
    summary: 'The payer’s browser is sent to the partner',
    value: {
      partner: 'wave-sn',
      amount: { value: '1500', currency: 'XOF' },
      reference: 'INV-20418',
      returnUrls: { success: 'https://shop.example/paid', failure: 'https://shop.example/not-paid' },
    },
  },
} as const;
