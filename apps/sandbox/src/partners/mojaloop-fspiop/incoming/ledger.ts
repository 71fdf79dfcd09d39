import { type Desk } from '../../../kit/simulator.js';
import { toUnits } from '../amounts.js';

export type Standing = 'RESERVED' | 'COMMITTED' | 'ABORTED';

/** A transfer to the bank, as the switch has it. */
export interface Incoming {
  readonly transferId: string;
  readonly payer: string;
  readonly amount: { readonly currency: string; readonly amount: string };
}

/** What the scheme owes the bank: each transfer ends once. */
export class IncomingLedger {
  readonly #standings = new Map<string, Standing>();
  #received = 0n;

  constructor(private readonly desk: Desk) {}

  forget(): void {
    this.#standings.clear();
    this.#received = 0n;
  }

  /** In ten-thousandths. */
  get received(): bigint {
    return this.#received;
  }

  standingOf(transferId: string): Standing | undefined {
    return this.#standings.get(transferId);
  }

  reserve({ transferId }: Incoming): void {
    this.#standings.set(transferId, 'RESERVED');
  }

  /** Only the first end counts, and none after everything was forgotten. */
  conclude({ transferId, payer, amount }: Incoming, end: 'COMMITTED' | 'ABORTED'): void {
    if (this.standingOf(transferId) !== 'RESERVED') return;
    this.#standings.set(transferId, end);
    if (end === 'ABORTED') return;
    this.#received += toUnits(amount.amount);
    this.desk.books.record({
      reference: '',
      partnerReference: transferId,
      receipt: transferId,
      kind: 'receipt',
      amount: amount.amount,
      change: amount.amount,
      currency: amount.currency,
      party: payer,
      state: 'succeeded',
      at: this.desk.clock.now().toISOString(),
    });
  }
}
