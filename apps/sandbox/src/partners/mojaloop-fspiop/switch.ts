import { createHash, createHmac } from 'node:crypto';
import { type Desk } from '../../kit/simulator.js';
import { fromUnits, shareOf, toUnits } from './amounts.js';
import { errorBody, type Moving, scripts } from './magic.js';
import { type Message, type Messenger } from './messenger.js';
import { type IncomingLedger } from './incoming/ledger.js';
import { type FspiopSettings } from './settings.js';
import { type Prepare, type QuoteRequest } from './wire.js';

interface Agreement {
  readonly request: QuoteRequest;
  /** Word by word, by which a repeat is told from another request under the same id. */
  readonly words: string;
  readonly quote: Quote;
}

interface Quote {
  readonly transferAmount: { readonly currency: string; readonly amount: string };
  readonly expiration: string;
  readonly ilpPacket: string;
  readonly condition: string;
}

interface Known {
  readonly words: string;
  readonly state: 'RESERVED' | 'COMMITTED' | 'ABORTED';
  readonly fulfilment?: string;
  readonly error?: string;
}

const STRANGER = 'another-fsp';

const fulfilmentOf = (packet: string): string =>
  createHmac('sha256', 'payee-demo-secret').update(packet).digest('base64url');
const conditionOf = (fulfilment: string): string =>
  createHash('sha256').update(Buffer.from(fulfilment, 'base64url')).digest('base64url');

/** Who has what, what was offered, and which transfer stands where. Each id is carried out once. */
export class Switch {
  readonly #agreements = new Map<string, Agreement>();
  readonly #transfers = new Map<string, Known>();
  #spent = 0n;

  constructor(
    private readonly desk: Desk,
    private readonly settings: FspiopSettings,
    private readonly messenger: Messenger,
    private readonly incoming: IncomingLedger,
  ) {
    desk.onBalance(() => ({
      currency: settings.currency,
      opening: settings.startingBalance,
      amount: fromUnits(this.#balance()),
    }));
  }

  forget(): void {
    this.#agreements.clear();
    this.#transfers.clear();
    this.#spent = 0n;
  }

  /** @param path of the request, which its answer repeats */
  lookUp(path: string, type: string, id: string): Promise<void> {
    const { payeeFspId, hubFspId } = this.settings;
    const about = { reference: id, party: id };
    const finding = scripts.finding(id);
    return this.messenger.later(about, () => {
      if (finding === 'silence') return null;
      if (typeof finding === 'object')
        return { ...about, path: `${path}/error`, source: hubFspId, body: errorBody(finding.error) };
      const partyIdInfo = { partyIdType: type, partyIdentifier: id, fspId: payeeFspId };
      const named = {
        name: 'Awa Demo',
        personalInfo: { complexName: { firstName: 'Awa', lastName: 'Demo' } },
      };
      const party = { partyIdInfo, ...(finding === 'nameless' ? {} : named) };
      return { ...about, path, source: payeeFspId, body: { party } };
    });
  }

  quote(request: QuoteRequest, words: string): Promise<void> {
    const { payeeFspId } = this.settings;
    const payee = request.payee.partyIdInfo.partyIdentifier;
    const about = { reference: request.quoteId, party: payee };
    const quoting = scripts.quoting(payee);
    const path = `/quotes/${request.quoteId}`;
    return this.messenger.later(about, () => {
      if (quoting === 'silence') return null;
      const { words: first } = this.#agreements.get(request.quoteId) ?? { words };
      const error = first === words ? (typeof quoting === 'object' ? quoting.error : null) : '3106';
      if (error !== null)
        return { ...about, path: `${path}/error`, source: payeeFspId, body: errorBody(error) };
      const { quote } = this.#agree(request, words);
      return { ...about, path, source: quoting === 'stranger' ? STRANGER : payeeFspId, body: quote };
    });
  }

  transfer(prepare: Prepare, words: string): Promise<void> {
    const { transferId } = prepare;
    const agreement = [...this.#agreements.values()].find(
      ({ quote }) => quote.ilpPacket === prepare.ilpPacket,
    );
    const payee = agreement?.request.payee.partyIdInfo.partyIdentifier;
    const moving = payee === undefined ? 'commit' : scripts.moving(payee);
    const known = this.#transfers.get(transferId);
    if (moving !== 'lose' && !known) this.#carryOut(prepare, words, agreement, moving);
    const about = { reference: transferId, ...(payee === undefined ? {} : { party: payee }) };
    return this.messenger.later(about, () => {
      if (moving === 'lose' || (moving === 'commitUnheard' && !known)) return null;
      return known && known.words !== words
        ? this.#errorOf(transferId, '3106')
        : this.#standingOf(transferId);
    });
  }

  tell(transferId: string): Promise<void> {
    return this.messenger.later({ reference: transferId }, () => this.#standingOf(transferId));
  }

  #standingOf(transferId: string): Message {
    const incoming = this.incoming.standingOf(transferId);
    if (incoming) return this.#messageOf(transferId, incoming, this.settings.hubFspId);
    const known = this.#transfers.get(transferId);
    if (!known) return this.#errorOf(transferId, '3208');
    if (known.error !== undefined) return this.#errorOf(transferId, known.error);
    const { state, fulfilment } = known;
    return this.#messageOf(transferId, state, this.settings.payeeFspId, fulfilment);
  }

  #messageOf(reference: string, transferState: string, source: string, fulfilment?: string): Message {
    const completedTimestamp = this.desk.clock.now().toISOString();
    const body = { transferState, completedTimestamp, ...(fulfilment === undefined ? {} : { fulfilment }) };
    return { path: `/transfers/${reference}`, source, reference, body };
  }

  #errorOf(transferId: string, code: string): Message {
    const path = `/transfers/${transferId}/error`;
    return { path, source: this.settings.hubFspId, reference: transferId, body: errorBody(code) };
  }

  #agree(request: QuoteRequest, words: string): Agreement {
    const known = this.#agreements.get(request.quoteId);
    if (known) return known;
    const quoting = scripts.quoting(request.payee.partyIdInfo.partyIdentifier);
    const { currency } = request.amount;
    const asked = toUnits(request.amount.amount);
    const feeUnits = shareOf(asked, this.settings.payeeFeeBasisPoints, currency);
    const sent =
      (request.amountType === 'SEND' ? asked : asked + feeUnits) * (quoting === 'doubled' ? 2n : 1n);
    const amountOf = (units: bigint) => ({ currency, amount: fromUnits(units) });
    const lifetimeMs = quoting === 'shortLived' ? 1_000 : this.settings.quoteLifetimeMs;
    const expiration = new Date(this.desk.clock.now().getTime() + lifetimeMs).toISOString();
    const { quoteId, transactionId } = request;
    const packet = { quoteId, transactionId, amount: amountOf(sent), expiration };
    const ilpPacket = Buffer.from(JSON.stringify(packet)).toString('base64url');
    const agreement = {
      request,
      words,
      quote: {
        transferAmount: amountOf(sent),
        payeeReceiveAmount: amountOf(sent - feeUnits),
        payeeFspFee: amountOf(feeUnits),
        expiration,
        ilpPacket,
        condition: conditionOf(fulfilmentOf(ilpPacket)),
      },
    };
    this.#agreements.set(quoteId, agreement);
    return agreement;
  }

  #carryOut(prepare: Prepare, words: string, agreement: Agreement | undefined, moving: Moving): void {
    const { transferId, ilpPacket } = prepare;
    const error =
      this.#refusalFor(prepare, agreement) ?? (typeof moving === 'object' ? moving.error : undefined);
    if (error !== undefined || !agreement) {
      this.#transfers.set(transferId, { words, state: 'ABORTED', error: error ?? '3100' });
      return;
    }
    const fulfilment = fulfilmentOf(moving === 'commitWithWrongFulfilment' ? 'another' : ilpPacket);
    const commit = () => {
      this.#transfers.set(transferId, { words, state: 'COMMITTED', fulfilment });
      this.#enter(prepare, agreement);
    };
    if (moving === 'abort') this.#transfers.set(transferId, { words, state: 'ABORTED' });
    else if (moving === 'reserve' || moving === 'commitLate') {
      this.#transfers.set(transferId, { words, state: 'RESERVED' });
      if (moving === 'commitLate') this.desk.clock.after(this.settings.lateMs, commit);
    } else commit();
  }

  #refusalFor({ amount, condition, expiration }: Prepare, agreement?: Agreement): string | undefined {
    if (!agreement) return '3100';
    const { quote } = agreement;
    const now = this.desk.clock.now().getTime();
    if (Date.parse(expiration) < now) return '3303';
    if (Date.parse(quote.expiration) < now) return '3302';
    const { currency, amount: value } = quote.transferAmount;
    if (condition !== quote.condition || amount.currency !== currency || amount.amount !== value)
      return '3100';
    return toUnits(value) > this.#balance() ? '4001' : undefined;
  }

  #enter({ transferId, amount }: Prepare, { request }: Agreement): void {
    this.#spent += toUnits(amount.amount);
    this.desk.books.record({
      reference: transferId,
      partnerReference: transferId,
      receipt: transferId,
      kind: 'transfer',
      amount: request.amount.amount,
      change: `-${amount.amount}`,
      currency: amount.currency,
      party: request.payee.partyIdInfo.partyIdentifier,
      state: 'succeeded',
      at: this.desk.clock.now().toISOString(),
    });
  }

  #balance(): bigint {
    return toUnits(this.settings.startingBalance) - this.#spent + this.incoming.received;
  }
}
