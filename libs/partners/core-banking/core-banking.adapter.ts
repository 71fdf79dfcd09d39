import {
  defineAdapter,
  type PartnerAdapter,
  type PartnerContext,
  type PartnerDescriptor,
} from '#partner-kit';
import { CoreBankingClient } from './core-banking.client.js';
import { coreBankingDisbursements, coreBankingReversals } from './core-banking.credits.js';
import { OBJECTIONS } from './core-banking.errors.js';
import { coreBankingParties, coreBankingQuotes } from './core-banking.questions.js';
import { ACCOUNT_TYPES } from './core-banking.requests.js';
import { CoreBankingSecrets, CoreBankingSettings, limitsOf } from './core-banking.settings.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The bank's own back end, where its customers have their accounts. The protocol is ours, and the bank implements it. */
export const coreBanking = defineAdapter<CoreBankingSettings, CoreBankingSecrets>({
  name: 'core-banking',
  settings: CoreBankingSettings,
  secrets: CoreBankingSecrets,
  baseUrl: ({ baseUrl }) => baseUrl,
  create,
});

function create({
  settings,
  secrets: { apiKey },
  http,
}: PartnerContext<CoreBankingSettings, CoreBankingSecrets>): PartnerAdapter {
  const client = new CoreBankingClient({ http, apiKey, timeoutMs: settings.timeoutMs });
  return {
    descriptor: describe(settings),
    disbursements: coreBankingDisbursements(client),
    reversals: coreBankingReversals(client),
    parties: coreBankingParties(client),
    quotes: coreBankingQuotes(client),
  };
}

function describe(settings: CoreBankingSettings): PartnerDescriptor {
  const { country } = settings;
  return {
    title: `Core banking (${country})`,
    country,
    limits: { disbursements: limitsOf(settings) },
    payerTypes: [],
    payeeTypes: ACCOUNT_TYPES,
    // It decides while we wait for the answer: once that is lost, the outcome is there to be asked for at once.
    enquiryTimetableMs: [1, 2, 5, 15, 60, 300, 900].map((seconds) => seconds * SECOND),
    // What is not booked within `timeoutMs` is dropped, by the protocol; the rest is for the way there.
    visibilityDelayMs: settings.timeoutMs + 5 * SECOND,
    // A scheme does not wait longer for the money that it has announced.
    submitForMs: 30 * SECOND,
    unresolvedAfterMs: 30 * MINUTE,
    // What a bank's own systems take without anybody noticing; the partner's file says more.
    pace: { default: { perSecond: 50, burst: 100, concurrency: 25 } },
    objections: OBJECTIONS,
  };
}
