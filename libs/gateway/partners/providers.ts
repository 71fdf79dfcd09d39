import { BalanceDesk } from './balance-desk.js';
import { BalanceReadings } from './balance-readings.js';
import { BalanceWatch } from './balance-watch.js';
import { ExpiryWatch } from './expiry-watch.js';
import { GateReports } from './gate-reports.js';
import { GatedCalls } from './gated-calls.js';
import { PartnerDesk } from './partner-desk.js';
import { PartnerGates } from './partner-gates.js';
import { PartnerHealthProbe } from './partner-health-probe.js';
import { SessionOperations } from './session-operations.js';
import { SessionSearch } from './session-search.js';
import { TokenEnds } from './tokens/token-ends.js';

/** Everything here that Nest makes. They need `Database`, `SystemClock` and `PartnerRegistry` from elsewhere. */
export const partnerProviders = [
  ...[GateReports, PartnerGates, PartnerHealthProbe, ExpiryWatch, TokenEnds],
  ...[GatedCalls, PartnerDesk],
  ...[BalanceReadings, BalanceWatch, BalanceDesk],
  ...[SessionOperations, SessionSearch],
] as const;
