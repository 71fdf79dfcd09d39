import { type Delivery } from '../../../kit/courier.js';
import { type Amount } from '../amounts.js';
import { pause } from '../scheme/participants.js';
import { type Incoming } from '../scheme/switch.js';
import { type TransferState } from '../scheme/wire.js';
import { type Surroundings } from '../transfers/stages.js';
import { misfitOf, PartyAnswer, type QuoteAnswer, quoteAnswerOf, TransferAnswer } from './answers.js';
import { type ConnectorClient, inPath } from './connector-client.js';
import { type Found, incomingOf, oneMoreThan, quoteRequestOf, transferRequestOf } from './messages.js';
import { Notifier } from './notifier.js';
import { type IncomingOrder, readOrder } from './order.js';
import { type Plan } from './plans.js';
import { type Answer, answerIn, judge, type Verdict } from './verdict.js';

/** What happened on the scheme's side. What was not asked, or not answered in time, is null. */
export interface Report {
  readonly transferId: string;
  readonly quoteId: string | null;
  readonly party: Answer | null;
  readonly quote: Answer | null;
  readonly transfer: Answer | null;
  /** The answer to the same transfer sent a second time. */
  readonly repeat: Answer | null;
  /** What the connector says of the transfer afterwards, where the plan has it asked. */
  readonly details: Answer | null;
  /** The scheme's code that the payer's side got. */
  readonly errorCode: string | null;
  /** Why the payer's side got nothing, or did not agree. */
  readonly problem: string | null;
  /** What the switch holds of the transfer; null when none was sent. */
  readonly state: TransferState | null;
  /** What the books say that the scheme owes us for it. */
  readonly credited: Amount | null;
}

type Gathered = Partial<Omit<Report, 'transferId' | 'state'>>;

/** One transfer under way: what is sent, and when the switch gives it up. */
interface Shipment {
  readonly found: Found;
  readonly quote: QuoteAnswer | undefined;
  readonly incoming: Incoming;
  readonly body: object;
}

interface Sent {
  readonly told: Delivery | undefined;
  /** The answer to the copy, where two went out at once. */
  readonly repeated?: Delivery | undefined;
}

/** The code for an institution that has no position in the currency. */
const noPosition = '3201';

/** Payers at other institutions, their scheme adapters, and the way through the switch to the bank's connector. */
export class IncomingPayments {
  readonly #notifier: Notifier;

  constructor(
    private readonly around: Surroundings,
    private readonly connector: ConnectorClient,
  ) {
    this.#notifier = new Notifier(around, connector);
  }

  /** From the lookup to what the switch decides. @throws ZodError naming the field */
  async receive(body: unknown): Promise<Report> {
    const { ids, desk, settings, theSwitch } = this.around;
    const order = readOrder(body, settings);
    const openedAt = desk.clock.now();
    const transferId = ids.create(openedAt);
    const gathered = await this.#play(order, transferId, openedAt);
    return { transferId, ...blank, ...gathered, state: theSwitch.stateOf(transferId) ?? null };
  }

  async #play(order: IncomingOrder, transferId: string, openedAt: Date): Promise<Gathered> {
    const { ids, settings } = this.around;
    const { plan, expiryMs } = order;
    const { idType, idValue, idSubValue } = order.payee;
    const path = ['', 'parties', idType, idValue, ...(idSubValue === undefined ? [] : [idSubValue])];
    const told = await this.#inTime(this.connector.get(path.map(inPath).join('/')), expiryMs);
    const party = { party: answerIn(told) };
    const verdict = judge(told, PartyAnswer);
    if (verdict.is !== 'content' || plan.until === 'party') return { ...party, ...failureIn(verdict) };
    const { type: _notPassedOn, ...payee } = verdict.content;
    const found = {
      order,
      transferId,
      quoteId: ids.create(openedAt),
      payee: { ...payee, fspId: settings.fspId },
      openedAt,
      expiresAt: new Date(openedAt.getTime() + expiryMs),
    };
    const rest =
      plan.carries === 'no-quote' ? await this.#transfer(found, undefined) : await this.#quote(found);
    return { ...party, ...rest };
  }

  async #quote(found: Found): Promise<Gathered> {
    const { order, quoteId } = found;
    const { settings } = this.around;
    const told = await this.#inTime(
      this.connector.post('/quoterequests', quoteRequestOf(found)),
      order.expiryMs,
    );
    const asked = { quoteId, quote: answerIn(told) };
    const verdict = judge(told, quoteAnswerOf(settings));
    if (verdict.is !== 'content') return { ...asked, ...failureIn(verdict) };
    const problem = misfitOf(verdict.content, { ...order, ...found });
    if (problem !== undefined || order.plan.until === 'quote') return { ...asked, problem: problem ?? null };
    const quote = {
      ...verdict.content,
      expiration: verdict.content.expiration ?? found.expiresAt.toISOString(),
    };
    return { ...asked, ...(await this.#transfer(found, quote)) };
  }

  async #transfer(found: Found, quote: QuoteAnswer | undefined): Promise<Gathered> {
    const { plan, amount, currency, expiryMs } = found.order;
    if (currency !== this.around.settings.currency) return { errorCode: noPosition };
    const said = plan.carries === 'other-amount' ? oneMoreThan(amount) : amount;
    const body = transferRequestOf(found, quote, said);
    const incoming = incomingOf(found, quote);
    const { transferId } = found;
    const { theSwitch } = this.around;
    theSwitch.reserve(incoming);
    const gathered = await this.#ship({ found, quote, incoming, body });
    const credited = theSwitch.stateOf(transferId) === 'COMMITTED' ? incoming.credit : null;
    if (!plan.asksBack) return { ...gathered, credited };
    const details = answerIn(await this.#inTime(this.connector.get(`/transfers/${transferId}`), expiryMs));
    return { ...gathered, credited, details };
  }

  async #ship(shipment: Shipment): Promise<Gathered> {
    const { desk, theSwitch } = this.around;
    const { found, quote, incoming } = shipment;
    const { plan, expiryMs } = found.order;
    const expiresAtMs = desk.clock.now().getTime() + expiryMs;
    if (plan.decides === 'abort-before-answer') theSwitch.conclude(incoming, 'ABORTED', '');
    const sending = this.#send(shipment);
    const isToldEarly = this.#notifier.tellsEarly(found);
    if (isToldEarly) {
      this.#conclude(incoming, endFor(plan, true), '');
      await this.#notifier.tell({ found, quote, answer: undefined });
    }
    const { told, repeated } = await sending;
    const verdict = judge(told, TransferAnswer);
    if (verdict.is === 'nothing' && theSwitch.stateOf(found.transferId) === 'RESERVED') {
      await pause(desk, Math.max(0, expiresAtMs - desk.clock.now().getTime()));
    }
    const answer = verdict.is === 'content' ? verdict.content : undefined;
    this.#conclude(incoming, endFor(plan, answer !== undefined), answer?.homeTransactionId ?? '');
    if (!isToldEarly) this.#notifier.schedule({ found, quote, answer });
    const repeat = repeated ?? (await this.#repeat(shipment));
    return { transfer: answerIn(told), repeat: answerIn(repeat), ...failureIn(verdict) };
  }

  #conclude(incoming: Incoming, end: 'COMMITTED' | 'ABORTED' | undefined, reference: string): void {
    if (end) this.around.theSwitch.conclude(incoming, end, reference);
  }

  /** What is answered first counts; of two sent at once the other one is the repeat. */
  async #send({ found, body }: Shipment): Promise<Sent> {
    const { plan, expiryMs } = found.order;
    const post = () => this.#inTime(this.connector.post('/transfers', body), expiryMs);
    if (plan.repeats !== 'at-once') return { told: await post() };
    const answers: (Delivery | undefined)[] = [];
    await Promise.all([post(), post()].map(async (answer) => answers.push(await answer)));
    return { told: answers[0], repeated: answers[1] };
  }

  async #repeat({ found, quote, body }: Shipment): Promise<Delivery | undefined> {
    const { plan, amount, expiryMs } = found.order;
    switch (plan.repeats) {
      case 'afterwards':
        return this.#inTime(this.connector.post('/transfers', body), expiryMs);
      case 'with-other-amount': {
        const other = transferRequestOf(found, quote, oneMoreThan(amount));
        return this.#inTime(this.connector.post('/transfers', other), expiryMs);
      }
      default:
        return undefined;
    }
  }

  /** The answer; undefined when it takes longer than the payer waits. */
  #inTime(answer: Promise<Delivery>, waitMs: number): Promise<Delivery | undefined> {
    return new Promise((resolve) => {
      const giveUp = this.around.desk.clock.after(waitMs, () => {
        resolve(undefined);
      });
      void answer.then((delivery) => {
        giveUp();
        resolve(delivery);
      });
    });
  }
}

const blank = {
  quoteId: null,
  party: null,
  quote: null,
  transfer: null,
  repeat: null,
  details: null,
  credited: null,
  errorCode: null,
  problem: null,
};

function failureIn(verdict: Verdict<unknown>): Pick<Gathered, 'errorCode' | 'problem'> {
  switch (verdict.is) {
    case 'content':
      return {};
    case 'error':
      return { errorCode: verdict.errorCode };
    case 'nothing':
      return { problem: verdict.problem };
  }
}

/** What the switch decides; undefined when it never does. */
function endFor({ decides }: Plan, isAccepted: boolean): 'COMMITTED' | 'ABORTED' | undefined {
  switch (decides) {
    case 'abort-before-answer':
    case 'abort-after-answer':
      return 'ABORTED';
    case 'commit-anyway':
      return 'COMMITTED';
    case 'never':
      return isAccepted ? undefined : 'ABORTED';
    default:
      return isAccepted ? 'COMMITTED' : 'ABORTED';
  }
}
