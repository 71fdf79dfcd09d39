/** How a payment to a customer of ours goes, apart from what the connector answers. */
export interface Plan {
  /** The last thing that is asked of the connector; without it, everything. */
  readonly until?: 'party' | 'quote';
  /** What the transfer says that was not agreed upon. */
  readonly carries?: 'no-quote' | 'other-amount';
  /** The same transfer is sent a second time. */
  readonly repeats?: 'afterwards' | 'at-once' | 'with-other-amount';
  /** What the switch decides; without it, as the connector answers. */
  readonly decides?: 'abort-before-answer' | 'abort-after-answer' | 'commit-anyway' | 'never';
  /** The final notification is sent whatever was answered, not only where the release sends one. */
  readonly alwaysNotifies?: true;
  /** What the notification says, beside the plain outcome. */
  readonly notifies?: 'error' | 'without-record';
  /** In the end the payer's side asks the connector what it knows. */
  readonly asksBack?: true;
}

/** What the control API may ask for by name. Notifications that go astray are faults, as for any callback. */
export const plans = {
  plain: {},
  'lookup-only': { until: 'party' },
  'quote-only': { until: 'quote' },
  unquoted: { carries: 'no-quote' },
  'other-amount': { carries: 'other-amount' },
  repeated: { repeats: 'afterwards' },
  'repeated-at-once': { repeats: 'at-once' },
  'modified-repeat': { repeats: 'with-other-amount' },
  'answered-late': { decides: 'abort-before-answer' },
  expired: { decides: 'abort-after-answer' },
  'abort-notified': { alwaysNotifies: true },
  'committed-anyway': { decides: 'commit-anyway', alwaysNotifies: true },
  undecided: { decides: 'never' },
  'error-notified': { notifies: 'error' },
  'record-lost': { notifies: 'without-record' },
  'asked-back': { asksBack: true },
} as const satisfies Readonly<Record<string, Plan>>;

export type PlanName = keyof typeof plans;
export const planNames = Object.keys(plans) as PlanName[];
