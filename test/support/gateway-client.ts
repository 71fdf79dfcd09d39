import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An operation as the API shows it. */
export interface OperationView {
  readonly id: string;
  readonly kind: string;
  readonly partner: string;
  readonly state: string;
  readonly amount: { readonly value: string; readonly currency: string };
  readonly fee: { readonly value: string; readonly currency: string } | null;
  readonly reference: string | null;
  readonly nextAction: { readonly type: string } | null;
  readonly partnerReference: string | null;
  readonly receipt: string | null;
  readonly failure: { readonly reason: string; readonly moneyMoved: string } | null;
  readonly reverses: string | null;
}

/** One entry of a timeline; the rest depends on its `type`. */
export type TimelineEntry = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface PostOptions {
  /** Default: a fresh one. */
  readonly idempotencyKey?: string;
  /** Seconds that the answer may be held back until the operation has ended. */
  readonly waitS?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'expired']);
const PAUSE_MS = 40;

/** A client of the API, over HTTP as any other: fetches its token, sends its keys. */
export class GatewayClient {
  private token: Promise<string> | undefined;

  constructor(
    readonly url: string,
    readonly credentials: Credentials,
    /** Where another process of the same gateway answers. */
    readonly tokenUrl = `${url}/oauth/token`,
  ) {}

  /** The same client at another process of the gateway. */
  at(url: string): GatewayClient {
    return new GatewayClient(url, this.credentials);
  }

  /** An access token with all scopes of this client. */
  accessToken(): Promise<string> {
    this.token ??= this.fetchToken();
    return this.token;
  }

  get<Body = OperationView>(path: string, headers: Readonly<Record<string, string>> = {}) {
    return this.send<Body>('GET', path, headers);
  }

  post<Body = OperationView>(path: string, body: unknown, options: PostOptions = {}): Promise<Answer<Body>> {
    const { idempotencyKey = randomUUID(), waitS, headers = {} } = options;
    const sent = {
      'idempotency-key': idempotencyKey,
      ...(waitS === undefined ? {} : { prefer: `wait=${waitS}` }),
      ...headers,
    };
    return this.send<Body>('POST', path, sent, body);
  }

  async operation(id: string): Promise<OperationView> {
    return (await this.get(`/v1/operations/${id}`)).body;
  }

  async timeline(id: string): Promise<readonly TimelineEntry[]> {
    const { body } = await this.get<{ items: readonly TimelineEntry[] }>(`/v1/operations/${id}/timeline`);
    return body.items;
  }

  /** Looks until the operation is in one of the states. @throws naming where it stands when time is up */
  async untilState(id: string, states: readonly string[], withinMs = 15_000): Promise<OperationView> {
    const until = performance.now() + withinMs;
    for (;;) {
      const operation = await this.operation(id);
      if (states.includes(operation.state)) return operation;
      if (performance.now() > until) {
        throw new Error(`operation ${id} is ${operation.state}, not ${states.join(' or ')}, in time`);
      }
      await sleep(PAUSE_MS);
    }
  }

  untilEnded(id: string, withinMs?: number): Promise<OperationView> {
    return this.untilState(id, [...ENDED], withinMs);
  }

  private async send<Body>(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Answer<Body>> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.accessToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: parsed(text) as Body };
  }

  private async fetchToken(): Promise<string> {
    const { clientId, clientSecret } = this.credentials;
    const answer = await fetch(this.tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    if (!answer.ok) throw new Error(`no token: ${answer.status}`);
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? undefined : text;
  }
}
