import { type Scenario } from '../world.js';
import { aDayLater } from './callback-a-day-later.js';
import { acknowledgedOnceStored } from './callback-acknowledged-once-stored.js';
import { callbackBeforeAnswer } from './callback-before-answer.js';
import { fiftyAtOnce } from './callback-fifty-at-once.js';
import { lies } from './callback-lies.js';
import { poison } from './callback-poison.js';
import { unaskedReceipts } from './callback-unasked-receipts.js';
import { calm } from './calm.js';
import { confirmationAway } from './confirmation-away.js';
import { confirmationCrashes } from './confirmation-crashes.js';
import { afterPartnerReceived } from './crash-after-partner-received.js';
import { betweenCommitAndAnswer } from './crash-between-commit-and-answer.js';
import { insideBatch } from './crash-inside-batch.js';
import { rollingRestart } from './crash-rolling-restart.js';
import { whileFetchingToken } from './crash-while-fetching-token.js';
import { databaseFull } from './database-full.js';
import { databaseKilled } from './database-killed.js';
import { noConnectionLeft } from './database-out-of-connections.js';
import { announcedAtOnce } from './inbound-announced-at-once.js';
import { inboundApiCrashes } from './inbound-api-crashes.js';
import { keptCredit } from './inbound-kept-credit.js';
import { inboundLateCredit } from './inbound-late-credit.js';
import { inboundNews } from './inbound-news.js';
import { inboundToldLater } from './inbound-told-later.js';
import { inboundWorkerCrashes } from './inbound-worker-crashes.js';
import { fiftyIdentical } from './intake-fifty-identical.js';
import { keyOfAnotherClient } from './intake-key-of-another-client.js';
import { poisonedRow } from './intake-poisoned-row.js';
import { everythingDueAtOnce } from './lease-everything-due-at-once.js';
import { lateOwner } from './lease-late-owner.js';
import { payerCrashes } from './payer-crashes.js';
import { badWire } from './partner-bad-wire.js';
import { sickNeighbour } from './partner-sick-neighbour.js';
import { silenceAfterActing } from './partner-silence-after-acting.js';
import { silenceBeforeActing } from './partner-silence-before-acting.js';
import { tokenRevoked } from './partner-token-revoked.js';
import { reversalRacesSuccess } from './reversal-races-late-success.js';
import { reversalsAtOnce } from './reversal-twice-at-once.js';
import { switchCrashes } from './switch-crashes.js';
import { switchNews } from './switch-news.js';

/** Of partners that ask before they move money, and bring money to customers of ours. */
export const SCHEME_SCENARIOS: readonly Scenario[] = [
  confirmationCrashes,
  confirmationAway,
  inboundApiCrashes,
  inboundWorkerCrashes,
  inboundLateCredit,
  inboundNews,
  announcedAtOnce,
  keptCredit,
  switchCrashes,
  inboundToldLater,
  switchNews,
  payerCrashes,
];

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  calm,
  betweenCommitAndAnswer,
  afterPartnerReceived,
  insideBatch,
  poisonedRow,
  fiftyIdentical,
  keyOfAnotherClient,
  databaseKilled,
  databaseFull,
  noConnectionLeft,
  rollingRestart,
  lateOwner,
  everythingDueAtOnce,
  silenceAfterActing,
  silenceBeforeActing,
  callbackBeforeAnswer,
  fiftyAtOnce,
  aDayLater,
  lies,
  acknowledgedOnceStored,
  whileFetchingToken,
  tokenRevoked,
  // Not after one whose own stack would be started beside it: it measures.
  sickNeighbour,
  poison,
  reversalRacesSuccess,
  reversalsAtOnce,
  badWire,
  unaskedReceipts,
  ...SCHEME_SCENARIOS,
];
