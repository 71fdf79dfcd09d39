import { digits, randomText } from '../../kit/ids.js';
import { type Desk } from '../../kit/simulator.js';
import { toDecimal, toMinor } from './amounts.js';
import { type AccountName, type Amount, type CreditOrder } from './body.js';
import { magic } from './magic.js';
import { CoreRefusal } from './refusal.js';
import { type CoreBankingSettings } from './settings.js';

/** One booking on a customer's account. */
export interface Booking {
  readonly reference: string;
  readonly at: Date;
}

interface Holding {
  readonly label: string;
  readonly currency: string;
  minor: bigint;
}

/** What every account holds, and the settlement account that credits are paid from. */
export class Ledger {
  readonly #holdings = new Map<string, Holding>();
  readonly #references = new Set<string>();

  constructor(
    private readonly desk: Desk,
    private readonly settings: CoreBankingSettings,
  ) {}

  /** Credits the account; the settlement account pays. */
  credit(id: string, { account, amount }: CreditOrder): Booking {
    const minor = toMinor(amount);
    this.#of(account, amount).minor += minor;
    this.#settlement(amount).minor -= minor;
    const booking = this.#record('transfer', id, { account, amount, change: -minor });
    // Whoever spends it pays somebody outside these books.
    if (magic.isSpent(account.value)) this.#of(account, amount).minor -= minor;
    return booking;
  }

  /** Takes a credit back. @throws CoreRefusal `insufficient_funds` */
  takeBack(id: string, credit: Booking, { account, amount }: CreditOrder): Booking {
    const minor = toMinor(amount);
    const holding = this.#of(account, amount);
    if (holding.minor < minor) throw new CoreRefusal('insufficient_funds');
    holding.minor -= minor;
    this.#settlement(amount).minor += minor;
    const booking = this.#record('reversal', id, { account, amount, change: minor });
    this.desk.books.markReversed(credit.reference);
    return booking;
  }

  /** "msisdn +221770000101 XOF", and "settlement XOF": only what has moved. */
  balances(): Record<string, string> {
    return Object.fromEntries(
      [...this.#holdings.values()].map(({ label, currency, minor }) => [label, toDecimal(minor, currency)]),
    );
  }

  forget(): void {
    this.#holdings.clear();
    this.#references.clear();
  }

  #of({ type, value }: AccountName, { currency }: Amount): Holding {
    return this.#holding(`${type} ${value} ${currency}`, currency, this.settings.openingBalance);
  }

  #settlement({ currency }: Amount): Holding {
    return this.#holding(`settlement ${currency}`, currency, '0');
  }

  #holding(label: string, currency: string, opening: string): Holding {
    const known = this.#holdings.get(label);
    if (known) return known;
    const made = { label, currency, minor: toMinor({ value: opening, currency }) };
    this.#holdings.set(label, made);
    return made;
  }

  #record(
    kind: 'transfer' | 'reversal',
    id: string,
    { account, amount, change }: Pick<CreditOrder, 'account' | 'amount'> & { readonly change: bigint },
  ): Booking {
    const reference = this.#newReference();
    const at = this.desk.clock.now();
    this.desk.books.record({
      reference: id,
      partnerReference: reference,
      receipt: reference,
      kind,
      amount: amount.value,
      change: toDecimal(change, amount.currency),
      currency: amount.currency,
      party: account.value,
      state: 'succeeded',
      at: at.toISOString(),
    });
    return { reference, at };
  }

  #newReference(): string {
    const reference = `CB-${randomText(10, digits)}`;
    if (this.#references.has(reference)) return this.#newReference();
    this.#references.add(reference);
    return reference;
  }
}
