import { cut, Money, MoneyError, type NextAction, type PartnerWord } from '#domain';
import {
  type Declined,
  type Order,
  type Pending,
  type Succeeded,
  UnmappedAnswer,
  type Unknown,
} from '#partner-kit';
import { reasonOf } from './wave.errors.js';
import { type WaveAttempt, type WavePayout, type WaveSession } from './wave.wire.js';

/** `checkout_status/payment_status` in our words. Source: Business API, "Checkout session", copies of 2022 to 2026. */
const SESSION_STATES = {
  'complete/succeeded': 'paid',
  'complete/processing': 'settling',
  'open/processing': 'open',
  'expired/cancelled': 'expired',
} as const satisfies Record<string, string>;
type SessionState = (typeof SESSION_STATES)[keyof typeof SESSION_STATES] | 'unmapped';

/** Why an attempt of the payer's failed, where Wave gives a code without a text. None of them is final. */
const ATTEMPT_ERRORS: Readonly<Record<string, string>> = {
  'insufficient-funds': 'the payer has too little money',
  'blocked-account': 'the account of the payer is blocked',
  'cross-border-payment-not-allowed': 'the payer is a customer of another country',
  'customer-age-restricted': 'the payer is under age',
  'kyb-limits-exceeded': 'a limit of our wallet would be exceeded',
  'payer-mobile-mismatch': 'another number than the one asked for tried to pay',
  'payment-failure': 'a technical failure',
};

const isTable = (table: object, key: string): boolean => Object.hasOwn(table, key);

/** @throws MoneyError */
export const moneyOf = (amount: string, currency: string): Money => Money.parseLenient(amount, currency);

/** For amounts that are good to know but decide nothing. */
export function moneyIfReadable(amount: string | null, currency: string): Money | undefined {
  if (amount === null) return undefined;
  try {
    return moneyOf(amount, currency);
  } catch (error) {
    if (error instanceof MoneyError) return undefined;
    throw error;
  }
}

export function stateOf({ checkout_status, payment_status }: WaveSession): SessionState {
  const both = `${checkout_status}/${payment_status}`;
  return isTable(SESSION_STATES, both) ? SESSION_STATES[both as keyof typeof SESSION_STATES] : 'unmapped';
}

/** The latest failed attempt, as the partner's word; the payer may try again while the session is open. */
const attemptWord = ({ last_payment_error: error }: WaveAttempt): PartnerWord | undefined =>
  error === null
    ? undefined
    : {
        code: error.code,
        message:
          error.message ??
          (isTable(ATTEMPT_ERRORS, error.code) ? ATTEMPT_ERRORS[error.code] : null) ??
          error.code,
      };

const redirectTo = (url: string | null): NextAction | undefined =>
  url === null ? undefined : { type: 'redirect', url };

export function toSessionOutcome(session: WaveSession): Succeeded | Pending | Declined | Unknown {
  const told = { reference: session.id, references: [session.id] };
  const partner = attemptWord(session);
  switch (stateOf(session)) {
    case 'paid':
      return { is: 'succeeded', ...told, receipt: session.transaction_id ?? undefined };
    case 'settling':
      return { is: 'pending', ...told, partner };
    case 'open':
      return {
        is: 'pending',
        ...told,
        partner,
        nextAction: redirectTo(session.wave_launch_url),
        expiresAt: session.when_expires ?? undefined,
      };
    case 'expired': {
      const lapsed = { code: 'expired', message: 'the checkout session is closed unpaid' };
      return { is: 'declined', ...told, reason: 'expired', partner: partner ?? lapsed, moneyMoved: 'no' };
    }
    case 'unmapped':
      return { is: 'unknown', ...told, cause: unmapped(session.checkout_status, session.payment_status) };
  }
}

/** One failed attempt decides nothing: the session ends by itself, later. */
export const toAttemptOutcome = (attempt: WaveAttempt): Pending => ({
  is: 'pending',
  reference: attempt.id,
  references: [attempt.id],
  partner: attemptWord(attempt),
});

/** News that a session is complete which its own statuses do not bear out. */
export const toUnexpectedNews = ({ id, checkout_status, payment_status }: WaveSession): Unknown => ({
  is: 'unknown',
  reference: id,
  references: [id],
  cause: unmapped('completed', checkout_status, payment_status),
});

export function toPayoutOutcome(payout: WavePayout): Succeeded | Pending | Declined | Unknown {
  const told = { reference: payout.id, references: [payout.id] };
  const fee = moneyIfReadable(payout.fee, payout.currency);
  switch (payout.status) {
    case 'processing':
      return { is: 'pending', ...told };
    case 'succeeded':
      return { is: 'succeeded', ...told, fee };
    case 'reversed': {
      // It was paid, and taken back by an operation of its own.
      const partner = { code: 'reversed', message: 'paid, and taken back since' };
      return { is: 'succeeded', ...told, fee, partner };
    }
    case 'failed':
      return toPayoutFailure(payout);
    default:
      return { is: 'unknown', ...told, cause: unmapped(payout.status) };
  }
}

function toPayoutFailure({ id, payout_error: error }: WavePayout): Declined | Unknown {
  const told = { reference: id, references: [id] };
  const reason = error && reasonOf(error.error_code);
  if (!error || !reason) {
    return { is: 'unknown', ...told, cause: unmapped('failed', error?.error_code ?? 'without a code') };
  }
  const partner = { code: error.error_code, message: error.error_message ?? error.error_code };
  return { is: 'declined', ...told, reason, partner, moneyMoved: 'no' };
}

/** @throws UnmappedAnswer where the partner holds another amount under our reference */
export function expectAmount(order: Order, amount: string, currency: string): void {
  if (moneyOf(amount, currency).equals(order.amount)) return;
  throw new UnmappedAnswer('Wave holds another amount under this reference');
}

/** Statuses are words of Wave's; they hold nothing secret, yet only so much of them is kept. */
const unmapped = (...statuses: readonly string[]): UnmappedAnswer =>
  new UnmappedAnswer(`Wave says ${cut(statuses.join('/'), 80)}`);

/** What decides first where one reference has several sessions: money, then what is not understood. */
const WEIGHT: Readonly<Record<SessionState, number>> = {
  paid: 0,
  unmapped: 1,
  settling: 2,
  open: 3,
  expired: 4,
};

/**
 * The session that tells what became of our order; null where there is none.
 * @throws UnmappedAnswer where more than one was paid
 */
export function tellingSession(sessions: readonly WaveSession[], reference: string): WaveSession | null {
  const ours = sessions
    .filter(({ client_reference }) => client_reference === null || client_reference === reference)
    .sort((one, other) => WEIGHT[stateOf(one)] - WEIGHT[stateOf(other)]);
  if (ours.filter((session) => stateOf(session) === 'paid').length > 1) {
    throw new UnmappedAnswer('more than one paid checkout session carries this reference');
  }
  return ours[0] ?? null;
}

/**
 * The payout of our order; null where there is none. One that failed counts only when there is no other.
 * @throws UnmappedAnswer where there are several
 */
export function tellingPayout(payouts: readonly WavePayout[], reference: string): WavePayout | null {
  const ours = payouts.filter(
    ({ client_reference }) => client_reference === null || client_reference === reference,
  );
  const alive = ours.filter(({ status }) => status !== 'failed');
  if (alive.length > 1) throw new UnmappedAnswer('more than one payout carries this reference');
  return alive[0] ?? ours[0] ?? null;
}
