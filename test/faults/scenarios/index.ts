import { type Scenario } from '../world.js';
import { aDayLater } from './callback-a-day-later.js';
import { acknowledgedOnceStored } from './callback-acknowledged-once-stored.js';
import { callbackBeforeAnswer } from './callback-before-answer.js';
import { fiftyAtOnce } from './callback-fifty-at-once.js';
import { lies } from './callback-lies.js';
import { poison } from './callback-poison.js';
import { unaskedReceipts } from './callback-unasked-receipts.js';
import { calm } from './calm.js';
import { badWire } from './partner-bad-wire.js';
import { sickNeighbour } from './partner-sick-neighbour.js';
import { silenceAfterActing } from './partner-silence-after-acting.js';
import { silenceBeforeActing } from './partner-silence-before-acting.js';
import { tokenRevoked } from './partner-token-revoked.js';
import { reversalRacesSuccess } from './reversal-races-late-success.js';
import { reversalsAtOnce } from './reversal-twice-at-once.js';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  calm,
  silenceAfterActing,
  silenceBeforeActing,
  callbackBeforeAnswer,
  fiftyAtOnce,
  aDayLater,
  lies,
  acknowledgedOnceStored,
  sickNeighbour,
  tokenRevoked,
  poison,
  reversalRacesSuccess,
  reversalsAtOnce,
  badWire,
  unaskedReceipts,
];
