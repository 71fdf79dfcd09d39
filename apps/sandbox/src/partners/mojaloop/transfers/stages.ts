import { type Desk } from '../../../kit/simulator.js';
import { type Amount } from '../amounts.js';
import { type Ids } from '../ids.js';
import { scripts } from '../magic.js';
import { conditionOf } from '../scheme/ilp.js';
import { NoAnswer } from '../scheme/errors.js';
import { headersFrom, type Participants, pause } from '../scheme/participants.js';
import { type Switch } from '../scheme/switch.js';
import { type Fulfil } from '../scheme/wire.js';
import { type MojaloopSettings } from '../settings.js';
import { type OrderedRecord } from './record.js';

/** Everything that the scheme adapter works with. */
export interface Surroundings {
  readonly desk: Desk;
  readonly settings: MojaloopSettings;
  readonly ids: Ids;
  readonly participants: Participants;
  readonly theSwitch: Switch;
}

/** A fulfil came, and then the scheme adapter could not make sense of it. */
export class FulfilRejected extends Error {
  constructor(
    message: string,
    readonly record: OrderedRecord,
  ) {
    super(message);
  }
}

/** The calls that make up a transfer. Each one answers the record with what has been learned. */
export class Stages {
  constructor(private readonly around: Surroundings) {}

  /** @throws what the other side answers */
  async lookUp(record: OrderedRecord): Promise<OrderedRecord> {
    const { to } = record;
    const { participants } = this.around;
    const getPartiesResponse = await participants.lookUp(to.idType, to.idValue, to.idSubValue);
    const { partyIdInfo, name, personalInfo, supportedCurrencies } = getPartiesResponse.body.party;
    return {
      ...record,
      getPartiesResponse,
      to: {
        ...to,
        fspId: partyIdInfo.fspId,
        ...(name === undefined ? {} : { displayName: name }),
        ...personalInfo?.complexName,
        ...(supportedCurrencies === undefined ? {} : { supportedCurrencies: [...supportedCurrencies] }),
      },
    };
  }

  /** @throws what the other side answers */
  async quote(record: OrderedRecord): Promise<OrderedRecord> {
    const { ids, desk, settings, participants } = this.around;
    const { fxQuoteResponse, amountType } = record;
    const quoteId = ids.create(desk.clock.now());
    // Abroad, the payee's institution is asked in its own currency.
    const amount =
      amountType === 'SEND' && fxQuoteResponse
        ? fxQuoteResponse.body.conversionTerms.targetAmount
        : orderedOf(record);
    const question = {
      transactionId: record.transferId,
      payee: record.to.idValue,
      amountType,
      amount,
    };
    const quoteRequest = { body: { quoteId, ...question }, headers: this.#headers(record.to.fspId) };
    const quoteResponse = await participants.quote(question);
    return {
      ...record,
      quoteId,
      quoteRequest,
      quoteResponse,
      quoteResponseSource: settings.payeeFspId,
    };
  }

  /** @throws what the other side answers */
  async convert(record: OrderedRecord): Promise<OrderedRecord> {
    const { ids, desk, settings, participants } = this.around;
    const { amountType, quoteResponse } = record;
    const conversionRequestId = ids.create(desk.clock.now());
    const fxQuoteResponse = await participants.convert({
      transactionId: record.transferId,
      conversionId: ids.create(desk.clock.now()),
      initiatingFsp: record.from.fspId,
      payee: record.to.idValue,
      amountType,
      amount:
        amountType === 'RECEIVE' && quoteResponse ? quoteResponse.body.transferAmount : orderedOf(record),
    });
    return {
      ...record,
      conversionRequestId,
      fxQuoteResponse,
      fxQuoteResponseSource: settings.fxProviderFspId,
    };
  }

  /** The exchange that a transfer abroad begins with. @throws NoAnswer */
  async exchange(record: OrderedRecord): Promise<void> {
    if (!record.needFx || scripts.converting(record.to.idValue) !== 'silentTransfer') return;
    await pause(this.around.desk, this.around.settings.processingTimeoutMs);
    throw new NoAnswer();
  }

  /** Moves the money. @throws what the other side answers, FulfilRejected */
  async transfer(record: OrderedRecord): Promise<OrderedRecord> {
    const { theSwitch, settings } = this.around;
    const { quoteResponse, transferId, to, homeTransactionId } = record;
    if (!quoteResponse) throw new Error('a transfer needs a quote');
    const { transferAmount, ilpPacket, condition, expiration } = quoteResponse.body;
    const fulfil = await theSwitch.prepare({
      transferId,
      reference: homeTransactionId,
      payee: to.idValue,
      ordered: orderedOf(record),
      debit: record.fxQuoteResponse?.body.conversionTerms.sourceAmount ?? transferAmount,
      quoteExpiration: expiration,
      ilpPacket,
    });
    const prepare = {
      body: {
        transferId,
        payerFsp: settings.fspId,
        payeeFsp: settings.payeeFspId,
        amount: transferAmount,
        ilpPacket,
        condition,
        expiration,
      },
      headers: this.#headers(to.fspId),
    };
    const done = { ...record, prepare, fulfil };
    checkFulfil(fulfil.body, condition, done);
    return done;
  }

  /** Whether the payee keeps another currency than the order's. @throws when nobody changes that pair */
  needsConversion({ to, currency, amountType }: OrderedRecord): boolean {
    const { settings } = this.around;
    const theirs = to.supportedCurrencies;
    if (settings.imitates === '18.0.2' || theirs === undefined) return false;
    if (theirs.length === 0) throw new Error('No payee supportedCurrencies received');
    if (theirs.includes(currency) && currency === settings.currency) return false;
    const asked = amountType === 'SEND' ? settings.currency : settings.foreignCurrency;
    if (currency === asked && theirs.includes(settings.foreignCurrency)) return true;
    throw new Error('No FX provider detected');
  }

  #headers(destination = this.around.settings.payeeFspId) {
    return headersFrom(this.around.settings.fspId, destination, this.around.desk.clock.now());
  }
}

const orderedOf = ({ currency, amount }: OrderedRecord): Amount => ({ currency, amount });

function checkFulfil({ fulfilment }: Fulfil, condition: string, record: OrderedRecord): void {
  if (fulfilment === undefined) {
    throw new FulfilRejected("Cannot read properties of undefined (reading 'replace')", record);
  }
  if (conditionOf(fulfilment) !== condition) {
    throw new FulfilRejected('Invalid fulfilment received from peer DFSP.', record);
  }
}
