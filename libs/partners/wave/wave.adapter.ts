import {
  type AmountLimit,
  defineAdapter,
  type PartnerAdapter,
  type PartnerContext,
  type PartnerDescriptor,
} from '#partner-kit';
import { waveCallbacks } from './wave.callbacks.js';
import { WaveClient } from './wave.client.js';
import { waveCollections } from './wave.collections.js';
import { waveDisbursements } from './wave.disbursements.js';
import { waveBalances, waveParties, waveReceipts, waveSessions, waveStatements } from './wave.questions.js';
import { waveReversals } from './wave.reversals.js';
import { WALLET_CURRENCIES, WaveSecrets, WaveSettings } from './wave.settings.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Wave, through its Business API: one partner is one business wallet, that of the API key. */
export const wave = defineAdapter<WaveSettings, WaveSecrets>({
  name: 'wave',
  settings: WaveSettings,
  secrets: WaveSecrets,
  baseUrl: ({ baseUrl }) => baseUrl,
  create,
});

function create({
  settings,
  secrets,
  clock,
  http,
}: PartnerContext<WaveSettings, WaveSecrets>): PartnerAdapter {
  const client = new WaveClient({
    http,
    clock,
    apiKey: secrets.apiKey,
    signingSecret: secrets.signingSecret,
    requestTimeoutMs: settings.requestTimeoutMs,
    payoutTimeoutMs: settings.payoutTimeoutMs,
  });
  const callbacks = waveCallbacks(settings, secrets, clock);
  return {
    descriptor: describe(settings),
    collections: waveCollections(client, settings, clock),
    disbursements: waveDisbursements(client, settings),
    reversals: waveReversals(client, clock),
    receipts: waveReceipts(client),
    parties: waveParties(client),
    balances: waveBalances(client),
    statements: waveStatements(client),
    sessions: waveSessions(client),
    ...(callbacks ? { callbacks } : {}),
  };
}

function describe({ country, limits }: WaveSettings): PartnerDescriptor {
  const currency = WALLET_CURRENCIES[country];
  const limit = (range: { least: string; most: string }, wholeUnits: boolean): readonly AmountLimit[] => [
    { currency, ...range, wholeUnits },
  ];
  return {
    title: `Wave (${country})`,
    country,
    // A checkout takes the decimals that its currency has, a payout none at all.
    limits: {
      collections: limit(limits.collections, false),
      disbursements: limit(limits.disbursements, true),
    },
    payerTypes: ['msisdn'],
    payeeTypes: ['msisdn'],
    // A payer takes minutes, a payout that is not done at once takes seconds; a session's own expiry is looked at besides.
    enquiryTimetableMs: [3 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE, 8 * MINUTE],
    // Wave promises nothing of when a search shows what was just made: our own guess, on the safe side.
    visibilityDelayMs: 10 * SECOND,
    submitForMs: 5 * MINUTE,
    // A checkout session lives for half an hour.
    unresolvedAfterMs: 45 * MINUTE,
    // Wave has limits and does not publish them.
    pace: { default: { perSecond: 20, burst: 40, concurrency: 20 } },
  };
}
