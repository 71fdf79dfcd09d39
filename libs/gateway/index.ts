export { CallbackIntake, type Received } from './callbacks/intake.js';
export { Clients } from './clients/clients.js';
export { isClientSecret } from './clients/client-secret.js';
export { type Client, type ClientCredentials, type NewClient } from './clients/client.js';
export { GatewayModule } from './gateway.module.js';
export { type Answered as InboundAnswered, InboundDesk } from './inbound/inbound-desk.js';
export { Intake, type IntakeRequest, type IntakeResult } from './intake/intake.js';
export { INTAKE } from './intake/intake-statement.js';
export { CAPABILITY_OF, type Draft, Orders } from './intake/orders.js';
export { migrations } from './migrations/index.js';
export { SchemaCheck } from './migrations/schema-check.js';
export { type ActionResult, OperationActions, type RefusalCode } from './operations/actions.js';
export { type Operation } from './operations/operation.js';
export { OperationReader } from './operations/reader.js';
export { type ReversalRequest, type ReversalResult, Reversals } from './operations/reversals.js';
export {
  type Discrepancy,
  type DiscrepancyFilter,
  DiscrepancySearch,
} from './operations/search-discrepancies.js';
export { OperationSearch, type SearchFilter, type SearchPage } from './operations/search.js';
export { type TimelineEntry } from './operations/timeline-entries.js';
export { Timeline } from './operations/timeline.js';
export { isSettledForCaller, OperationWatch } from './operations/watch.js';
export { type GateState } from './partners/gate.js';
export { CapabilityNotSupported, PartnerSwitchedOff, UnknownPartner } from './partners/partner-errors.js';
export { type BalanceResult } from './partners/balance-desk.js';
export { type BalanceReading } from './partners/balance-readings.js';
export { type Answered, type Turned } from './partners/gated-calls.js';
export { PartnerDesk } from './partners/partner-desk.js';
export { type PartnerView } from './partners/partner-view.js';
export { type FoundSession, type SessionFilters } from './partners/session-search.js';
export { PartnerGates } from './partners/partner-gates.js';
export { PartnerHealthProbe } from './partners/partner-health-probe.js';
