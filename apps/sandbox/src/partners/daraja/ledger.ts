import { type Balance, type Books, type Entry } from '../../kit/books.js';
import { type SandboxClock } from '../../kit/clock.js';
import { formatCents, parseCents } from './cents.js';
import { newReceipt } from './ids.js';
import { type Account, Organization } from './organization.js';
import { type DarajaSettings } from './settings.js';

/** One movement of money, or the attempt of one, as the partner keeps it. */
export interface Transaction {
  readonly kind: 'c2b' | 'b2c' | 'b2b' | 'reversal';
  readonly organization: Organization;
  /** The other side: an MSISDN or a short code. */
  readonly party: string;
  readonly cents: bigint;
  /** What the request carried of its sender's own. */
  readonly reference: string;
  /** CheckoutRequestID, ConversationID, or the receipt of an unasked payment. */
  readonly partnerReference: string;
  readonly conversationId?: string;
  readonly originatorConversationId?: string;
  readonly initiatedAt: Date;
  /** Receipt of the payment that a reversal undoes. */
  readonly original?: string;
  status: 'Initiated' | 'Completed' | 'Declined' | 'Expired';
  receipt?: string;
  finalisedAt?: Date;
  /** Which of our accounts moved, by how much, and what was in it right after. */
  account?: Account;
  change?: bigint;
  balanceAfter?: bigint;
  fee?: bigint;
  isReversed?: boolean;
}

export type NewTransaction = Omit<Transaction, 'status' | 'initiatedAt'>;

/** Who has what, and what happened: status, balance, reversal, pull, statement and books all read here. */
export class Ledger {
  #organizations = new Map<string, Organization>();
  readonly #byReceipt = new Map<string, Transaction>();
  readonly #byConversation = new Map<string, Transaction>();
  #completed: Transaction[] = [];
  #opening = 0n;

  constructor(
    private readonly settings: DarajaSettings,
    private readonly clock: SandboxClock,
    private readonly books: Books,
  ) {
    this.forget();
  }

  /** By its own number or its till's. */
  organization(number: string): Organization | undefined {
    return this.#organizations.get(number);
  }

  byReceipt(receipt: string): Transaction | undefined {
    return this.#byReceipt.get(receipt);
  }

  /** @param id ConversationID or OriginatorConversationID of the request that started it */
  byConversation(id: string): Transaction | undefined {
    return this.#byConversation.get(id);
  }

  /** Oldest first. */
  completedOf(organization: Organization): readonly Transaction[] {
    return this.#completed.filter((transaction) => transaction.organization === organization);
  }

  open(order: NewTransaction): Transaction {
    const transaction: Transaction = { ...order, initiatedAt: this.clock.now(), status: 'Initiated' };
    for (const id of [order.conversationId, order.originatorConversationId]) {
      if (id !== undefined) this.#byConversation.set(id, transaction);
    }
    return transaction;
  }

  /** Ends an attempt that moved nothing. */
  close(transaction: Transaction, status: 'Declined' | 'Expired'): void {
    transaction.status = status;
    transaction.finalisedAt = this.clock.now();
  }

  /** As if the request had never reached the core. */
  erase({ conversationId, originatorConversationId }: Transaction): void {
    for (const id of [conversationId, originatorConversationId]) {
      if (id !== undefined) this.#byConversation.delete(id);
    }
  }

  /** A customer's money arrives. */
  collect(transaction: Transaction, kind: 'payment' | 'receipt'): string {
    const { organization, cents } = transaction;
    return this.#complete(transaction, kind, organization.receiving, cents, 0n);
  }

  /** Pays out of `account`. Undefined, and nothing moved, when there is too little in it. */
  disburse(transaction: Transaction, account: Account, fee: bigint): string | undefined {
    const { organization, cents } = transaction;
    if (organization.balance(account) < cents) return undefined;
    return this.#complete(transaction, 'transfer', account, -cents, -fee);
  }

  /** Money between two of the bank's own short codes; the books of the whole do not change. */
  moveInside(transaction: Transaction, from: Account, to: Organization): string | undefined {
    const { organization, cents } = transaction;
    if (organization.balance(from) < cents) return undefined;
    to.add('Utility Account', cents);
    return this.#settle(transaction, from, -cents);
  }

  /** Gives a customer's payment back. Undefined when the account was emptied in the meantime. */
  reverse(transaction: Transaction, original: Transaction): string | undefined {
    const { organization, cents } = original;
    if (organization.balance(organization.receiving) < cents) return undefined;
    original.isReversed = true;
    this.books.markReversed(original.partnerReference);
    return this.#complete(transaction, 'reversal', organization.receiving, -cents, 0n);
  }

  /** Everything together, and each account. */
  balance(): Balance {
    const organizations = new Set(this.#organizations.values());
    const accounts = [...organizations].flatMap((organization) =>
      organization
        .accounts()
        .map(([account, cents]) => [`${organization.number} ${account}`, formatCents(cents)] as const),
    );
    return {
      currency: 'KES',
      opening: formatCents(this.#opening),
      amount: formatCents(totalOf(organizations)),
      ...Object.fromEntries(accounts),
    };
  }

  /** Back to the opening balances; nothing registered, nothing moved. */
  forget(): void {
    this.#organizations = new Map();
    for (const settings of this.settings.shortCodes) {
      const organization = new Organization(settings);
      this.#organizations.set(organization.number, organization);
      if (organization.till !== undefined) this.#organizations.set(organization.till, organization);
    }
    this.#opening = totalOf(this.#organizations.values());
    this.#byReceipt.clear();
    this.#byConversation.clear();
    this.#completed = [];
  }

  #complete(
    transaction: Transaction,
    kind: Entry['kind'],
    account: Account,
    cents: bigint,
    fee: bigint,
  ): string {
    const receipt = this.#settle(transaction, account, cents);
    transaction.organization.add('Charges Paid Account', fee);
    transaction.fee = -fee;
    this.books.record({
      reference: transaction.reference,
      partnerReference: transaction.partnerReference,
      receipt,
      kind,
      amount: formatCents(transaction.cents),
      change: formatCents(cents + fee),
      currency: 'KES',
      party: transaction.party,
      state: 'succeeded',
      at: (transaction.finalisedAt ?? transaction.initiatedAt).toISOString(),
    });
    return receipt;
  }

  #settle(transaction: Transaction, account: Account, cents: bigint): string {
    const at = this.clock.now();
    const receipt = transaction.receipt ?? newReceipt(at);
    transaction.organization.add(account, cents);
    Object.assign(transaction, {
      receipt,
      status: 'Completed',
      finalisedAt: at,
      account,
      change: cents,
      balanceAfter: transaction.organization.balance(account),
    } satisfies Partial<Transaction>);
    this.#byReceipt.set(receipt, transaction);
    this.#completed.push(transaction);
    return receipt;
  }
}

const totalOf = (organizations: Iterable<Organization>): bigint =>
  [...new Set(organizations)].reduce((sum, organization) => sum + organization.total(), 0n);

/** @throws RangeError on malformed settings, before anything is served */
export const feeOf = (settings: DarajaSettings): bigint => parseCents(settings.transferFee);
