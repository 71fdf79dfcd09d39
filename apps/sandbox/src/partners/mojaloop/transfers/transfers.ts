import { type Answer, type TransferOrder } from '../fields.js';
import { type Failure, failureOf, type Stage } from '../failures.js';
import { malformed, Refusal } from '../refusal.js';
import { type CurrentState, type OrderedRecord, type TransferRecord, viewOf } from './record.js';
import { FulfilRejected, Stages, type Surroundings } from './stages.js';

/**
 * Transfers as the scheme adapter leads them. It locks nothing: whoever continues a transfer works on what was noted
 * last, so two that say yes to the same quote both send the money.
 */
export class Transfers {
  readonly #noted = new Map<string, TransferRecord>();
  readonly #stages: Stages;

  constructor(private readonly around: Surroundings) {
    this.#stages = new Stages(around);
  }

  /** From the order to the first question, or to the end. @throws Refusal */
  async start(order: TransferOrder): Promise<TransferRecord> {
    const { ids, desk } = this.around;
    const now = desk.clock.now();
    const record: OrderedRecord = {
      ...order,
      transferId: order.transferId ?? ids.create(now),
      traceId: crypto.randomUUID().replaceAll('-', ''),
      initiatedTimestamp: now.toISOString(),
      direction: 'OUTBOUND',
      currentState: 'ERROR_OCCURRED',
    };
    // The older release believes an order that says of itself that it has succeeded.
    if (order.currentState === 'succeeded') return this.#note(record, 'COMPLETED');
    if (order.skipPartyLookup) {
      if (order.to.fspId !== undefined) return this.#afterParty(record);
      throw this.#fail(record, failureOf(new Error(withoutFspId), 'quote', this.around.settings));
    }
    const found = await this.#run('party', record, () => this.#stages.lookUp(record));
    return this.around.settings.autoAcceptParty
      ? this.#afterParty(found)
      : this.#note(found, 'WAITING_FOR_PARTY_ACCEPTANCE');
  }

  /** From a question to the next one, or to the end; undefined when the transfer is in error. @throws Refusal */
  async resume(transferId: string, answer: Answer): Promise<TransferRecord | undefined> {
    const record = this.#noted.get(transferId);
    if (!record) {
      const message = `No cached data found for transferId: ${transferId}`;
      throw new Refusal(message, {
        status: 500,
        statusCode: '500',
        state: { name: 'transferState', content: {} },
      });
    }
    // What was never ordered here has no question to be answered.
    if (record.currentState === 'ERROR_OCCURRED') return undefined;
    return isOrdered(record) ? this.#answer({ ...record, ...answer }, answer) : record;
  }

  /**
   * What the switch knows. Whatever that is replaces what was noted: a transfer that waits for an answer is
   * spoiled by the question. @throws Refusal
   */
  async query(transferId: string): Promise<TransferRecord> {
    const { settings, theSwitch } = this.around;
    const noted = settings.imitates === '18.0.2' ? undefined : this.#noted.get(transferId);
    const blank = { transferId, currentState: 'ERROR_OCCURRED' } as const;
    const record: TransferRecord = noted ?? blank;
    const fulfil = await this.#run('query', record, () => theSwitch.query(transferId));
    return this.#note({ ...record, fulfil }, 'COMPLETED');
  }

  forget(): void {
    this.#noted.clear();
  }

  view(record: TransferRecord): object {
    return viewOf(record, this.around.settings);
  }

  async #answer(record: OrderedRecord, answer: Answer): Promise<TransferRecord> {
    switch (record.currentState) {
      case 'WAITING_FOR_PARTY_ACCEPTANCE':
        return answer.acceptParty === true
          ? this.#afterParty(record)
          : this.#abort(record, 'Payee rejected by backend');
      case 'WAITING_FOR_CONVERSION_ACCEPTANCE':
        return (answer.acceptConversion ?? answer.acceptQuoteOrConversion) === true
          ? this.#afterConversion(record)
          : this.#abort(record, 'FX quote rejected by backend');
      case 'WAITING_FOR_QUOTE_ACCEPTANCE':
        return (answer.acceptQuote ?? answer.acceptQuoteOrConversion) === true
          ? this.#afterQuote(record)
          : this.#abort(record, 'Quote rejected by backend');
      default:
        return record;
    }
  }

  async #afterParty(record: OrderedRecord): Promise<TransferRecord> {
    const needFx = await this.#run('conversion', record, () =>
      Promise.resolve().then(() => this.#stages.needsConversion(record)),
    );
    const known = { ...record, needFx };
    return needFx && record.amountType === 'SEND' ? this.#askConversion(known) : this.#askQuote(known);
  }

  async #askConversion(record: OrderedRecord): Promise<TransferRecord> {
    const converted = await this.#run('conversion', record, () => this.#stages.convert(record));
    return this.#note(converted, 'WAITING_FOR_CONVERSION_ACCEPTANCE');
  }

  async #askQuote(record: OrderedRecord): Promise<TransferRecord> {
    const quoted = await this.#run('quote', record, () => this.#stages.quote(record));
    const asks = !this.around.settings.autoAcceptQuotes || this.#lacksConversion(quoted);
    return asks ? this.#note(quoted, 'WAITING_FOR_QUOTE_ACCEPTANCE') : this.#execute(quoted);
  }

  #afterConversion(record: OrderedRecord): Promise<TransferRecord> {
    return record.amountType === 'SEND' ? this.#askQuote(record) : this.#execute(record);
  }

  #afterQuote(record: OrderedRecord): Promise<TransferRecord> {
    return this.#lacksConversion(record) ? this.#askConversion(record) : this.#execute(record);
  }

  #lacksConversion({ needFx, fxQuoteResponse }: OrderedRecord): boolean {
    return needFx === true && fxQuoteResponse === undefined;
  }

  async #execute(record: OrderedRecord): Promise<TransferRecord> {
    await this.#run('conversion', record, () => this.#stages.exchange(record));
    const done = await this.#run('transfer', record, () => this.#stages.transfer(record));
    return this.#note(done, 'COMPLETED');
  }

  #abort(record: OrderedRecord, abortedReason: string): TransferRecord {
    return this.#note({ ...record, abortedReason }, 'ABORTED');
  }

  async #run<Result>(stage: Stage, record: TransferRecord, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      const known = error instanceof FulfilRejected ? error.record : record;
      throw this.#fail(known, failureOf(error, stage, this.around.settings));
    }
  }

  #fail(record: TransferRecord, { message, status, statusCode, lastError }: Failure): Refusal {
    const noted = this.#note({ ...record, lastError }, 'ERROR_OCCURRED');
    return new Refusal(message, {
      status,
      statusCode,
      state: { name: 'transferState', content: this.view(noted) },
    });
  }

  #note(record: TransferRecord, currentState: CurrentState): TransferRecord {
    const noted = { ...record, currentState };
    this.#noted.set(noted.transferId, noted);
    return noted;
  }
}

const withoutFspId = 'fspId of to party must be specific id when skipPartyLookup is true';

const isOrdered = (record: TransferRecord): record is OrderedRecord => record.homeTransactionId !== undefined;

/** @throws Refusal */
export function checkId(transferId: string, { ids }: Surroundings): void {
  if (!ids.pattern.test(transferId)) throw malformed(`must match pattern "${ids.pattern.source}"`);
}
