import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type SandboxClock } from '../../kit/clock.js';
import { type FaultAnswer } from '../../kit/simulator.js';
import { type Body, readBody } from './fields.js';
import {
  fault,
  invalidPayload,
  missingProduct,
  notFound,
  Refusal,
  spikeArrest,
  type TokenDialect,
  wrongHeader,
  wrongMethod,
} from './refusal.js';
import { type DarajaSettings } from './settings.js';
import { type Tokens } from './tokens.js';

export type Handler = (body: Body, reply: FastifyReply) => unknown;

/** What stands between the internet and every product: token, rate, body, and the words of a refusal. */
export class Gate {
  readonly #paths = new Set<string>();
  readonly #buckets = new Map<string, { left: number; atMs: number }>();

  constructor(
    private readonly scope: FastifyInstance,
    private readonly settings: DarajaSettings,
    private readonly clock: SandboxClock,
    private readonly tokens: Tokens,
  ) {}

  open(): void {
    const { scope } = this;
    scope.addContentTypeParser(
      ['application/x-www-form-urlencoded', 'text/plain'],
      { parseAs: 'string' },
      (_request, _body, done) => {
        done(null, {});
      },
    );
    scope.setErrorHandler(answerError);
    scope.setNotFoundHandler((request) => {
      throw this.#missing(request);
    });
  }

  /** One product at `path`, which takes POST only. */
  post(path: string, dialect: TokenDialect, handler: Handler): void {
    this.#paths.add(this.scope.prefix + path);
    this.scope.post(
      path,
      {
        onRequest: async (request, reply) => {
          this.tokens.check(request, dialect);
          if (this.settings.missingProducts.some((part) => path.includes(part))) throw missingProduct();
          if (this.#isTooFast(path)) {
            const { messages, periodMs } = this.settings.spikeArrest;
            await reply.code(429).type('application/json').send(spikeArrest(messages, periodMs));
          }
        },
      },
      async (request, reply) => handler(readBody(request.body), reply),
    );
  }

  forget(): void {
    this.#buckets.clear();
  }

  #missing(request: FastifyRequest): Refusal {
    const [path = ''] = request.url.split('?', 1);
    if (!this.#paths.has(path)) return notFound();
    return request.method === 'GET' ? wrongHeader() : wrongMethod();
  }

  /** A bucket per product that fills evenly over the period. */
  #isTooFast(path: string): boolean {
    const { messages, periodMs } = this.settings.spikeArrest;
    const nowMs = this.clock.now().getTime();
    const bucket = this.#buckets.get(path) ?? { left: messages, atMs: nowMs };
    const refilled = bucket.left + (Math.max(0, nowMs - bucket.atMs) * messages) / periodMs;
    const left = Math.min(messages, refilled);
    const isTooFast = left < 1;
    this.#buckets.set(path, { left: isTooFast ? left : left - 1, atMs: nowMs });
    return isTooFast;
  }
}

function answerError(error: FastifyError | Refusal, _request: FastifyRequest, reply: FastifyReply): void {
  const refusal = error instanceof Refusal ? error : asRefusal(error);
  void reply.code(refusal.status).type('application/json').send(refusal.body);
}

function asRefusal({ statusCode, message }: FastifyError): Refusal {
  return statusCode !== undefined && statusCode < 500
    ? invalidPayload()
    : new Refusal(500, '500.003.1001', `Internal Server Error: ${message}`);
}

/** The partner's own words for the failures that the control API injects. */
export function faultAnswer(status: number, settings: DarajaSettings): FaultAnswer {
  const contentType = 'application/json';
  switch (status) {
    case 429: {
      const { messages, periodMs } = settings.spikeArrest;
      return { contentType, body: spikeArrest(messages, periodMs) };
    }
    case 503:
      return {
        contentType,
        body: fault(
          'The Service is temporarily unavailable',
          'messaging.adaptors.http.flow.ServiceUnavailable',
        ),
      };
    case 504:
      return {
        contentType,
        body: fault('Gateway Timeout', 'messaging.adaptors.http.flow.GatewayTimeout', 'TARGET_READ_TIMEOUT'),
      };
    default:
      return { contentType, body: JSON.stringify(internalError().body) };
  }
}

export const internalError = (): Refusal => new Refusal(500, '500.003.1001', 'Internal Server Error');
