/** An amount as it came over the wire: it is told back, never reckoned with. */
export interface Amount {
  readonly currency: string;
  readonly amount: string;
}

/** One movement of money between two institutions. */
export interface Entry extends Amount {
  readonly transferId: string;
  readonly payerFsp: string;
  readonly payeeFsp: string;
}

/** What the switch was asked to carry out. */
export interface Prepare {
  readonly transferId: string;
  readonly payerFsp: string;
  readonly payeeFsp: string;
  readonly amount: Amount;
  readonly ilpPacket: string;
}

export interface Committed {
  readonly transferState: 'COMMITTED';
  readonly fulfilment: string;
  readonly completedTimestamp: string;
}

interface Carried {
  /** The very words of the prepare, by which a repeat is told from another transfer under the same id. */
  readonly words: string;
  readonly committed: Committed;
}

/** Every transfer that was carried out, and what moved with it: once for each id, however often that is sent. */
export class Books {
  readonly #carried = new Map<string, Carried>();
  readonly #entries: Entry[] = [];

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** @returns undefined where the id belongs to a transfer of other words: then nothing moves */
  commit({ transferId, payerFsp, payeeFsp, amount }: Prepare, words: string, fulfilment: string) {
    const known = this.#carried.get(transferId);
    if (known) return known.words === words ? known.committed : undefined;
    const committed: Committed = {
      transferState: 'COMMITTED',
      fulfilment,
      completedTimestamp: new Date().toISOString(),
    };
    this.#carried.set(transferId, { words, committed });
    this.#entries.push({ transferId, payerFsp, payeeFsp, ...amount });
    return committed;
  }

  find(transferId: string): Committed | undefined {
    return this.#carried.get(transferId)?.committed;
  }
}
