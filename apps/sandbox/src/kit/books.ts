/** One real movement of money at the partner. */
export interface Entry {
  /** The reference that the gateway sent; '' where the protocol carries none (an unasked payment without one). */
  readonly reference: string;
  /** The partner's own id of the movement; unique in the books together with `kind`. */
  readonly partnerReference: string;
  readonly receipt?: string;
  readonly kind: 'payment' | 'transfer' | 'reversal' | 'receipt';
  /** Decimal string, positive: what the payer paid or the payee got. */
  readonly amount: string;
  /** Signed decimal string: what it did to our account, fees included. Opening balance + all changes = balance. */
  readonly change: string;
  readonly currency: string;
  /** The other side: an MSISDN, a short code, a business id. */
  readonly party: string;
  /** `reversed` once another entry took the money back. */
  readonly state: 'succeeded' | 'reversed';
  /** ISO 8601, the partner's clock. */
  readonly at: string;
}

/** Decimal strings by name: `{ currency: 'XOF', opening: '0', amount: '99' }`, or one amount per account. */
export type Balance = Readonly<Record<string, string>>;

/** What really moved. */
export interface Books {
  record(entry: Entry): void;
  /** Marks the movement `partnerReference` as taken back. The reversing movement is an entry of its own. */
  markReversed(partnerReference: string): void;
  /** In the order in which they happened; with `reference`, only those that carry it. */
  entries(reference?: string): readonly Entry[];
}

export class PartnerBooks implements Books {
  #entries: Entry[] = [];
  readonly #byReference = new Map<string, number[]>();
  readonly #originals = new Map<string, number>();

  record(entry: Entry): void {
    const position = this.#entries.push(entry) - 1;
    if (entry.kind !== 'reversal') this.#originals.set(entry.partnerReference, position);
    const positions = this.#byReference.get(entry.reference);
    if (positions) positions.push(position);
    else this.#byReference.set(entry.reference, [position]);
  }

  markReversed(partnerReference: string): void {
    const position = this.#originals.get(partnerReference);
    const original = position === undefined ? undefined : this.#entries[position];
    if (position === undefined || !original) throw new Error(`No movement ${partnerReference} to reverse`);
    this.#entries[position] = { ...original, state: 'reversed' };
  }

  entries(reference?: string): readonly Entry[] {
    if (reference === undefined) return this.#entries;
    return (this.#byReference.get(reference) ?? []).flatMap((position) => this.#entries[position] ?? []);
  }

  forget(): void {
    this.#entries = [];
    this.#byReference.clear();
    this.#originals.clear();
  }
}
