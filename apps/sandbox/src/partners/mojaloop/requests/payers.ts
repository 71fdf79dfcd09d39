import { type RequestOrder } from '../fields.js';
import { type ConnectorClient } from '../incoming/connector-client.js';
import { oneMoreThan } from '../incoming/messages.js';
import { type IncomingPayments } from '../incoming/payments.js';
import { type Asking, scripts } from '../magic.js';
import { NoAnswer, SchemeError } from '../scheme/errors.js';
import { headersFrom, pause } from '../scheme/participants.js';
import { type Received } from '../scheme/wire.js';
import { type Surroundings } from '../transfers/stages.js';

/** What the payer's institution is asked. */
export interface Asked {
  readonly home: string;
  readonly transactionRequestId: string;
  readonly payer: RequestOrder['to'];
  readonly payee: RequestOrder['from'];
  readonly amount: string;
  readonly currency: string;
}

/** `PUT /transactionRequests/{id}` */
export interface RequestAnswer {
  readonly transactionId?: string;
  readonly transactionRequestState: 'RECEIVED' | 'REJECTED';
}

/** Those whom we ask to pay, at other institutions: they think it over, and pay through the incoming way, or do not. */
export class Payers {
  constructor(
    private readonly around: Surroundings,
    private readonly connector: ConnectorClient,
    private readonly incoming: IncomingPayments,
  ) {}

  /** @throws SchemeError, NoAnswer */
  async ask(asked: Asked): Promise<Received<RequestAnswer>> {
    const { desk, settings } = this.around;
    const { imitates, payeeFspId, fspId, stageMs, processingTimeoutMs, payerThinksMs } = settings;
    const asking = scripts.asking(asked.payer.idValue);
    await pause(desk, stageMs);
    if (asking.does === 'error') {
      // The older release has no ear for the error that follows a request.
      if (imitates !== '18.0.2') throw new SchemeError(asking.code);
      await pause(desk, processingTimeoutMs);
      throw new NoAnswer();
    }
    desk.clock.after(payerThinksMs, () => this.#decide(asked, asking));
    if (asking.does === 'pay' && asking.unheard) {
      await pause(desk, processingTimeoutMs);
      throw new NoAnswer();
    }
    const isNo = asking.does === 'reject' && asking.atOnce;
    const body = { transactionRequestState: isNo ? 'REJECTED' : 'RECEIVED' } as const;
    return { body, headers: headersFrom(payeeFspId, fspId, desk.clock.now()) };
  }

  /** Never rejects. */
  async #decide(asked: Asked, asking: Asking): Promise<void> {
    switch (asking.does) {
      case 'pay':
        await this.#pay(asked, asking.as);
        return;
      case 'reject':
        if (!asking.atOnce) await this.#tell(asked, 'REJECTED');
        return;
      case 'ignore':
      case 'error':
        return;
    }
  }

  async #pay(asked: Asked, as: 'oneMore' | 'twice' | undefined): Promise<void> {
    await this.#tell(asked, 'ACCEPTED');
    const { home, transactionRequestId, payer, payee, amount, currency } = asked;
    const { idType, idValue, displayName, firstName, lastName } = payer;
    const order = {
      payee: { idType: payee.idType, idValue: payee.idValue },
      payer: {
        ...{ idType, idValue },
        ...(displayName === undefined ? {} : { displayName }),
        ...(firstName === undefined ? {} : { firstName }),
        ...(lastName === undefined ? {} : { lastName }),
      },
      ...{ amount: as === 'oneMore' ? oneMoreThan(amount) : amount, currency, amountType: 'RECEIVE' },
      answers: { transactionRequestId, homeR2PTransactionId: home },
    };
    await Promise.all(Array.from({ length: as === 'twice' ? 2 : 1 }, () => this.incoming.receive(order)));
  }

  /** The older release passes nothing on of what the payer decides. */
  async #tell({ home, transactionRequestId, payer, amount }: Asked, state: string): Promise<void> {
    if (this.around.settings.imitates === '18.0.2') return;
    const body = { transactionRequestState: state, homeR2PTransactionId: home };
    const about = { reference: [transactionRequestId, home], party: payer.idValue, amount };
    await this.connector.notify(`/requestToPay/${transactionRequestId}`, body, about);
  }
}
