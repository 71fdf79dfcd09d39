import { type Entry } from '../../../kit/books.js';
import { randomText, upperAlphanumerics } from '../../../kit/ids.js';
import { type Desk } from '../../../kit/simulator.js';
import { fromMinor, timestamp, toMinor } from '../fields.js';
import { type WaveSettings } from '../settings.js';

/** One statement row, as the statement API shows it. */
export interface Row {
  readonly timestamp: string;
  readonly transaction_id: string;
  readonly transaction_type: string;
  readonly amount: string;
  readonly fee: string;
  readonly balance: string;
  readonly currency: string;
  readonly is_reversal: boolean;
  readonly [more: string]: string | boolean | object;
}

/** Money that moves, in minor units; `amount` and `fee` are positive. */
export interface Movement {
  readonly kind: Entry['kind'];
  readonly partnerReference: string;
  readonly reference: string;
  readonly party: string;
  readonly transactionId: string;
  readonly transactionType: string;
  readonly amount: bigint;
  readonly fee: bigint;
  /** Our wallet's side: in, `amount - fee` is added; out, `amount + fee` is taken. */
  readonly direction: 'in' | 'out';
  /** Extra statement fields; those that are undefined are left out. */
  readonly more: Readonly<Record<string, string | object | undefined>>;
}

/** The business wallet: its balance, its statement, and the books that say the same. */
export class Wallet {
  #balance: bigint;
  #reserved = 0n;
  readonly #rowsByDay = new Map<string, Row[]>();
  readonly #movements = new Map<string, Movement>();
  readonly #takenBack = new Set<string>();

  constructor(
    private readonly desk: Desk,
    private readonly settings: WaveSettings,
  ) {
    this.#balance = this.#opening();
    desk.onBalance(() => ({
      currency: settings.currency,
      opening: this.#written(this.#opening()),
      amount: this.balance(),
    }));
  }

  balance(): string {
    return this.#written(this.#balance);
  }

  covers(minor: bigint): boolean {
    return this.#balance - this.#reserved >= minor;
  }

  /** Keeps money aside for a payout that is still being processed. */
  reserve(minor: bigint): void {
    this.#reserved += minor;
  }

  release(minor: bigint): void {
    this.#reserved -= minor;
  }

  newTransactionId(): string {
    return `T_${randomText(12, upperAlphanumerics)}`;
  }

  move(movement: Movement): void {
    const { amount, fee, direction } = movement;
    this.#movements.set(movement.transactionId, movement);
    this.#enter(movement, direction === 'in' ? amount - fee : -amount - fee, fee, false);
  }

  /** Takes a movement back, its fee included, under the same transaction id. */
  takeBack(movement: Movement, transactionType: string): void {
    const { amount, fee, direction, more } = movement;
    const { client_reference: _forgotten, ...kept } = more;
    const change = direction === 'in' ? fee - amount : amount + fee;
    this.#takenBack.add(movement.transactionId);
    this.desk.books.markReversed(movement.partnerReference);
    this.#enter({ ...movement, kind: 'reversal', transactionType, more: kept }, change, -fee, true);
  }

  movement(transactionId: string): Movement | undefined {
    return this.#movements.get(transactionId);
  }

  isTakenBack(transactionId: string): boolean {
    return this.#takenBack.has(transactionId);
  }

  /** `day` as YYYY-MM-DD, UTC; oldest first. */
  rows(day: string): readonly Row[] {
    return this.#rowsByDay.get(day) ?? [];
  }

  forget(): void {
    this.#balance = this.#opening();
    this.#reserved = 0n;
    this.#rowsByDay.clear();
    this.#movements.clear();
    this.#takenBack.clear();
  }

  #enter(movement: Movement, change: bigint, fee: bigint, isReversal: boolean): void {
    const at = this.desk.clock.now();
    const { currency } = this.settings;
    this.#balance += change;
    const row: Row = {
      timestamp: timestamp(at),
      transaction_id: movement.transactionId,
      transaction_type: movement.transactionType,
      amount: this.#written(change),
      fee: this.#written(fee),
      balance: this.balance(),
      currency,
      is_reversal: isReversal,
      ...withoutUndefined(movement.more),
    };
    const day = row.timestamp.slice(0, 10);
    const rows = this.#rowsByDay.get(day);
    if (rows) rows.push(row);
    else this.#rowsByDay.set(day, [row]);
    this.desk.books.record({
      reference: movement.reference,
      partnerReference: movement.partnerReference,
      receipt: movement.transactionId,
      kind: movement.kind,
      amount: this.#written(movement.amount),
      change: row.amount,
      currency,
      party: movement.party,
      state: 'succeeded',
      at: at.toISOString(),
    });
  }

  #opening(): bigint {
    return toMinor(this.settings.startingBalance, this.settings.currency);
  }

  #written(minor: bigint): string {
    return fromMinor(minor, this.settings.currency);
  }
}

function withoutUndefined(more: Movement['more']): Record<string, string | object> {
  return Object.fromEntries(
    Object.entries(more).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
