import { inspect } from 'node:util';
import { type Failure, failureOf, informationOf, type Stage } from '../failures.js';
import { type RequestOrder } from '../fields.js';
import { Refusal } from '../refusal.js';
import { SchemeError } from '../scheme/errors.js';
import { type PartyFound, type Received } from '../scheme/wire.js';
import { type Surroundings } from '../transfers/stages.js';
import { type Payers, type RequestAnswer } from './payers.js';

/** All that the scheme adapter has noted of one request to pay; this is also what it answers. */
interface RequestRecord extends RequestOrder {
  readonly transactionRequestId: string;
  readonly currentState: 'WAITING_FOR_PARTY_ACCEPTANCE' | 'COMPLETED' | 'ERROR_OCCURRED';
  readonly getPartiesResponse?: Received<PartyFound>;
  readonly transactionRequestResponse?: Received<RequestAnswer>;
  readonly lastError?: unknown;
}

/** Requests to pay as the scheme adapter leads them: it looks up whoever is in `to`, and asks them. */
export class RequestsToPay {
  readonly #noted = new Map<string, RequestRecord>();

  constructor(
    private readonly around: Surroundings,
    private readonly payers: Payers,
  ) {}

  /** @throws Refusal */
  async start(order: RequestOrder): Promise<object> {
    const { settings, participants } = this.around;
    const record: RequestRecord = {
      ...order,
      from: { ...order.from, fspId: settings.fspId },
      transactionRequestId: crypto.randomUUID(),
      currentState: 'ERROR_OCCURRED',
    };
    const { idType, idValue, idSubValue } = order.to;
    const found = await this.#run('party', record, () => participants.lookUp(idType, idValue, idSubValue));
    const { partyIdInfo, personalInfo } = found.body.party;
    const known: RequestRecord = {
      ...record,
      getPartiesResponse: found,
      to: { ...order.to, ...personalInfo?.complexName, fspId: partyIdInfo.fspId },
    };
    const asksNothing =
      settings.imitates === '18.0.2' ? settings.autoAcceptParty : settings.autoAcceptR2pParty;
    return asksNothing
      ? this.#ask(known)
      : this.#note({ ...known, currentState: 'WAITING_FOR_PARTY_ACCEPTANCE' });
  }

  /** Undefined for what is in error. @throws Refusal */
  async resume(id: string, isYes: boolean): Promise<object | undefined> {
    const record = this.#noted.get(id);
    if (!record) throw crash(`No cached data found for transactionRequestId: ${id}`);
    // The scheme adapter has nothing to say no with.
    if (!isYes) throw crash('model.rejectRequestToPay is not a function');
    if (record.currentState === 'ERROR_OCCURRED') return undefined;
    return record.currentState === 'COMPLETED' ? viewOf(record) : await this.#ask(record);
  }

  forget(): void {
    this.#noted.clear();
  }

  async #ask(record: RequestRecord): Promise<object> {
    const { home, transactionRequestId, from, to, amount, currency } = record;
    const request = { home, transactionRequestId, payee: from, payer: to, amount, currency };
    const answer = await this.#run('request', record, () => this.payers.ask(request));
    const done: RequestRecord = { ...record, currentState: 'COMPLETED' };
    // The older release reads the answer where it is not, and keeps nothing of it.
    return this.#note(
      this.around.settings.imitates === '18.0.2' ? done : { ...done, transactionRequestResponse: answer },
    );
  }

  async #run<Result>(stage: Stage, record: RequestRecord, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      throw this.#fail(record, error, failureOf(error, stage, this.around.settings));
    }
  }

  #fail(record: RequestRecord, error: unknown, failure: Failure): Refusal {
    const { status, message, statusCode, lastError } = failure;
    const content = this.#note({ ...record, currentState: 'ERROR_OCCURRED', lastError });
    if (this.around.settings.imitates !== '18.0.2')
      return new Refusal(message, { status, statusCode, state: { name: 'requestToPayState', content } });
    // The older release notes the error where it does not look for it: no code, no record, all in the message.
    const said = error instanceof SchemeError ? told(message, error) : message;
    return new Refusal(said, {
      ...{ status, statusCode: String(status) },
      state: { name: 'requestToPayState', content: {} },
    });
  }

  #note(record: RequestRecord): object {
    this.#noted.set(record.transactionRequestId, record);
    return viewOf(record);
  }
}

const viewOf = ({ home: _ours, ...record }: RequestRecord): object => record;

const told = (message: string, error: SchemeError): string =>
  message.slice(0, message.indexOf('{')) + inspect(informationOf(error));

const crash = (message: string): Refusal =>
  new Refusal(message, { status: 500, statusCode: '500', state: { name: 'requestToPayState', content: {} } });
