import { z } from 'zod';
import { orderFields } from '../operations/order.dto.js';
import { PayeeDto } from '../operations/party.dto.js';

export const TransferRequestDto = z
  .strictObject({ ...orderFields, payee: PayeeDto })
  .describe('Money to pay out to a payee.')
  .meta({ id: 'TransferRequest' });

export type TransferRequestDto = z.infer<typeof TransferRequestDto>;

export const transferExamples = {
  msisdn: {
    summary: 'To a telephone number',
    value: {
      partner: 'wave-sn',
      amount: { value: '25000', currency: 'XOF' },
      payee: { type: 'msisdn', value: '+221771234567', name: 'Awa Ndiaye' },
      reference: 'SAL-2026-11-0042',
      description: 'Salary',
    },
  },
  paybill: {
    summary: 'To a business number, for one of its accounts',
    value: {
      partner: 'mpesa-ke',
      amount: { value: '8400.00', currency: 'KES' },
      payee: { type: 'paybill', value: '600000', account: 'ACC-7781' },
      reference: 'SUP-0091',
    },
  },
} as const;
