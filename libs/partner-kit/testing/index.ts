export {
  type ContractOrders,
  type DeclinedDraft,
  type MovingOrders,
  type OrderDraft,
  type PartnerSetUp,
  type QuoteDraft,
  type QuotedOrders,
} from './contract.js';
export { describePartner } from './describe-partner.js';
export { MemorySightings } from './memory-sightings.js';
export { type BookEntry, type PartnerFault, type PartnerUnderTest } from './partner-under-test.js';
export { type SandboxOverrides, startSandboxFor } from './start-sandbox.js';
