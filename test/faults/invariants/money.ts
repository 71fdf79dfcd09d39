import { Money } from '#domain';
import type { BookEntry } from '#partner-kit/testing';
import { type Balance, type MoneyOperation, type MoneyRecords, readMoney } from './read-money.js';
import { type Evidence } from './invariant.js';

/** An entry of a partner's books, in minor units. */
export interface Movement {
  readonly partner: string;
  readonly entry: BookEntry;
  readonly minor: bigint;
}

/** A payment, transfer or receipt, what the books hold of it, and what was given back of it. */
export interface Story {
  readonly operation: MoneyOperation;
  readonly movements: Movement[];
  readonly reversals: MoneyOperation[];
  readonly givenBack: Movement[];
}

/** All operations beside all entries of the books. */
export interface Ledger {
  readonly stories: readonly Story[];
  /** Entries that belong to no operation. */
  readonly orphans: readonly Movement[];
  readonly balances: readonly Balance[];
}

/** "-12.50" as -1250. */
export const minorOf = (decimal: string, currency: string): bigint =>
  decimal.startsWith('-')
    ? -Money.parse(decimal.slice(1), currency).minor
    : Money.parse(decimal, currency).minor;

/** Operations by what they may be called in the books. */
class Names {
  private readonly exact = new Map<string, Story>();
  private readonly shared = new Map<string, Story[]>();

  constructor(stories: readonly Story[]) {
    const passedOn = new Set(stories.map(({ operation: { passesOn } }) => passesOn));
    for (const story of stories) {
      const { id, partner, kind, reference, names } = story.operation;
      // The money of a payment that a scheme's payer was asked for comes as a movement of its own.
      const inBooks = kind === 'receipt' || passedOn.has(id) ? 'receipt' : 'order';
      for (const name of names) this.exact.set(`${partner} ${inBooks} ${name}`, story);
      if (kind === 'receipt' || reference === null) continue;
      const key = `${partner} ${kind} ${reference}`;
      this.shared.set(key, [...(this.shared.get(key) ?? []), story]);
    }
    // A partner may know a reversal by its own name only.
    for (const story of stories) {
      for (const { partner, names } of story.reversals) {
        for (const name of names) this.exact.set(`${partner} reversal ${name}`, story);
      }
    }
  }

  /** By a name that only one operation has. A reversal is found by what it gives back. */
  findExact(partner: string, { kind, reference, partnerReference, receipt }: BookEntry): Story | undefined {
    const kinds =
      kind === 'reversal' ? ['order', 'receipt', 'reversal'] : [kind === 'receipt' ? 'receipt' : 'order'];
    return [partnerReference, receipt ?? '', reference]
      .filter((name) => name !== '')
      .flatMap((name) => kinds.map((inBooks) => this.exact.get(`${partner} ${inBooks} ${name}`)))
      .find((story) => story !== undefined);
  }

  /** By the client's reference: where several operations have it, the first one that nothing was found for. */
  findShared(partner: string, { kind, reference }: BookEntry): Story | undefined {
    const kinds = kind === 'reversal' ? ['payment', 'transfer'] : [kind];
    const found = kinds.flatMap((one) => this.shared.get(`${partner} ${one} ${reference}`) ?? []);
    return found.find(({ movements }) => movements.length === 0) ?? found[0];
  }
}

/** Puts every entry beside the operation that it belongs to. */
export function compose({ operations, entries, balances }: MoneyRecords): Ledger {
  const stories = new Map<string, Story>();
  for (const operation of operations) {
    if (operation.kind === 'reversal') continue;
    stories.set(operation.id, { operation, movements: [], reversals: [], givenBack: [] });
  }
  for (const operation of operations) stories.get(operation.reverses ?? '')?.reversals.push(operation);
  const names = new Names([...stories.values()]);
  const orphans: Movement[] = [];
  const movements = entries.map(({ partner, entry }) => ({
    ...{ partner, entry },
    minor: minorOf(entry.amount, entry.currency),
  }));
  const place = (movement: Movement, story: Story): void => {
    (movement.entry.kind === 'reversal' ? story.givenBack : story.movements).push(movement);
  };
  const unplaced = movements.filter((movement) => {
    const story = names.findExact(movement.partner, movement.entry);
    if (story) place(movement, story);
    return !story;
  });
  for (const movement of unplaced) {
    const story = names.findShared(movement.partner, movement.entry);
    if (story) place(movement, story);
    else orphans.push(movement);
  }
  return { stories: [...stories.values()], orphans, balances };
}

/** What the database and the books say at the moment, the database first: what it knows the books must hold. */
export const readLedger = async (evidence: Evidence): Promise<Ledger> => compose(await readMoney(evidence));
