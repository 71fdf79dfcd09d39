import { type DiscrepancyKind } from '#domain';

/** What open discrepancies may say for themselves: none explains anything but what its kind means. */
type Kinds = readonly DiscrepancyKind[];

/** An operation that has not ended. It is settled by rule as soon as the operation has. */
export const EXPLAINS_NO_END: Kinds = ['unresolved_past_deadline'];

/**
 * An operation that has ended, and of which nobody knows whether its money moved: it was not made certain in time, or what
 * the partner says contradicts itself, and is not asked about any more.
 */
export const EXPLAINS_DOUBT: Kinds = ['unresolved_past_deadline', 'contradictory_news', 'amount_mismatch'];

/**
 * Of a receipt, its credit or what takes that back: a customer has more than the scheme owes, which is still to be mended, or
 * cannot be.
 */
export const EXPLAINS_MISPASSED: Kinds = ['credit_not_taken_back', 'unresolved_past_deadline'];

/** Of the same: a customer has less. */
export const EXPLAINS_UNCREDITED: Kinds = ['committed_not_credited', 'unresolved_past_deadline'];

/**
 * Money moved for what ended otherwise: the partner says both, or another amount; a refusal that may turn was not made
 * certain in time; what was refused to a scheme is settled by it all the same.
 */
export const EXPLAINS_MOVED: Kinds = [
  'contradictory_news',
  'amount_mismatch',
  'unresolved_past_deadline',
  'committed_not_credited',
];

/** Nothing moved for what succeeded: the partner says both, or the books have the money of a receipt as that of a payment. */
export const EXPLAINS_UNMOVED: Kinds = ['contradictory_news', 'ambiguous_receipt'];

export const EXPLAINS_AMOUNT: Kinds = ['amount_mismatch'];

/** A reversal gave back something else than it says. */
export const EXPLAINS_REVERSAL: Kinds = ['contradictory_news', 'amount_mismatch', 'unresolved_past_deadline'];

/** Something was given back of an operation that no reversal says: the partner refuses what has succeeded. */
export const EXPLAINS_GIVEN_BACK: Kinds = ['contradictory_news'];

interface Flagged {
  readonly flags: readonly string[];
}

export const isExplained = ({ flags }: Flagged, by: Kinds): boolean =>
  by.some((kind) => flags.includes(kind));

/** As a list in SQL. */
export const inSql = (kinds: Kinds): string => kinds.map((kind) => `'${kind}'`).join(', ');
