import { Foundation1763683200000 } from './0001-foundation.js';
import { ReceiptMarks1763769600000 } from './0002-receipt-marks.js';
import { SearchIndexes1763773200000 } from './0003-search-indexes.js';
import { Confirmations1763776800000 } from './0004-confirmations.js';
import { Inbound1763780400000 } from './0005-inbound.js';
import { MemosAndTopics1763784000000 } from './0006-memos-and-topics.js';
import { RequestsToPay1763784000001 } from './0007-requests-to-pay.js';
import { AnswersToldLater1763787600000 } from './0008-answers-told-later.js';
import { QuotesForSeveralPayments1763791200000 } from './0009-quotes-for-several-payments.js';
import { Messages1763794800000 } from './0010-messages.js';
import { ClaimedNames1763798400000 } from './0011-claimed-names.js';
import { MonthsOneByOne1763802000000 } from './0012-months-one-by-one.js';
import { PartnerSightings1763805600000 } from './0013-partner-sightings.js';

/** In order; each is written once and never edited after a release. */
export const migrations = [
  Foundation1763683200000,
  ReceiptMarks1763769600000,
  SearchIndexes1763773200000,
  Confirmations1763776800000,
  Inbound1763780400000,
  MemosAndTopics1763784000000,
  RequestsToPay1763784000001,
  AnswersToldLater1763787600000,
  QuotesForSeveralPayments1763791200000,
  Messages1763794800000,
  ClaimedNames1763798400000,
  MonthsOneByOne1763802000000,
  PartnerSightings1763805600000,
] as const;
