import { type OperationDto } from './operation.dto.js';

const ID = '0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33';

/** A payment just taken in. */
export const received: OperationDto = {
  id: ID,
  kind: 'payment',
  partner: 'mpesa-ke',
  state: 'received',
  amount: { value: '1500', currency: 'KES' },
  fee: null,
  payer: { type: 'msisdn', value: '+2547•••••345' },
  payee: null,
  reference: 'INV-20418',
  description: 'Order 20418',
  metadata: { branch: 'NBO-3' },
  nextAction: null,
  partnerReference: null,
  receipt: null,
  failure: null,
  reverses: null,
  passesOn: null,
  batch: null,
  createdAt: '2026-11-20T09:00:00.000Z',
  updatedAt: '2026-11-20T09:00:00.000Z',
  completedAt: null,
  expiresAt: null,
};

/** The payer's telephone asks for the PIN. */
export const pending: OperationDto = {
  ...received,
  state: 'pending',
  nextAction: { type: 'approve_on_phone' },
  partnerReference: 'ws_CO_20112026120001',
  updatedAt: '2026-11-20T09:00:01.204Z',
};

export const succeeded: OperationDto = {
  ...received,
  state: 'succeeded',
  partnerReference: 'ws_CO_20112026120001',
  receipt: 'SKL0A1B2C3',
  updatedAt: '2026-11-20T09:00:14.870Z',
  completedAt: '2026-11-20T09:00:14.870Z',
};

export const failed: OperationDto = {
  ...received,
  state: 'failed',
  partnerReference: 'ws_CO_20112026120001',
  failure: {
    reason: 'insufficient_funds',
    retryable: true,
    moneyMoved: 'no',
    partner: { code: '1', message: 'The balance is insufficient for the transaction.' },
  },
  updatedAt: '2026-11-20T09:00:14.870Z',
  completedAt: '2026-11-20T09:00:14.870Z',
};

export const redirecting: OperationDto = {
  ...received,
  partner: 'wave-sn',
  state: 'pending',
  amount: { value: '1500', currency: 'XOF' },
  payer: null,
  metadata: null,
  nextAction: { type: 'redirect', url: 'https://pay.wave.com/c/cos-18qq25rgr100a' },
  partnerReference: 'cos-18qq25rgr100a',
  expiresAt: '2026-11-20T09:30:00.000Z',
};

export const transferReceived: OperationDto = {
  ...received,
  kind: 'transfer',
  partner: 'wave-sn',
  amount: { value: '25000', currency: 'XOF' },
  payer: null,
  payee: { type: 'msisdn', value: '+2217•••••567' },
  reference: 'SAL-2026-11-0042',
  description: 'Salary',
  metadata: null,
};

export const reversalReceived: OperationDto = {
  ...received,
  id: '0193a1c9-1c1e-7a0b-8f5d-2b1c9e7a6d55',
  kind: 'reversal',
  payer: null,
  reverses: ID,
  reference: null,
  description: 'Paid twice',
  metadata: null,
};

export const cancelled: OperationDto = {
  ...redirecting,
  state: 'cancelled',
  nextAction: null,
  updatedAt: '2026-11-20T09:05:00.000Z',
  completedAt: '2026-11-20T09:05:00.000Z',
};
