import { type ConfirmationStep } from '#domain';
import { type PartnerHttp, type PartnerRequest, type Reply } from '#partner-kit';

export interface MojaloopConnection {
  readonly http: PartnerHttp;
  /** How long the scheme adapter waits for the switch in each of its stages. */
  readonly stageTimeoutMs: number;
  /** Stages between a new transfer and its first question. */
  readonly stagesOfNew: number;
}

export interface MojaloopParty {
  readonly idType: string;
  readonly idValue: string;
  readonly type?: string;
  readonly displayName?: string;
  readonly fspId?: string;
}

/** §4.2. Nothing beside these fields: 24.x refuses them, 18.0.2 may even act on them. */
export interface MojaloopTransferBody {
  readonly homeTransactionId: string;
  readonly from: MojaloopParty;
  readonly to: MojaloopParty;
  readonly amountType: string;
  readonly currency: string;
  readonly amount: string;
  readonly transactionType: 'TRANSFER';
  readonly subScenario?: string;
  readonly note?: string;
}

/** §4.10. The names of the fields are those of one release or of the other. */
export interface MojaloopRequestBody {
  readonly from: MojaloopParty;
  readonly to: MojaloopParty;
  readonly amountType: 'RECEIVE';
  readonly currency: string;
  readonly amount: string;
  readonly homeR2PTransactionId?: string;
  readonly transactionType?: string;
  readonly subScenario?: string;
  readonly homeTransactionId?: string;
  /** 18.0.2 describes it as an object, and refuses a text. */
  readonly scenario?: object;
  readonly initiator?: 'PAYEE';
  readonly initiatorType?: string;
}

/** What says yes to each question. Source: outbound API 2.1.0, `transferContinuation…`. */
const ANSWERS = {
  party: 'acceptParty',
  conversion: 'acceptConversion',
  quote: 'acceptQuote',
} as const satisfies Record<ConfirmationStep, string>;

/** The scheme adapter's own work around a stage. */
const SLACK_MS = 5_000;
/** With a conversion a yes lets two stages run. */
const STAGES_AFTER_YES = 2;

const part = encodeURIComponent;

type Call = Pick<PartnerRequest, 'method' | 'path' | 'route'> & {
  readonly content?: object;
  readonly stages: number;
};

/**
 * The outbound API of the SDK scheme adapter, request by request. Each answers whatever the scheme adapter did. Nothing
 * is idempotent there, and nothing is sent twice here. Source: outbound API 2.1.0; 18.0.2 and 24.19.
 * @throws NotReached, NoAnswer
 */
export class MojaloopClient {
  constructor(private readonly scheme: MojaloopConnection) {}

  /** Stops at its first question, with the id that the scheme adapter gave the transfer. */
  postTransfer(content: MojaloopTransferBody): Promise<Reply> {
    const { stagesOfNew: stages } = this.scheme;
    return this.send({ method: 'POST', path: '/transfers', route: '/transfers', content, stages });
  }

  /** 204 and nothing for a transfer that has gone wrong before. */
  acceptTransfer(id: string, step: ConfirmationStep): Promise<Reply> {
    const content = { [ANSWERS[step]]: true };
    const stages = STAGES_AFTER_YES;
    return this.send({
      method: 'PUT',
      path: `/transfers/${part(id)}`,
      route: '/transfers/:id',
      content,
      stages,
    });
  }

  /** Asks the switch. Never while the transfer waits for an answer: the scheme adapter then forgets what it waits for. */
  getTransfer(id: string): Promise<Reply> {
    return this.send({ method: 'GET', path: `/transfers/${part(id)}`, route: '/transfers/:id', stages: 1 });
  }

  /** Looks somebody up; where nothing is to be confirmed, asks them as well. */
  postRequestToPay(content: MojaloopRequestBody): Promise<Reply> {
    return this.send({ method: 'POST', path: '/requestToPay', route: '/requestToPay', content, stages: 2 });
  }

  acceptRequestToPay(id: string): Promise<Reply> {
    const [path, route] = [`/requestToPay/${part(id)}`, '/requestToPay/:id'];
    return this.send({ method: 'PUT', path, route, content: { acceptParty: true }, stages: 1 });
  }

  getParty(idType: string, idValue: string): Promise<Reply> {
    const path = `/parties/${part(idType)}/${part(idValue)}`;
    return this.send({ method: 'GET', path, route: '/parties/:type/:id', stages: 1 });
  }

  private send({ content, stages, ...call }: Call): Promise<Reply> {
    const { http, stageTimeoutMs } = this.scheme;
    return http.send({
      ...call,
      timeoutMs: stages * stageTimeoutMs + SLACK_MS,
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      headers: {
        accept: 'application/json',
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      },
    });
  }
}
