import { type Desk } from '../../kit/simulator.js';
import { fromUnits, toUnits } from './amounts.js';
import { type IncomingPayments } from './incoming/payments.js';
import { type Asking, errorBody, scripts } from './magic.js';
import { type Message, type Messenger } from './messenger.js';
import { type FspiopSettings } from './settings.js';
import { type TransactionRequest } from './wire.js';

type State = 'RECEIVED' | 'ACCEPTED' | 'REJECTED';

/** Those whom the bank asks to pay: they think it over, and pay through the incoming way, or do not. Each request once. */
export class Payers {
  /** Word by word, by which a repeat is told from another request under the same id. */
  readonly #heard = new Map<string, string>();

  constructor(
    private readonly desk: Desk,
    private readonly settings: FspiopSettings,
    private readonly messenger: Messenger,
    private readonly incoming: IncomingPayments,
  ) {}

  forget(): void {
    this.#heard.clear();
  }

  ask(request: TransactionRequest, words: string): Promise<void> {
    const { transactionRequestId: id, payer } = request;
    const asking = scripts.asking(payer.partyIdentifier);
    const first = this.#heard.get(id);
    if (first === undefined) {
      this.#heard.set(id, words);
      if (asking.does !== 'error')
        this.desk.clock.after(this.settings.payerThinksMs, () => this.#decide(request, asking));
    }
    return this.messenger.later(aboutOf(request), () => {
      if (first !== undefined && first !== words) return this.#errorOf(request, '3106');
      if (asking.does === 'error') return this.#errorOf(request, asking.error);
      if (asking.does === 'pay' && asking.unheard === true) return null;
      return this.#messageOf(request, asking.does === 'reject' && asking.atOnce ? 'REJECTED' : 'RECEIVED');
    });
  }

  /** Never rejects. */
  async #decide(request: TransactionRequest, asking: Asking): Promise<void> {
    if (!this.#heard.has(request.transactionRequestId)) return;
    if (asking.does === 'reject' && !asking.atOnce)
      await this.messenger.say(this.#messageOf(request, 'REJECTED'));
    if (asking.does !== 'pay') return;
    if (asking.unheard !== true) await this.messenger.say(this.#messageOf(request, 'ACCEPTED'));
    const payments = Array.from({ length: asking.as === 'twice' ? 2 : 1 }, () =>
      this.incoming.receive(this.#paymentFor(request, asking.as === 'oneMore')),
    );
    await Promise.all(payments);
  }

  #paymentFor({ transactionRequestId, payer, payee, amount, note }: TransactionRequest, isOneMore: boolean) {
    const { partyIdType, partyIdentifier } = payee.partyIdInfo;
    return {
      payee: { idType: partyIdType, idValue: partyIdentifier },
      payer: { idType: payer.partyIdType, idValue: payer.partyIdentifier, name: 'Awa Demo' },
      amount: isOneMore ? fromUnits(toUnits(amount.amount) + toUnits('1')) : amount.amount,
      ...{ currency: amount.currency, amountType: 'RECEIVE' },
      ...(note === undefined ? {} : { note }),
      answers: { transactionRequestId },
      payerFspId: payer.fspId,
    };
  }

  #messageOf(request: TransactionRequest, transactionRequestState: State): Message {
    const path = `/transactionRequests/${request.transactionRequestId}`;
    return { ...aboutOf(request), path, source: request.payer.fspId, body: { transactionRequestState } };
  }

  #errorOf(request: TransactionRequest, code: string): Message {
    const path = `/transactionRequests/${request.transactionRequestId}/error`;
    return { ...aboutOf(request), path, source: request.payer.fspId, body: errorBody(code) };
  }
}

const aboutOf = ({ transactionRequestId, payer }: TransactionRequest) => ({
  reference: transactionRequestId,
  party: payer.partyIdentifier,
});
