export { type Clock } from './clock.js';
export { CURRENCIES, type Currency, isCurrency } from './currency.js';
export { isId, lowestIdAt, newId } from './ids.js';
export {
  type Actor,
  canMove,
  type ConfirmAction,
  CONFIRMATION_MODES,
  CONFIRMATION_STEPS,
  type ConfirmationMode,
  type ConfirmationStep,
  DISCREPANCY_KINDS,
  type DiscrepancyKind,
  FIRST_STATES,
  isTerminal,
  needsCaller,
  NEXT_STATES,
  type NextAction,
  type OfferedParty,
  type OfferedQuote,
  OPERATION_KINDS,
  OPERATION_STATES,
  type OperationKind,
  type OperationState,
} from './life.js';
export { Money, MoneyError, type MoneyJson } from './money.js';
export { type Country, Msisdn, MsisdnError } from './msisdn.js';
export { maskParty, maskPartyValue, type Party, PARTY_TYPES, type PartyType } from './party.js';
export { randomBytes } from './random.js';
export {
  type Failure,
  failure,
  FAILURE_REASONS,
  type FailureReason,
  type Fault,
  type MoneyMoved,
  type PartnerWord,
} from './reasons.js';
export { cut, isLongerThan, isStorable } from './text.js';
