export {
  type AdapterDefinition,
  type AmountLimit,
  CAPABILITIES,
  capabilitiesOf,
  type Capability,
  type Certificate,
  defineAdapter,
  type Pace,
  type PartnerAdapter,
  type PartnerContext,
  type PartnerDescriptor,
} from './port/adapter.js';
export {
  type About,
  type BalanceNotice,
  type CallbackAnswer,
  type Callbacks,
  type CallbackStrength,
  type IgnoredNotice,
  type Notice,
  type OutcomeNotice,
  type RawCallback,
  type ReceiptFit,
  type ReceiptNotice,
  type ReplyNotice,
  type Verdict,
} from './port/callback.js';
export {
  type Inbound,
  type InboundCredit,
  type InboundHealth,
  type InboundLookup,
  type InboundNews,
  type InboundObjection,
  type InboundOffer,
  type InboundParty,
  type InboundQuestion,
  type InboundQuote,
  type InboundRefusal,
  InboundRefused,
  type InboundReply,
  type InboundRequest,
  type InboundStanding,
  type InboundTransfer,
} from './port/inbound.js';
export {
  type AccountBalance,
  type AccountStatus,
  type BalanceAnswer,
  type Balances,
  type Collections,
  type Confirmable,
  type Disbursements,
  type Enquirable,
  type Parties,
  type PartnerSession,
  type PartyAnswer,
  type PartyQuestion,
  type QuoteAnswer,
  type QuoteQuestion,
  type Quotes,
  type Receipts,
  type Registration,
  type Reversals,
  type SessionQuery,
  type Sessions,
  type StatementLine,
  type StatementPage,
  type Statements,
} from './port/capabilities.js';
export {
  AdapterFault,
  NoAnswer,
  NotReached,
  NotThereYet,
  OrderRefused,
  PartnerBusy,
  TooSlow,
  UnmappedAnswer,
  UnreadableAnswer,
  UnreadableCallback,
} from './port/errors.js';
export { type Order, type PaymentMarks, type SubmittedOrder } from './port/order.js';
export {
  type AnswerFollows,
  type Declined,
  type EnquiryOutcome,
  type NeedsConfirmation,
  type NotFound,
  type NotSent,
  type Outcome,
  type Pending,
  type Succeeded,
  type Unknown,
} from './port/outcome.js';
export { type Sightings, type Span } from './port/sightings.js';
export { type FreshToken, type TokenStore } from './port/tokens.js';
export { CallTime } from './http/call-time.js';
export { overhear, type PartnerMessage } from './http/overhear.js';
export { type ClientTls, type PartnerHttp, type PartnerRequest, type Reply } from './http/partner-http.js';
export {
  decimalText,
  type Json,
  type JsonObject,
  listOf,
  optionalText,
  plainDecimal,
  readJson,
  text,
} from './json.js';
export {
  beforeSending,
  isUnreadable,
  readCallbackBody,
  readingCallback,
  settle,
  settleEnquiry,
} from './settle.js';
export {
  type ClosablePartnerHttp,
  createPartnerHttp,
  type PartnerExchange,
  type PartnerHttpOptions,
} from './http/undici-http.js';
export {
  type ConfigurationProblem,
  type DoorTls,
  type InboundConfiguration,
  type PartnerConfiguration,
  PartnerConfigurationError,
  UnknownPartner,
} from './registry/configuration.js';
export { type Partner, PartnerRegistry, type RegistryOptions } from './registry/registry.js';
export { type PartnerCall, type PartnerLog } from './registry/report.js';
