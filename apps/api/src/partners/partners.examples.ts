import { type BalanceDto } from './balance.dto.js';
import { type PartnerDto } from './partner.dto.js';
import { type SessionListDto } from './session.dto.js';
import { type StatementDto } from './statement.dto.js';

export const partner: PartnerDto = {
  id: 'wave-sn',
  title: 'Wave Senegal',
  adapter: 'wave',
  enabled: true,
  country: 'SN',
  capabilities: [
    'collections',
    'disbursements',
    'reversals',
    'balances',
    'statements',
    'sessions',
    'callbacks',
  ],
  methods: ['link'],
  limits: {
    collections: [{ currency: 'XOF', least: '1', most: '3000000', wholeUnits: false }],
    disbursements: [{ currency: 'XOF', least: '10', most: '2000000', wholeUnits: false }],
  },
  payerTypes: ['msisdn'],
  payeeTypes: ['msisdn'],
  pace: { default: { perSecond: 20, burst: 40, concurrency: 20 } },
  deadlines: { submitForMs: 120_000, unresolvedAfterMs: 86_400_000 },
  callbacks: { strength: 'signature', authenticated: true },
  certificates: [],
  door: null,
  tokens: [],
  health: {
    collections: {
      state: 'ok',
      openUntil: null,
      failuresInARow: 0,
      lastSuccessAt: '2026-11-20T09:00:00.000Z',
      lastFailureAt: null,
    },
  },
  lastSuccessAt: '2026-11-20T09:00:00.000Z',
  lastFailureAt: null,
  lastHeardAt: '2026-11-20T09:00:01.000Z',
};

export const balance: BalanceDto = {
  partner: 'wave-sn',
  state: 'answered',
  askedAt: '2026-11-20T09:00:00.000Z',
  answeredAt: '2026-11-20T09:00:00.180Z',
  accounts: [{ account: 'main', current: { value: '10245000', currency: 'XOF' }, available: null }],
  failure: null,
};

export const statementLine: StatementDto['items'][number] = {
  partnerReference: 'T_CPTQ3MSX4Z',
  type: 'merchant_payment',
  isReversal: false,
  at: '2026-11-20T09:00:12.000Z',
  amount: { value: '1485', currency: 'XOF' },
  fee: { value: '15', currency: 'XOF' },
  balanceAfter: { value: '10245000', currency: 'XOF' },
  counterparty: { type: 'msisdn', value: '+2217•••••567' },
  reference: '0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33',
};

export const session: SessionListDto['items'][number] = {
  id: 'cos-18qq25rgr100a',
  operation: '0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33',
  reference: '0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33',
  transaction: null,
  status: 'open, processing',
  amount: { value: '1500', currency: 'XOF' },
  payer: null,
  createdAt: '2026-11-20T09:00:00.000Z',
  completedAt: null,
  expiresAt: '2026-11-20T09:30:00.000Z',
  lastError: null,
};
