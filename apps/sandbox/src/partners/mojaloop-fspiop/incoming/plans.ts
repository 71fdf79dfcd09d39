/** How a payment to a customer of the bank's goes, apart from what the bank says to it. */
export interface Plan {
  /** The last thing that is asked of the bank; without it, everything. */
  readonly until?: 'party' | 'quote';
  /** What the transfer says that was not agreed upon. */
  readonly carries?: 'other-amount' | 'another-packet' | 'another-payer';
  /** Who signs the transfer: with a key that is not the sender's, or nobody. */
  readonly signs?: 'stranger' | 'nobody';
  /** Its time is over before it is sent. */
  readonly isLate?: true;
  /** The same transfer is sent a second time. */
  readonly repeats?: 'afterwards' | 'with-other-amount';
  /** What the switch decides; without it, as the bank answers. */
  readonly decides?: 'abort-before-answer' | 'abort-after-answer' | 'never';
  /** What the switch says of its decision by itself; without it, what it has decided. */
  readonly tells?: 'nothing' | 'through-the-payer';
}

/** What the control API may ask for by name. Notifications that go astray are faults, as for any callback. */
export const plans = {
  plain: {},
  'lookup-only': { until: 'party' },
  'quote-only': { until: 'quote' },
  'other-amount': { carries: 'other-amount' },
  'another-packet': { carries: 'another-packet' },
  'another-payer': { carries: 'another-payer' },
  forged: { signs: 'stranger' },
  unsigned: { signs: 'nobody' },
  'sent-late': { isLate: true },
  repeated: { repeats: 'afterwards' },
  'modified-repeat': { repeats: 'with-other-amount' },
  'answered-late': { decides: 'abort-before-answer' },
  aborted: { decides: 'abort-after-answer' },
  'aborted-silently': { decides: 'abort-after-answer', tells: 'nothing' },
  untold: { tells: 'nothing' },
  'told-by-payer': { tells: 'through-the-payer' },
  undecided: { decides: 'never' },
} as const satisfies Readonly<Record<string, Plan>>;

export type PlanName = keyof typeof plans;
export const planNames = Object.keys(plans) as PlanName[];
