import { type MoneyJson } from '#domain';
import { type PartnerHttp, type PartnerRequest, type Reply } from '#partner-kit';

export interface CoreBankingConnection {
  readonly http: PartnerHttp;
  readonly apiKey: string;
  readonly timeoutMs: number;
}

export interface CoreAccount {
  readonly type: string;
  readonly value: string;
}

export interface CorePayer extends CoreAccount {
  readonly name?: string;
}

export interface CoreQuoteBody {
  readonly id: string;
  readonly account: CoreAccount;
  readonly amount: MoneyJson;
  readonly amountIs: 'sent' | 'received';
  readonly payer: CorePayer | null;
}

export interface CoreCreditBody {
  readonly account: CoreAccount;
  readonly amount: MoneyJson;
  readonly payer: CorePayer | null;
  readonly reference: string | null;
  readonly description: string | null;
}

export interface CoreReversalBody {
  /** The id of the credit. */
  readonly credit: string;
  readonly amount: MoneyJson;
  readonly reason: string | null;
}

type Call = Pick<PartnerRequest, 'method' | 'path' | 'route'>;

const part = encodeURIComponent;

/**
 * The protocol that a bank's back end speaks to us, request by request: docs/partners/core-banking.md. Both PUTs are
 * idempotent by the id in their path.
 * @throws NotReached, NoAnswer
 */
export class CoreBankingClient {
  readonly #headers: Readonly<Record<string, string>>;

  constructor(private readonly connection: CoreBankingConnection) {
    this.#headers = { accept: 'application/json', authorization: `Bearer ${connection.apiKey}` };
  }

  getAccount({ type, value }: CoreAccount): Promise<Reply> {
    const path = `/accounts/${part(type)}/${part(value)}`;
    return this.#send({ method: 'GET', path, route: '/accounts/:type/:value' });
  }

  postQuote(body: CoreQuoteBody): Promise<Reply> {
    return this.#send({ method: 'POST', path: '/quotes', route: '/quotes' }, body);
  }

  putCredit(id: string, body: CoreCreditBody): Promise<Reply> {
    return this.#send({ method: 'PUT', path: `/credits/${part(id)}`, route: '/credits/:id' }, body);
  }

  getCredit(id: string): Promise<Reply> {
    return this.#send({ method: 'GET', path: `/credits/${part(id)}`, route: '/credits/:id' });
  }

  putReversal(id: string, body: CoreReversalBody): Promise<Reply> {
    return this.#send({ method: 'PUT', path: `/reversals/${part(id)}`, route: '/reversals/:id' }, body);
  }

  getReversal(id: string): Promise<Reply> {
    return this.#send({ method: 'GET', path: `/reversals/${part(id)}`, route: '/reversals/:id' });
  }

  #send(call: Call, content?: object): Promise<Reply> {
    const { http, timeoutMs } = this.connection;
    return http.send({
      ...call,
      timeoutMs,
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      headers: {
        ...this.#headers,
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      },
    });
  }
}
