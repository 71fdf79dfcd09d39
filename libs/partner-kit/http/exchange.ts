import { type Dispatcher } from 'undici';
import { NoAnswer, NotReached, TooSlow } from '../port/errors.js';
import { type CallTime } from './call-time.js';
import { type PartnerRequest, type Reply } from './partner-http.js';

type Handler = Required<Dispatcher.DispatchHandler>;
type Controller = Dispatcher.DispatchController;
type Headers = Parameters<Handler['onResponseStart']>[2];

export interface ExchangeLimits {
  /** Until the answer's headers are there; then again for its body. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** The call that it is part of: it ends with it. */
  readonly call: CallTime | undefined;
}

/**
 * One request and its answer. Knows whether anything was written: `onRequestStart` comes just before the first
 * byte, so a failure before it cannot have reached the partner. On a reused connection the first byte may be
 * written into a socket that the partner has already closed; nobody can tell, so that counts as written.
 * Messages name the route and an error code, never an address, a header or a body.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly reply: Promise<Reply>;
  #resolve!: (reply: Reply) => void;
  #reject!: (error: Error) => void;
  #timer: NodeJS.Timeout;
  #controller: Controller | undefined;
  #over = false;
  #status = 0;
  #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(
    private readonly request: Pick<PartnerRequest, 'method' | 'route'>,
    private readonly limits: ExchangeLimits,
  ) {
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = this.#giveUpAfter('no headers');
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#over) controller.abort(new Error('given up before it was sent'));
    else if (this.limits.call) this.limits.call.hasWritten = true;
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    if (status < 200) return;
    clearTimeout(this.#timer);
    this.#timer = this.#giveUpAfter('no end of the body');
    this.#status = status;
    this.#headers = plainHeaders(headers);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.limits.maxBytes) {
      this.#fail(`an answer of more than ${this.limits.maxBytes} bytes`);
    } else {
      this.#chunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    this.#end();
    this.#resolve({ status: this.#status, headers: this.#headers, text });
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    this.#fail(codeOf(error));
  }

  #giveUpAfter(missing: string): NodeJS.Timeout {
    const { timeoutMs, call } = this.limits;
    const ms = Math.round(Math.min(timeoutMs, call?.leftMs ?? timeoutMs));
    return setTimeout(() => {
      this.#fail(`${missing} within ${ms} ms`, TooSlow);
    }, ms);
  }

  #fail(why: string, Silence = NoAnswer): void {
    if (this.#over) return;
    this.#end();
    const { method, route } = this.request;
    if (this.#controller) {
      this.#controller.abort(new Error(why));
      this.#reject(new Silence(`${method} ${route}: no answer (${why})`));
    } else if (why === 'UND_ERR_INVALID_ARG') {
      this.#reject(new TypeError(`${method} ${route}: the request cannot be written`));
    } else {
      this.#reject(new NotReached(`${method} ${route}: not reached (${why})`));
    }
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}

/** The code only: messages of some libraries hold a piece of the answer. */
const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;

function plainHeaders(headers: Headers): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
