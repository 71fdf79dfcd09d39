import { type Desk } from '../../../kit/simulator.js';
import { type Amount, fromUnits, toUnits } from '../amounts.js';
import { type Moving, scripts } from '../magic.js';
import { type MojaloopSettings } from '../settings.js';
import { CallFailed, NoAnswer, SchemeError } from './errors.js';
import { fulfilmentOf, packetOf } from './ilp.js';
import { headersFrom, pause } from './participants.js';
import { type Fulfil, type Received, type TransferState } from './wire.js';

/** What the payer's side asks the switch to carry out. */
export interface Prepare {
  readonly transferId: string;
  /** The gateway's own reference, for the books; the real switch never sees it. */
  readonly reference: string;
  readonly payee: string;
  /** What was ordered: what the payer pays (SEND) or the payee gets (RECEIVE). */
  readonly ordered: Amount;
  /** What leaves our position, in its currency. */
  readonly debit: Amount;
  readonly quoteExpiration: string;
  readonly ilpPacket: string;
}

/** A payment to a customer of ours. */
export interface Incoming {
  readonly transferId: string;
  readonly payerFspId: string;
  /** Who pays, for the books. */
  readonly payer: string;
  /** What the scheme then owes us. */
  readonly credit: Amount;
}

interface Known {
  readonly state: TransferState;
  /** The institution on the other side, where it is not the payee's. */
  readonly payerFspId?: string;
  readonly fulfilment?: string;
  readonly completedAt?: string;
  /** The next query is not answered. */
  readonly isDeaf?: boolean;
}

/** The switch: who has what, which transfer stands where, and the books of what moved. */
export class Switch {
  readonly #transfers = new Map<string, Known>();
  #spent = 0n;

  constructor(
    private readonly desk: Desk,
    private readonly settings: MojaloopSettings,
  ) {
    desk.onBalance(() => ({
      currency: settings.currency,
      opening: settings.startingBalance,
      amount: fromUnits(this.#balance()),
    }));
  }

  /**
   * Carries a transfer out and answers as payee and switch do. The same transfer sent twice moves twice.
   * @throws SchemeError, NoAnswer, CallFailed; none of the three says that nothing moved
   */
  async prepare(prepare: Prepare): Promise<Received<Fulfil>> {
    await pause(this.desk, this.settings.stageMs);
    const refusal = this.#refusalFor(prepare);
    if (refusal !== undefined) return this.#abortWith(prepare, refusal);
    return this.#carryOut(prepare, scripts.moving(prepare.payee));
  }

  /** @throws SchemeError 3208 for what never arrived, NoAnswer */
  async query(transferId: string): Promise<Received<Fulfil>> {
    const { stageMs, processingTimeoutMs } = this.settings;
    const known = this.#transfers.get(transferId);
    if (known?.isDeaf) {
      const { isDeaf: _once, ...hearing } = known;
      this.#transfers.set(transferId, hearing);
      await pause(this.desk, processingTimeoutMs);
      throw new NoAnswer();
    }
    await pause(this.desk, stageMs);
    const now = this.#transfers.get(transferId);
    if (!now) throw new SchemeError('3208');
    return this.#received(now);
  }

  /** Takes up a payment to us: from now on a query says `RESERVED`. */
  reserve({ transferId, payerFspId }: Incoming): void {
    this.#note({ transferId }, { state: 'RESERVED', payerFspId });
  }

  /** Ends a payment to us. Only the first end counts, and none after everything was forgotten. */
  conclude(incoming: Incoming, end: 'COMMITTED' | 'ABORTED', reference: string): void {
    const { transferId, payerFspId } = incoming;
    if (this.stateOf(transferId) !== 'RESERVED') return;
    const at = this.#now();
    if (end === 'COMMITTED') this.#credit(incoming, reference, at);
    this.#note({ transferId }, { state: end, completedAt: at, payerFspId });
  }

  stateOf(transferId: string): TransferState | undefined {
    return this.#transfers.get(transferId)?.state;
  }

  forget(): void {
    this.#transfers.clear();
    this.#spent = 0n;
  }

  #refusalFor({ quoteExpiration, debit }: Prepare): string | undefined {
    if (Date.parse(quoteExpiration) < this.desk.clock.now().getTime()) return '3302';
    return toUnits(debit.amount) > this.#balance() ? '4001' : undefined;
  }

  async #carryOut(prepare: Prepare, moving: Moving): Promise<Received<Fulfil>> {
    switch (moving.does) {
      case 'commit':
        return this.#received(this.#commit(prepare));
      case 'error':
        return this.#abortWith(prepare, moving.code);
      case 'refuse':
        if (moving.taken) this.#commit(prepare);
        throw new CallFailed(`Request failed with status code ${moving.status}`);
      case 'hangUp':
        this.#commit(prepare);
        throw new CallFailed('socket hang up');
      case 'linger':
        return this.#linger(prepare, moving);
      case 'lose':
        return this.#keepSilent();
      case 'commitUnheard':
        this.#transfers.set(prepare.transferId, { ...this.#commit(prepare), isDeaf: true });
        return this.#keepSilent();
      case 'abort':
        return this.#received(this.#note(prepare, { state: 'ABORTED', completedAt: this.#now() }));
      case 'commitWithWrongFulfilment':
        return this.#received({ ...this.#commit(prepare), fulfilment: fulfilmentOf(packetOf({})) });
      case 'commitAsModified':
        this.#commit(prepare);
        throw new SchemeError('3106');
    }
  }

  async #linger(
    prepare: Prepare,
    { silent, ends }: Extract<Moving, { does: 'linger' }>,
  ): Promise<Received<Fulfil>> {
    const { processingTimeoutMs, lateMs } = this.settings;
    const reserved = this.#note(prepare, {
      state: 'RESERVED',
      fulfilment: fulfilmentOf(prepare.ilpPacket),
    });
    this.desk.clock.after(silent ? processingTimeoutMs + lateMs : lateMs, () => {
      if (ends === 'COMMITTED') this.#commit(prepare);
      if (ends === 'ABORTED') this.#note(prepare, { state: 'ABORTED', completedAt: this.#now() });
    });
    return silent ? this.#keepSilent() : this.#received(reserved);
  }

  #commit(prepare: Prepare): Known {
    const { transferId, reference, payee, ordered, debit, ilpPacket } = prepare;
    const at = this.#now();
    this.#spent += toUnits(debit.amount);
    this.desk.books.record({
      reference,
      partnerReference: transferId,
      receipt: transferId,
      kind: 'transfer',
      amount: ordered.amount,
      change: `-${debit.amount}`,
      currency: ordered.currency,
      party: payee,
      state: 'succeeded',
      at,
    });
    return this.#note(prepare, {
      state: 'COMMITTED',
      fulfilment: fulfilmentOf(ilpPacket),
      completedAt: at,
    });
  }

  #credit({ transferId, payer, credit }: Incoming, reference: string, at: string): void {
    this.#spent -= toUnits(credit.amount);
    this.desk.books.record({
      reference,
      partnerReference: transferId,
      receipt: transferId,
      kind: 'receipt',
      amount: credit.amount,
      change: credit.amount,
      currency: credit.currency,
      party: payer,
      state: 'succeeded',
      at,
    });
  }

  #abortWith(prepare: Prepare, code: string): never {
    this.#note(prepare, { state: 'ABORTED', completedAt: this.#now() });
    throw new SchemeError(code);
  }

  #note({ transferId }: Pick<Prepare, 'transferId'>, known: Known): Known {
    this.#transfers.set(transferId, known);
    return known;
  }

  async #keepSilent(): Promise<never> {
    await pause(this.desk, this.settings.processingTimeoutMs);
    throw new NoAnswer();
  }

  #received({ state, fulfilment, completedAt, payerFspId }: Known): Received<Fulfil> {
    const { payeeFspId, fspId } = this.settings;
    return {
      body: {
        transferState: state,
        ...(fulfilment === undefined ? {} : { fulfilment }),
        ...(completedAt === undefined ? {} : { completedTimestamp: completedAt }),
      },
      headers: headersFrom(payerFspId ?? payeeFspId, fspId, this.desk.clock.now()),
    };
  }

  #balance(): bigint {
    return toUnits(this.settings.startingBalance) - this.#spent;
  }

  #now(): string {
    return this.desk.clock.now().toISOString();
  }
}
