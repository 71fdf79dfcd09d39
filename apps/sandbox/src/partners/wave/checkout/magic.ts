/** Why an attempt to pay failed: `last_payment_error.code`, with its text. */
export const paymentErrors = {
  'insufficient-funds': "The payer's balance is too low.",
  'blocked-account': "The payer's account is blocked.",
  'cross-border-payment-not-allowed': 'The payer is from another country.',
  'customer-age-restricted': 'The payer is under age.',
  'kyb-limits-exceeded': "The payment would exceed the merchant's limit.",
  'payer-mobile-mismatch': 'Another number than the one that was asked for.',
  'payment-failure': 'The payment failed.',
} as const;
export type PaymentErrorCode = keyof typeof paymentErrors;
export type Attempt = 'succeed' | PaymentErrorCode;

/** What the payer does by himself, one `payAfterMs` apart, by the last two digits of `restrict_payer_mobile`. */
const scripts: Readonly<Record<string, readonly Attempt[]>> = {
  '11': ['insufficient-funds'],
  '12': ['blocked-account'],
  '13': ['cross-border-payment-not-allowed'],
  '14': ['customer-age-restricted'],
  '15': ['kyb-limits-exceeded'],
  '16': ['payer-mobile-mismatch'],
  '17': ['payment-failure'],
  '18': [],
  '19': ['insufficient-funds', 'succeed'],
};

export const scriptFor = (restrictedTo: string | undefined): readonly Attempt[] =>
  scripts[restrictedTo?.slice(-2) ?? ''] ?? ['succeed'];
