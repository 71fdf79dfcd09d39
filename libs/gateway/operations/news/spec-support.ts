import { Money, type OperationState } from '#domain';
import { type EnquiryOutcome } from '#partner-kit';
import { type Operation } from '../operation.js';
import { type Circumstances, type News } from './news.js';

export const NOW = new Date('2026-11-20T10:00:00Z');
const AMOUNT = Money.parse('1500', 'KES');

export const around: Circumstances = {
  now: NOW,
  enquiryTimetableMs: [30_000, 60_000, 120_000],
  visibilityDelayMs: 20_000,
  submitForMs: 600_000,
  unresolvedAfterMs: 86_400_000,
  resubmissionIsSafe: false,
  paysInto: false,
  confirmation: 'automatic',
};

export const operation = (state: OperationState, facts: Partial<Operation> = {}): Operation => ({
  id: '01934f6e-0000-7000-8000-000000000000',
  clientId: 'bank',
  kind: 'payment',
  partner: 'mpesa-ke',
  state,
  version: 3,
  amount: AMOUNT,
  fee: null,
  payer: null,
  payee: null,
  reference: null,
  description: null,
  metadata: null,
  method: null,
  returnUrls: null,
  reverses: null,
  passesOn: null,
  batch: null,
  origin: { correlationId: null, traceparent: null },
  nextAction: null,
  confirmation: null,
  confirmedStep: null,
  partnerReference: null,
  receipt: null,
  claimedReceipt: null,
  claimedNames: null,
  failure: null,
  memo: null,
  attempts: 1,
  enquiries: 0,
  notFound: 0,
  createdAt: new Date(NOW.getTime() - 40_000),
  updatedAt: NOW,
  submittedAt: new Date(NOW.getTime() - 40_000),
  completedAt: null,
  expiresAt: null,
  hasDeadline: false,
  ...facts,
});

export const word = { code: '1032', message: 'cancelled' };
export const paid: EnquiryOutcome = { is: 'succeeded', receipt: 'UJC4K7W2QX' };
export const refused: EnquiryOutcome = {
  is: 'declined',
  reason: 'payer_cancelled',
  partner: word,
  moneyMoved: 'unknown',
};
export const news = (outcome: EnquiryOutcome, from: News['from'] = 'callback', conclusive = true): News => ({
  outcome,
  from,
  conclusive,
});
