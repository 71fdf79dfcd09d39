/** Whose doing a failure is: who has to act before it can go better. */
export type Fault = 'payer' | 'payee' | 'client' | 'partner' | 'configuration' | 'gateway' | 'nobody';

interface ReasonFacts {
  /** May a new operation with the same content succeed without anybody changing it? */
  readonly retryable: boolean;
  readonly fault: Fault;
  /** One sentence for a person. */
  readonly title: string;
}

/** Every reason an operation can fail for: stable, the same for every partner. */
export const FAILURE_REASONS = {
  insufficient_funds: { retryable: true, fault: 'payer', title: 'The side that pays has too little money' },
  payer_cancelled: { retryable: true, fault: 'payer', title: 'The payer said no' },
  payer_timeout: { retryable: true, fault: 'payer', title: 'The payer did not answer in time' },
  payer_unreachable: { retryable: true, fault: 'payer', title: 'The payer could not be reached' },
  authentication_failed: { retryable: true, fault: 'payer', title: 'The payer gave a wrong PIN or code' },
  limit_exceeded: {
    retryable: false,
    fault: 'client',
    title: 'A limit of the payer or the payee would be exceeded',
  },
  invalid_party: {
    retryable: false,
    fault: 'client',
    title: 'The partner does not know this payer or payee',
  },
  party_inactive: {
    retryable: false,
    fault: 'payee',
    title: 'The account of the payer or the payee is blocked or dormant',
  },
  duplicate: {
    retryable: false,
    fault: 'client',
    title: 'The partner takes this for a repeat of another request',
  },
  amount_invalid: { retryable: false, fault: 'client', title: 'The partner does not take this amount' },
  quote_expired: { retryable: true, fault: 'client', title: 'The quote was not accepted in time' },
  expired: { retryable: true, fault: 'nobody', title: 'It was not completed in time' },
  compliance_blocked: { retryable: false, fault: 'payee', title: 'Stopped by a compliance rule' },
  partner_unavailable: { retryable: true, fault: 'partner', title: 'The partner could not be reached' },
  partner_throttled: {
    retryable: true,
    fault: 'partner',
    title: 'The partner takes no more requests for now',
  },
  partner_rejected: { retryable: false, fault: 'partner', title: 'The partner refused' },
  partner_misconfigured: {
    retryable: false,
    fault: 'configuration',
    title: 'The set-up between us and the partner is wrong',
  },
  not_permitted: {
    retryable: false,
    fault: 'configuration',
    title: 'The partner does not allow us to do this',
  },
  internal: { retryable: false, fault: 'gateway', title: 'A fault of the gateway' },
} as const satisfies Record<string, ReasonFacts>;

export type FailureReason = keyof typeof FAILURE_REASONS;

/** Did money move? The one thing that every caller needs to know of a failure. */
export type MoneyMoved = 'no' | 'yes' | 'unknown';

/** The partner's own code and text, kept as they came. */
export interface PartnerWord {
  readonly code: string;
  readonly message: string;
}

/** Why an operation failed, in our words and the partner's. */
export interface Failure {
  readonly reason: FailureReason;
  readonly retryable: boolean;
  readonly moneyMoved: MoneyMoved;
  readonly partner: PartnerWord | null;
}

/** A failure with what the table says of its reason; nothing is asked for anew while its money may still move. */
export function failure(
  reason: FailureReason,
  moneyMoved: MoneyMoved,
  partner: PartnerWord | null = null,
): Failure {
  const retryable = moneyMoved === 'no' && FAILURE_REASONS[reason].retryable;
  return { reason, retryable, moneyMoved, partner };
}
