import { type Accounts } from './accounts.js';
import { toMinor } from './amounts.js';
import { type CreditOrder, type ReversalOrder } from './body.js';
import { type Booking, type Ledger } from './ledger.js';
import { magic } from './magic.js';
import { DecidedOnce } from './once.js';
import { CoreRefusal } from './refusal.js';

const busyForS = 1;

/** Credits, and credits taken back. */
export class Movements {
  readonly #credits = new DecidedOnce<CreditOrder, Booking>();
  readonly #reversals = new DecidedOnce<ReversalOrder, Booking>();
  /** The reversal that took a credit back, by the credit's id. */
  readonly #takenBack = new Map<string, string>();
  readonly #sentAway = new Set<string>();

  constructor(
    private readonly accounts: Accounts,
    private readonly ledger: Ledger,
  ) {}

  /** The same id is credited once. @throws CoreRefusal */
  credit(id: string, order: CreditOrder): object {
    this.#standInLine(id, order);
    const { reference, at } = this.#credits.decide(id, order, () => {
      const { account, amount } = order;
      this.accounts.findForCredit(account, amount.currency);
      if (toMinor(amount) === 0n) throw new CoreRefusal('amount_invalid');
      const refusal = magic.creditRefusal(account.value);
      if (refusal) throw new CoreRefusal(refusal);
      return this.ledger.credit(id, order);
    });
    return { id, state: 'credited', reference, creditedAt: at.toISOString() };
  }

  /** @throws CoreRefusal `credit_unknown`, for what was refused too */
  findCredit(id: string): object {
    const { order, result } = this.#creditOf(id);
    const { account, amount } = order;
    const state = this.#takenBack.has(id) ? 'taken_back' : 'credited';
    const { reference, at } = result;
    return { id, state, reference, account, amount, creditedAt: at.toISOString() };
  }

  /** The same id takes back once. @throws CoreRefusal */
  reverse(id: string, order: ReversalOrder): object {
    const { reference, at } = this.#reversals.decide(id, order, () => {
      const { order: credited, result } = this.#creditOf(order.credit);
      if (this.#takenBack.has(order.credit)) throw new CoreRefusal('already_taken_back');
      const isWhole =
        order.amount.currency === credited.amount.currency &&
        toMinor(order.amount) === toMinor(credited.amount);
      if (!isWhole) throw new CoreRefusal('amount_invalid');
      if (magic.isKept(credited.account.value)) throw new CoreRefusal('not_permitted');
      const booking = this.ledger.takeBack(id, result, credited);
      this.#takenBack.set(order.credit, id);
      return booking;
    });
    return { id, state: 'taken_back', reference, takenBackAt: at.toISOString() };
  }

  /** @throws CoreRefusal `reversal_unknown`, for what was refused too */
  findReversal(id: string): object {
    const found = this.#reversals.find(id);
    if (!found) throw new CoreRefusal('reversal_unknown');
    const { credit, amount } = found.order;
    const { reference, at } = found.result;
    return { id, credit, state: 'taken_back', reference, amount, takenBackAt: at.toISOString() };
  }

  forget(): void {
    this.#credits.forget();
    this.#reversals.forget();
    this.#takenBack.clear();
    this.#sentAway.clear();
  }

  #creditOf(id: string) {
    const found = this.#credits.find(id);
    if (!found) throw new CoreRefusal('credit_unknown');
    return found;
  }

  #standInLine(id: string, { account }: CreditOrder): void {
    if (!magic.isBusyAtFirst(account.value) || this.#sentAway.has(id)) return;
    this.#sentAway.add(id);
    throw new CoreRefusal('busy', { retryAfterS: busyForS });
  }
}
