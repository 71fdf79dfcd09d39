import { randomUUID } from 'node:crypto';
import { type z } from 'zod';
import { type Delivery } from '../../../kit/courier.js';
import { type Desk } from '../../../kit/simulator.js';
import { fromUnits, toUnits } from '../amounts.js';
import { type FspiopSettings } from '../settings.js';
import { digestOf, ErrorAnswer, FulfilAnswer, misfitOf, PartyAnswer, QuoteAnswer } from './answers.js';
import { type Ear, type Heard } from './ear.js';
import { type Incoming, type IncomingLedger, type Standing } from './ledger.js';
import { type IncomingOrder, readOrder } from './order.js';
import { type Asking, type Requester } from './requester.js';

/** What the bank said: at once, and by its own request. What was not asked or not answered in time is null. */
interface Answer {
  readonly acknowledged: number | null;
  readonly body: unknown;
}

/** What happened on the scheme's side. */
export interface Report {
  readonly transferId: string;
  readonly quoteId: string;
  readonly party: Answer | null;
  readonly quote: Answer | null;
  readonly transfer: Answer | null;
  /** The answer to the same transfer sent a second time. */
  readonly repeat: Answer | null;
  /** The scheme's code that the payer's side got. */
  readonly errorCode: string | null;
  /** Why the payer's side got nothing, or did not agree. */
  readonly problem: string | null;
  /** What the switch holds of the transfer; null when none was sent. */
  readonly state: Standing | null;
}

type Gathered = Partial<Report>;
type Names = Pick<Report, 'transferId' | 'quoteId'>;

/** A transfer under way. */
interface Shipment {
  readonly order: IncomingOrder;
  readonly incoming: Incoming;
  readonly condition: string;
  readonly expiresAtMs: number;
}

/** Payers at other institutions, and their way through the switch to the bank. */
export class IncomingPayments {
  readonly #shipments = new Map<string, Shipment>();

  constructor(
    private readonly desk: Desk,
    private readonly settings: FspiopSettings,
    private readonly requester: Requester,
    private readonly ledger: IncomingLedger,
    private readonly ear: Ear,
  ) {}

  forget(): void {
    this.#shipments.clear();
    this.ledger.forget();
    this.ear.forget();
  }

  /** From the lookup to what the switch decides. @throws ZodError naming the field */
  async receive(body: unknown): Promise<Report> {
    const order = readOrder(body, this.settings);
    const names = { transferId: randomUUID(), quoteId: randomUUID() };
    const gathered = await this.#lookUp(order, names);
    const state = this.ledger.standingOf(names.transferId) ?? null;
    return { ...names, ...blank, ...gathered, state };
  }

  /** What the bank says of a transfer, whether anybody still waits for it or not. */
  fulfil(transferId: string, heard: Heard): void {
    const shipment = this.#shipments.get(transferId);
    if (!shipment) return;
    const { order, incoming } = shipment;
    const answer = heard.isError ? undefined : FulfilAnswer.safeParse(heard.body).data;
    const isYes = answer?.fulfilment !== undefined && digestOf(answer.fulfilment) === shipment.condition;
    const isInTime = this.desk.clock.now().getTime() <= shipment.expiresAtMs;
    if (order.plan.decides !== 'never')
      this.ledger.conclude(
        incoming,
        isYes && isInTime && order.plan.decides === undefined ? 'COMMITTED' : 'ABORTED',
      );
    // Whoever has committed by itself is not told, and whoever has refused knows.
    if (isYes && answer.transferState === 'RESERVED') this.#tell(shipment);
  }

  #tell({ order: { plan, payee, payerFspId }, incoming }: Shipment): void {
    const { transferId } = incoming;
    const transferState = this.ledger.standingOf(transferId);
    if (plan.tells === 'nothing' || transferState === undefined || transferState === 'RESERVED') return;
    const { hubFspId, notificationDelayMs } = this.settings;
    const source = plan.tells === 'through-the-payer' ? payerFspId : hubFspId;
    this.desk.clock.after(notificationDelayMs, () => {
      const body = { transferState, completedTimestamp: this.desk.clock.now().toISOString() };
      const about = { reference: transferId, party: payee.idValue };
      return this.requester.notify(
        { method: 'PATCH', path: `/transfers/${transferId}`, source, body },
        about,
      );
    });
  }

  async #lookUp(order: IncomingOrder, names: Names): Promise<Gathered> {
    const { idType, idValue } = order.payee;
    const path = `/parties/${encodeURIComponent(idType)}/${encodeURIComponent(idValue)}`;
    const {
      answer: party,
      content,
      ...failure
    } = await this.#ask(order, PartyAnswer, path, {
      ...{ method: 'GET', path, source: order.payerFspId },
    });
    if (!content || order.plan.until === 'party') return { party, ...failure };
    return { party, ...(await this.#quote(order, names)) };
  }

  async #quote(order: IncomingOrder, names: Names): Promise<Gathered> {
    const {
      answer: quote,
      content,
      ...failure
    } = await this.#ask(order, QuoteAnswer, `/quotes/${names.quoteId}`, {
      method: 'POST',
      path: '/quotes',
      source: order.payerFspId,
      body: this.#quoteBody(order, names),
    });
    if (!content) return { quote, ...failure };
    const problem = misfitOf(content, order) ?? null;
    if (problem !== null || order.plan.until === 'quote') return { quote, problem };
    return { quote, ...(await this.#transfer(order, names, content)) };
  }

  async #transfer(order: IncomingOrder, { transferId }: Names, quote: QuoteAnswer): Promise<Gathered> {
    const { plan, expiryMs, payer } = order;
    const expiresAtMs = this.desk.clock.now().getTime() + (plan.isLate ? -1_000 : expiryMs);
    const body = this.#prepareOf(order, transferId, quote, expiresAtMs);
    const incoming = { transferId, payer: payer.idValue, amount: body.amount };
    this.ledger.reserve(incoming);
    this.#shipments.set(transferId, { order, incoming, condition: quote.condition, expiresAtMs });
    if (plan.decides === 'abort-before-answer') this.ledger.conclude(incoming, 'ABORTED');
    const { answer: transfer, ...failure } = await this.#send(order, transferId, body);
    // What is not answered in time is swept away.
    if (plan.decides !== 'never') this.ledger.conclude(incoming, 'ABORTED');
    const { errorCode, problem } = failure;
    if (plan.repeats === undefined) return { transfer, errorCode, problem };
    const again = plan.repeats === 'afterwards' ? body : { ...body, amount: oneMoreThan(body.amount) };
    const { answer: repeat } = await this.#send(order, transferId, again);
    return { transfer, repeat, errorCode, problem };
  }

  #send(order: IncomingOrder, transferId: string, body: object) {
    const asking = { method: 'POST', path: '/transfers', source: order.payerFspId, body } as const;
    return this.#ask(order, FulfilAnswer, `/transfers/${transferId}`, { ...asking, signs: order.plan.signs });
  }

  /** Asks, and waits for the answer where the question was taken up. */
  async #ask<Content>(
    { expiryMs }: IncomingOrder,
    schema: z.ZodType<Content>,
    path: string,
    asking: Asking,
  ): Promise<{ answer: Answer; content?: Content; errorCode: string | null; problem: string | null }> {
    const coming = this.ear.expect(path, expiryMs);
    const delivery = await this.requester.ask(asking);
    const acknowledged = delivery.answered ? delivery.status : null;
    if (acknowledged !== 202) {
      const problem = `acknowledged with ${acknowledged ?? 'nothing'}`;
      const body = readObject(delivery);
      return { answer: { acknowledged, body }, errorCode: codeIn(body), problem };
    }
    const heard = await coming;
    const answer = { acknowledged, body: heard?.body ?? null };
    if (!heard) return { answer, errorCode: null, problem: 'no answer in time' };
    if (heard.isError) return { answer, errorCode: codeIn(heard.body), problem: null };
    const { data, error } = schema.safeParse(heard.body);
    if (error) return { answer, errorCode: null, problem: wrongsOf(error) };
    return { answer, content: data, errorCode: null, problem: null };
  }

  #quoteBody(order: IncomingOrder, { transferId, quoteId }: Names): object {
    const { payee, payer, payerFspId, amountType, amount, currency, scenario, note, expiryMs } = order;
    const { answers } = order;
    const { fspId } = this.settings;
    const infoOf = (of: { idType: string; idValue: string }, fspId: string) => ({
      ...{ partyIdType: of.idType, partyIdentifier: of.idValue, fspId },
    });
    return {
      quoteId,
      transactionId: transferId,
      ...answers,
      payee: { partyIdInfo: infoOf(payee, fspId) },
      payer: { partyIdInfo: infoOf(payer, payerFspId), name: payer.name },
      amountType,
      amount: { currency, amount },
      transactionType: answers
        ? { scenario, initiator: 'PAYEE', initiatorType: 'BUSINESS' }
        : { scenario, initiator: 'PAYER', initiatorType: 'CONSUMER' },
      ...(note === undefined ? {} : { note }),
      expiration: new Date(this.desk.clock.now().getTime() + expiryMs).toISOString(),
    };
  }

  #prepareOf(
    { plan, payerFspId }: IncomingOrder,
    transferId: string,
    quote: QuoteAnswer,
    expiresAtMs: number,
  ) {
    const { hubFspId, fspId } = this.settings;
    const { transferAmount, ilpPacket, condition } = quote;
    return {
      transferId,
      payerFsp: plan.carries === 'another-payer' ? hubFspId : payerFspId,
      payeeFsp: fspId,
      amount: plan.carries === 'other-amount' ? oneMoreThan(transferAmount) : transferAmount,
      ilpPacket: plan.carries === 'another-packet' ? `${ilpPacket.slice(0, -4)}AAAA` : ilpPacket,
      condition,
      expiration: new Date(expiresAtMs).toISOString(),
    };
  }
}

const blank = {
  party: null,
  quote: null,
  transfer: null,
  repeat: null,
  errorCode: null,
  problem: null,
};

const oneMoreThan = ({ currency, amount }: { currency: string; amount: string }) => ({
  ...{ currency, amount: fromUnits(toUnits(amount) + toUnits('1')) },
});

const wrongsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');

const codeIn = (body: unknown): string | null =>
  ErrorAnswer.safeParse(body).data?.errorInformation.errorCode ?? null;

function readObject(delivery: Delivery): unknown {
  try {
    return delivery.answered ? JSON.parse(delivery.body) : null;
  } catch {
    return null;
  }
}
