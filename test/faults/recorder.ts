import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayClient, type OperationView } from '../support/gateway-client.js';
import { newOrder, orderBody } from './orders.js';
import { type Random } from './random.js';
import {
  type Acknowledgement,
  type Answered,
  type CallbackRequest,
  type Order,
  type Recorder,
  type SendOptions,
} from './world.js';

const PATIENCE_MS = 60_000;
/** One answer may be held back for long (`Prefer: wait`), but not for ever. */
const ANSWER_MS = 10_000;
const PAUSE_MS = { least: 40, most: 400 };
/** Refused, reset or never answered; not now; too fast; the first call is still in flight. */
const REPEATED = new Set([0, 503, 429, 409]);

/** What the recorder sends with and to. */
export interface Surroundings {
  /** By way of the proxies. */
  readonly apiUrls: readonly string[];
  readonly random: Random;
  /** Where it writes down what was acknowledged. */
  readonly acknowledged: Acknowledgement[];
  clientNamed(name: string): Promise<GatewayClient>;
  /** The unguessable part of a partner's callback address. */
  callbackKey(partner: string): string;
}

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

interface Raw {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Why there was no answer, in place of one. */
const noAnswer = (error: unknown): Raw => ({
  status: 0,
  headers: new Headers(),
  body: error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function deliver(url: string, { method, headers, body }: Sent, patienceMs: number): Promise<Raw> {
  try {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(patienceMs)));
    const sent = typeof body === 'string' ? body : new Uint8Array(body);
    const answer = await fetch(url, { method, headers, body: sent, signal });
    return { status: answer.status, headers: answer.headers, body: parsed(await answer.text()) };
  } catch (error) {
    return noAnswer(error);
  }
}

const operationIn = ({ status, body }: Raw): OperationView | null =>
  status >= 200 && status < 300 && typeof body === 'object' && body !== null && 'state' in body
    ? (body as OperationView)
    : null;

/** A client of the public API that does what clients are told to do: repeat with the same key. */
export class RepeatingRecorder implements Recorder {
  readonly acknowledged: Acknowledgement[];
  /** Of its own: how often something is repeated changes nothing about the orders that follow. */
  private readonly ways: Random;

  constructor(private readonly around: Surroundings) {
    this.acknowledged = around.acknowledged;
    this.ways = around.random.fork('ways');
  }

  pay(order: Partial<Order> = {}, options?: SendOptions): Promise<Answered> {
    return this.send('/v1/payments', orderBody('payer', newOrder(this.around.random, order)), options);
  }

  transfer(order: Partial<Order> = {}, options?: SendOptions): Promise<Answered> {
    return this.send(
      '/v1/transfers',
      orderBody('payee', newOrder(this.around.random, order, 'payee')),
      options,
    );
  }

  async reverse(operationId: string, amount?: string, options?: SendOptions): Promise<Answered> {
    const path = `/v1/operations/${operationId}/reversals`;
    if (amount === undefined) return this.send(path, {}, options);
    const client = await this.around.clientNamed(options?.client ?? 'main');
    const { currency } = (await client.operation(operationId)).amount;
    return this.send(path, { amount: { value: amount, currency } }, options);
  }

  async callback({ partner, path, headers, body, api }: CallbackRequest): Promise<Answered> {
    const whole = path.startsWith('/callbacks/')
      ? path
      : `/callbacks/${this.around.callbackKey(partner)}${path}`;
    const raw = await deliver(`${this.urlOf(api)}${whole}`, { method: 'POST', headers, body }, ANSWER_MS);
    if (raw.status >= 200 && raw.status < 300) {
      const digest = createHash('sha256').update(body).digest('hex');
      this.acknowledged.push({ what: 'callback', partner, digest });
    }
    return { ...raw, operation: null, key: '', statuses: [raw.status] };
  }

  async confirm(operationId: string, step: string): Promise<Answered> {
    const answer = await this.act(`/v1/operations/${operationId}/confirm`, { step });
    if (answer.operation) this.acknowledged.push({ what: 'confirmation', operationId, step });
    return answer;
  }

  async cancel(operationId: string): Promise<Answered> {
    const answer = await this.act(`/v1/operations/${operationId}/cancel`, {});
    if (answer.operation?.state === 'cancelled') {
      this.acknowledged.push({ what: 'cancellation', operationId });
    }
    return answer;
  }

  async send(path: string, sent: object, options: SendOptions = {}): Promise<Answered> {
    const { key = randomUUID(), client = 'main', waitS, retry = true, patienceMs = PATIENCE_MS } = options;
    const request = await this.requestOf(client, key, sent, waitS);
    const end = performance.now() + patienceMs;
    const statuses: number[] = [];
    for (let pauseMs = PAUSE_MS.least; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)) {
      const leftMs = end - performance.now();
      const raw = await deliver(`${this.urlOf(options.api)}${path}`, request, Math.min(leftMs, ANSWER_MS));
      statuses.push(raw.status);
      if (!retry || !REPEATED.has(raw.status) || leftMs < pauseMs) {
        const operation = operationIn(raw);
        if (operation) {
          this.acknowledged.push({ what: 'operation', operationId: operation.id, client, key, path, sent });
        }
        return { ...raw, operation, key, statuses };
      }
      await sleep(pauseMs);
    }
  }

  /** Once, as somebody who is there. */
  private async act(path: string, sent: object): Promise<Answered> {
    const key = randomUUID();
    const request = await this.requestOf('main', key, sent);
    const raw = await deliver(`${this.urlOf(undefined)}${path}`, request, ANSWER_MS);
    return { ...raw, operation: operationIn(raw), key, statuses: [raw.status] };
  }

  private async requestOf(client: string, key: string, sent: object, waitS?: number): Promise<Sent> {
    const token = await (await this.around.clientNamed(client)).accessToken();
    return {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(waitS === undefined ? {} : { prefer: `wait=${waitS}` }),
      },
      body: JSON.stringify(sent),
    };
  }

  private urlOf(api: number | undefined): string {
    const { apiUrls } = this.around;
    return apiUrls[api ?? this.ways.integer(0, apiUrls.length - 1)] ?? '';
  }
}
