import { formatCents, parseCents } from './cents.js';
import { type ShortCodeSettings } from './settings.js';

export type Account =
  | 'Working Account'
  | 'Utility Account'
  | 'Merchant Account'
  | 'Charges Paid Account'
  | 'Organization Settlement Account';

/** Where a paybill or till wants to hear of its customers' payments. */
export interface NotificationUrls {
  readonly version: 'v1' | 'v2';
  /** What happens to a payment when validation does not answer. */
  readonly responseType: 'Completed' | 'Cancelled';
  readonly confirmationUrl: string;
  readonly validationUrl: string;
}

/** One short code of the bank with its accounts, in cents. */
export class Organization {
  readonly number: string;
  readonly till: string | undefined;
  readonly kind: ShortCodeSettings['kind'];
  urls: NotificationUrls | undefined;
  readonly #name: string;
  readonly #accounts = new Map<Account, bigint>();

  constructor(settings: ShortCodeSettings) {
    this.number = settings.number;
    this.till = settings.till;
    this.kind = settings.kind;
    this.#name = settings.name;
    this.#accounts.set('Working Account', parseCents(settings.working));
    this.#accounts.set('Utility Account', parseCents(settings.utility));
    if (settings.kind === 'store') this.#accounts.set('Merchant Account', parseCents(settings.merchant));
    this.#accounts.set('Charges Paid Account', 0n);
    this.#accounts.set('Organization Settlement Account', 0n);
  }

  /** `600997 - Acme Payouts` */
  get publicName(): string {
    return `${this.number} - ${this.#name}`;
  }

  get name(): string {
    return this.#name;
  }

  /** Where customers' payments land. */
  get receiving(): Account {
    return this.kind === 'store' ? 'Merchant Account' : 'Utility Account';
  }

  balance(account: Account): bigint {
    return this.#accounts.get(account) ?? 0n;
  }

  total(): bigint {
    return [...this.#accounts.values()].reduce((sum, cents) => sum + cents, 0n);
  }

  add(account: Account, cents: bigint): void {
    this.#accounts.set(account, this.balance(account) + cents);
  }

  /** Name, currency, current, available, reserved and uncleared of every account. */
  balanceLine(): string {
    return [...this.#accounts.keys()].map((account) => this.accountLine(account)).join('&');
  }

  accountLine(account: Account): string {
    const amount = formatCents(this.balance(account));
    return `${account}|KES|${amount}|${amount}|0.00|0.00`;
  }

  /** Minimum units are cents. */
  amountLine(account: Account): string {
    const cents = this.balance(account);
    return `{Amount={CurrencyCode=KES, MinimumAmount=${cents}, BasicAmount=${formatCents(cents)}}}`;
  }

  accounts(): readonly (readonly [Account, bigint])[] {
    return [...this.#accounts];
  }
}
