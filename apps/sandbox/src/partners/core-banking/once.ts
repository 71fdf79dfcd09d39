import { CoreRefusal } from './refusal.js';

/** What an id was first used for, and how that was answered. */
interface Use<Order, Result> {
  readonly order: Order;
  readonly written: string;
  readonly answer: { readonly result: Result } | { readonly refusal: CoreRefusal };
}

/** Every id is decided once: carried out or refused, it is answered in the same way ever after. */
export class DecidedOnce<Order extends object, Result> {
  readonly #uses = new Map<string, Use<Order, Result>>();

  /** @throws CoreRefusal: the first one again, or `other_content` */
  decide(id: string, order: Order, act: () => Result): Result {
    const written = canonical(order);
    const use = this.#uses.get(id);
    if (use) {
      if (use.written !== written) throw new CoreRefusal('other_content');
      if ('refusal' in use.answer) throw use.answer.refusal;
      return use.answer.result;
    }
    try {
      const result = act();
      this.#uses.set(id, { order, written, answer: { result } });
      return result;
    } catch (error) {
      if (error instanceof CoreRefusal && error.isFinal) {
        this.#uses.set(id, { order, written, answer: { refusal: error } });
      }
      throw error;
    }
  }

  /** What was carried out under that id. */
  find(id: string): { readonly order: Order; readonly result: Result } | undefined {
    const use = this.#uses.get(id);
    return use && 'result' in use.answer ? { order: use.order, result: use.answer.result } : undefined;
  }

  forget(): void {
    this.#uses.clear();
  }
}

/** The same for two orders that differ only in the order of their fields. */
const canonical = (order: object): string =>
  JSON.stringify(order, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
