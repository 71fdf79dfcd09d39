import {
  type ConfirmationMode,
  type ConfirmationStep,
  type Currency,
  type Failure,
  Money,
  type NextAction,
  type OperationKind,
  type OperationState,
  type Party,
  type PartyType,
} from '#domain';
import { type JsonObject } from '#partner-kit';

/** One movement of money that we were asked for or told of, as it stands. */
export interface Operation {
  /** UUIDv7. */
  readonly id: string;
  /** Null for money that came unasked. */
  readonly clientId: string | null;
  readonly kind: OperationKind;
  readonly partner: string;
  readonly state: OperationState;
  /** How many transitions it has had; every move names the version it saw. */
  readonly version: number;
  readonly amount: Money;
  readonly fee: Money | null;
  readonly payer: Party | null;
  readonly payee: Party | null;
  readonly reference: string | null;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly method: string | null;
  readonly returnUrls: { readonly success: string; readonly failure: string } | null;
  /** The operation that this one undoes. */
  readonly reverses: string | null;
  /** The receipt or payment whose money this one passes on to a customer of ours. */
  readonly passesOn: string | null;
  readonly batch: string | null;
  /** What ties it to the request that asked for it, in logs and traces. */
  readonly origin: { readonly correlationId: string | null; readonly traceparent: string | null };
  readonly nextAction: NextAction | null;
  /** Who answers the partner's questions, as the request asked for it; null: as the partner is configured. */
  readonly confirmation: ConfirmationMode | null;
  /** The question that has got its yes; null while it waits for one, or where none was asked. */
  readonly confirmedStep: ConfirmationStep | null;
  readonly partnerReference: string | null;
  readonly receipt: string | null;
  /** A receipt that a callback of weak authentication names, until an enquiry names it too. */
  readonly claimedReceipt: string | null;
  /** What news that proves nothing calls it, the main name first: to ask the partner by, and for nothing else. */
  readonly claimedNames: readonly string[] | null;
  readonly failure: Failure | null;
  /** What the partner's adapter has kept with it, and alone understands. */
  readonly memo: JsonObject | null;
  readonly attempts: number;
  readonly enquiries: number;
  /** The enquiry that said that the partner does not know it, after its visibility delay; 0: none. */
  readonly notFound: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly submittedAt: Date | null;
  readonly completedAt: Date | null;
  readonly expiresAt: Date | null;
  /** By some moment it has to be resolved. Of what has ended: a callback claims that it was paid after all, or it may be. */
  readonly hasDeadline: boolean;
}

/** A row of the table `operations`, as `pg` reads it. */
export interface OperationRow {
  id: string;
  client_id: string | null;
  kind: OperationKind;
  partner: string;
  state: OperationState;
  version: number;
  amount_minor: bigint;
  currency: Currency;
  fee_minor: bigint | null;
  payer_type: PartyType | null;
  payer_value: string | null;
  payer_account: string | null;
  payer_name: string | null;
  payee_type: PartyType | null;
  payee_value: string | null;
  payee_account: string | null;
  payee_name: string | null;
  reference: string | null;
  description: string | null;
  metadata: Record<string, string> | null;
  method: string | null;
  return_urls: { success: string; failure: string } | null;
  reverses: string | null;
  passes_on: string | null;
  batch: string | null;
  correlation_id: string | null;
  traceparent: string | null;
  next_action: NextAction | null;
  confirmation: ConfirmationMode | null;
  confirmed_step: ConfirmationStep | null;
  partner_reference: string | null;
  receipt: string | null;
  claimed_receipt: string | null;
  claimed_names: string[] | null;
  failure: Failure | null;
  memo: JsonObject | null;
  attempts: number;
  enquiries: number;
  not_found: number;
  created_at: Date;
  updated_at: Date;
  submitted_at: Date | null;
  completed_at: Date | null;
  expires_at: Date | null;
  deadline_at: Date | null;
}

function partyOf(type: PartyType | null, value: string | null, account: string | null, name: string | null) {
  if (type === null || value === null) return null;
  return { type, value, ...(account === null ? {} : { account }), ...(name === null ? {} : { name }) };
}

export function toOperation(row: OperationRow): Operation {
  return {
    id: row.id,
    clientId: row.client_id,
    kind: row.kind,
    partner: row.partner,
    state: row.state,
    version: row.version,
    amount: Money.ofMinor(row.amount_minor, row.currency),
    fee: row.fee_minor === null ? null : Money.ofMinor(row.fee_minor, row.currency),
    payer: partyOf(row.payer_type, row.payer_value, row.payer_account, row.payer_name),
    payee: partyOf(row.payee_type, row.payee_value, row.payee_account, row.payee_name),
    reference: row.reference,
    description: row.description,
    metadata: row.metadata,
    method: row.method,
    returnUrls: row.return_urls,
    reverses: row.reverses,
    passesOn: row.passes_on,
    batch: row.batch,
    origin: { correlationId: row.correlation_id, traceparent: row.traceparent },
    nextAction: row.next_action,
    confirmation: row.confirmation,
    confirmedStep: row.confirmed_step,
    partnerReference: row.partner_reference,
    receipt: row.receipt,
    claimedReceipt: row.claimed_receipt,
    claimedNames: row.claimed_names,
    failure: row.failure,
    memo: row.memo,
    attempts: row.attempts,
    enquiries: row.enquiries,
    notFound: row.not_found,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    submittedAt: row.submitted_at,
    completedAt: row.completed_at,
    expiresAt: row.expires_at,
    hasDeadline: row.deadline_at !== null,
  };
}
