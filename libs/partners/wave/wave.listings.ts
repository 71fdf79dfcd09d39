import { Msisdn, MsisdnError, type Party } from '#domain';
import { type PartnerSession, type PartyAnswer, type StatementLine, UnreadableAnswer } from '#partner-kit';
import { moneyIfReadable, moneyOf } from './wave.mapper.js';
import { type WaveRecipient, type WaveRow, type WaveSession } from './wave.wire.js';

/** `name_match` in our words; a name that Wave does not know says neither. Source: Business API, "Verify recipient". */
const NAME_MATCHES = new Map<string, boolean | null>([
  ['MATCH', true],
  ['NO_MATCH', false],
  ['NAME_NOT_KNOWN', null],
]);

/** @throws UnreadableAnswer on a match that the table does not know */
export function toPartyAnswer(recipient: WaveRecipient): PartyAnswer {
  const match = recipient.name_match ?? null;
  const nameMatches = match === null ? null : NAME_MATCHES.get(match);
  if (nameMatches === undefined) throw new UnreadableAnswer('name_match: not a word that is known');
  // Whether a number without an account is refused here is not documented: existence stays untold.
  return { exists: null, name: null, nameMatches, withinLimits: recipient.within_limits ?? null };
}

/** Null where it is no telephone number: what decides does not depend on it. */
export function msisdnParty(mobile: string | null, name?: string | null): Party | null {
  if (mobile === null) return null;
  try {
    return { type: 'msisdn', value: Msisdn.parse(mobile).e164, ...(name ? { name } : {}) };
  } catch (error) {
    if (error instanceof MsisdnError) return null;
    throw error;
  }
}

export const merchantParty = (id: string | null, name?: string | null): Party | null =>
  id === null ? null : { type: 'merchant', value: id, ...(name ? { name } : {}) };

/** @throws UnreadableAnswer where the session does not say when it was made */
export function toPartnerSession(session: WaveSession): PartnerSession {
  const { last_payment_error: error } = session;
  if (session.when_created === null) throw new UnreadableAnswer('when_created: missing');
  return {
    id: session.id,
    reference: session.client_reference,
    transaction: session.transaction_id,
    status: `${session.checkout_status}/${session.payment_status}`,
    amount: moneyOf(session.amount, session.currency),
    payer: msisdnParty(session.restrict_payer_mobile),
    createdAt: session.when_created,
    completedAt: session.when_completed,
    expiresAt: session.when_expires,
    lastError: error && { code: error.code, message: error.message ?? error.code },
  };
}

/** A reversing row can repeat the original's transaction: the three of `partnerReference`, `type`, `isReversal` are unique. */
export const toStatementLine = (row: WaveRow): StatementLine => ({
  partnerReference: row.transaction_id,
  type: row.transaction_type,
  isReversal: row.is_reversal ?? false,
  at: row.timestamp,
  amount: moneyOf(row.amount, row.currency),
  fee: moneyIfReadable(row.fee, row.currency) ?? null,
  balanceAfter: moneyIfReadable(row.balance, row.currency) ?? null,
  counterparty:
    msisdnParty(row.counterparty_mobile, row.counterparty_name) ??
    merchantParty(row.counterparty_id, row.counterparty_name),
  reference: row.client_reference,
  references: row.checkout_api_session_id === null ? [] : [row.checkout_api_session_id],
});
