import { type Clock } from '#domain';
import { type PartnerHttp, type PartnerRequest, type Reply } from '#partner-kit';
import { signRequest } from './wave.signature.js';

export interface WaveConnection {
  readonly http: PartnerHttp;
  readonly clock: Clock;
  readonly apiKey: string;
  readonly signingSecret: string | undefined;
  readonly requestTimeoutMs: number;
  readonly payoutTimeoutMs: number;
}

/** §3.1 */
export interface WaveSessionBody {
  readonly amount: string;
  readonly currency: string;
  readonly success_url: string;
  readonly error_url: string;
  readonly client_reference: string;
  readonly restrict_payer_mobile?: string;
  readonly aggregated_merchant_id?: string;
}

/** §4.1 */
export interface WavePayoutBody {
  readonly currency: string;
  readonly receive_amount: string;
  readonly mobile: string;
  readonly name?: string;
  readonly payment_reason?: string;
  readonly client_reference: string;
  readonly aggregated_merchant_id?: string;
}

/** §4.7 */
export interface WaveRecipientBody {
  readonly mobile: string;
  readonly name?: string;
  readonly amount?: string;
  readonly currency?: string;
}

type Call = Pick<PartnerRequest, 'method' | 'path' | 'route' | 'timeoutMs'> & {
  readonly content?: object;
  readonly idempotencyKey?: string;
};

const part = encodeURIComponent;

/** Wave's Business API, request by request. Each answers whatever Wave did. @throws NotReached, NoAnswer */
export class WaveClient {
  constructor(private readonly wave: WaveConnection) {}

  /** Has no idempotency key: called twice it makes two sessions. */
  createSession(content: WaveSessionBody): Promise<Reply> {
    const path = '/v1/checkout/sessions';
    return this.send({ method: 'POST', path, route: path, content });
  }

  getSession(id: string): Promise<Reply> {
    const path = `/v1/checkout/sessions/${part(id)}`;
    return this.send({ method: 'GET', path, route: '/v1/checkout/sessions/:id' });
  }

  /** By the transaction number that the payer sees. */
  getSessionOfTransaction(transaction: string): Promise<Reply> {
    const route = '/v1/checkout/sessions';
    return this.send({ method: 'GET', path: `${route}?transaction_id=${part(transaction)}`, route });
  }

  searchSessions(reference: string): Promise<Reply> {
    const route = '/v1/checkout/sessions/search';
    return this.send({ method: 'GET', path: `${route}?client_reference=${part(reference)}`, route });
  }

  /** 200 and nothing; 409 where it is complete or expired already. */
  expireSession(id: string): Promise<Reply> {
    const path = `/v1/checkout/sessions/${part(id)}/expire`;
    return this.send({ method: 'POST', path, route: '/v1/checkout/sessions/:id/expire' });
  }

  /** 200 and nothing, also when it was refunded before. */
  refundSession(id: string): Promise<Reply> {
    const path = `/v1/checkout/sessions/${part(id)}/refund`;
    return this.send({ method: 'POST', path, route: '/v1/checkout/sessions/:id/refund' });
  }

  /** The same key with the same content gives the first answer again, for ever. */
  createPayout(content: WavePayoutBody, idempotencyKey: string): Promise<Reply> {
    const path = '/v1/payout';
    const timeoutMs = this.wave.payoutTimeoutMs;
    return this.send({ method: 'POST', path, route: path, content, idempotencyKey, timeoutMs });
  }

  getPayout(id: string): Promise<Reply> {
    return this.send({ method: 'GET', path: `/v1/payout/${part(id)}`, route: '/v1/payout/:id' });
  }

  searchPayouts(reference: string): Promise<Reply> {
    const route = '/v1/payouts/search';
    return this.send({ method: 'GET', path: `${route}?client_reference=${part(reference)}`, route });
  }

  /** 200 and nothing, also when it was reversed before. */
  reversePayout(id: string): Promise<Reply> {
    const path = `/v1/payout/${part(id)}/reverse`;
    const timeoutMs = this.wave.payoutTimeoutMs;
    return this.send({ method: 'POST', path, route: '/v1/payout/:id/reverse', timeoutMs });
  }

  verifyRecipient(content: WaveRecipientBody): Promise<Reply> {
    const path = '/v1/verify_recipient/';
    return this.send({ method: 'POST', path, route: path, content });
  }

  getBalance(): Promise<Reply> {
    return this.send({ method: 'GET', path: '/v1/balance', route: '/v1/balance' });
  }

  /** One UTC day ("2026-11-20"), a page at a time. */
  listTransactions(date: string, after: string | null): Promise<Reply> {
    const route = '/v1/transactions';
    const cursor = after === null ? '' : `&after=${part(after)}`;
    return this.send({ method: 'GET', path: `${route}?date=${part(date)}${cursor}`, route });
  }

  /** 200 and nothing, also when it was refunded before. */
  refundTransaction(id: string): Promise<Reply> {
    const path = `/v1/transactions/${part(id)}/refund`;
    return this.send({ method: 'POST', path, route: '/v1/transactions/:id/refund' });
  }

  private send({ content, idempotencyKey, ...call }: Call): Promise<Reply> {
    const { http, clock, apiKey, signingSecret, requestTimeoutMs } = this.wave;
    const body = content && JSON.stringify(content);
    return http.send({
      timeoutMs: requestTimeoutMs,
      ...call,
      ...(body === undefined ? {} : { body }),
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(signingSecret === undefined
          ? {}
          : { 'wave-signature': signRequest(signingSecret, clock.now(), body) }),
      },
    });
  }
}
