import { Pool } from 'undici';
import { NoAnswer, NotReached } from '../port/errors.js';
import { CallTime } from './call-time.js';
import { Exchange } from './exchange.js';
import { type ClientTls, type PartnerHttp, type PartnerRequest, type Reply } from './partner-http.js';

/** What a metric or a log line may know of one request. */
export interface PartnerExchange {
  readonly method: string;
  readonly route: string;
  readonly ms: number;
  readonly result: 'answered' | 'not-reached' | 'no-answer' | 'error';
  /** Null without an answer. */
  readonly status: number | null;
}

export interface PartnerHttpOptions {
  /** "https://api.example.com/base": its path is kept in front of every request's. */
  readonly baseUrl: string;
  readonly tls?: ClientTls;
  /** Connections at most; further requests wait for a free one. Default 64. */
  readonly connections?: number;
  /** Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept. Default 4,000: shorter than most servers keep theirs. */
  readonly keepAliveMs?: number;
  /** For requests that do not say. Default 15,000. */
  readonly timeoutMs?: number;
  /** Of one answer's body. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Headers of the moment for every request: the trace context. The request's own win. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Called once after every request. */
  readonly onReply?: (exchange: PartnerExchange) => void;
}

export interface ClosablePartnerHttp extends PartnerHttp {
  /** Waits for the requests under way. */
  close(): Promise<void>;
}

/** The wire to one partner over a pool of kept connections. Follows no redirect and repeats no request. */
export const createPartnerHttp = (options: PartnerHttpOptions): ClosablePartnerHttp =>
  new UndiciHttp(options);

class UndiciHttp implements ClosablePartnerHttp {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;

  constructor(private readonly options: PartnerHttpOptions) {
    const base = new URL(options.baseUrl);
    this.#basePath = base.pathname.replace(/\/+$/, '');
    this.#timeoutMs = options.timeoutMs ?? 15_000;
    this.#maxBytes = options.maxBytes ?? 1024 * 1024;
    this.#pool = new Pool(base.origin, {
      connections: options.connections ?? 64,
      connect: { timeout: options.connectTimeoutMs ?? 5_000, ...tlsOptions(options.tls ?? {}) },
      keepAliveTimeout: options.keepAliveMs ?? 4_000,
      allowH2: false,
      pipelining: 1,
      // An exchange keeps its own time: from the moment it is asked for, waiting for a connection included.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async send(request: PartnerRequest): Promise<Reply> {
    const begun = performance.now();
    const report = (result: PartnerExchange['result'], status: number | null) => {
      const { method, route } = request;
      this.options.onReply?.({ method, route, ms: performance.now() - begun, result, status });
    };
    try {
      const reply = await this.#exchange(request);
      report('answered', reply.status);
      return reply;
    } catch (error) {
      report(resultOf(error), null);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #exchange({
    method,
    route,
    path,
    headers,
    body,
    timeoutMs = this.#timeoutMs,
  }: PartnerRequest): Promise<Reply> {
    const call = CallTime.current();
    if (call?.hasRoom === false) throw new NotReached(`${method} ${route}: no time is left for it`);
    const exchange = new Exchange({ method, route }, { timeoutMs, maxBytes: this.#maxBytes, call });
    this.#pool.dispatch(
      {
        method,
        path: this.#basePath + path,
        headers: { ...this.options.headers?.(), ...headers },
        body: body ?? null,
      },
      exchange,
    );
    return exchange.reply;
  }
}

const tlsOptions = ({ certificate: cert, key, authority: ca }: ClientTls) => ({
  ...(cert === undefined ? {} : { cert }),
  ...(key === undefined ? {} : { key }),
  ...(ca === undefined ? {} : { ca }),
});

function resultOf(error: unknown): PartnerExchange['result'] {
  if (error instanceof NotReached) return 'not-reached';
  return error instanceof NoAnswer ? 'no-answer' : 'error';
}
