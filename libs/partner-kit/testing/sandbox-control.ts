import { type CallbackAnswer, type RawCallback } from '../port/callback.js';
import { CALLBACK_KEY, type CallbackCatcher } from './callback-catcher.js';
import { type BookEntry, type PartnerFault, type PartnerUnderTest } from './partner-under-test.js';
import { type SandboxProcess } from './sandbox-process.js';

interface Books {
  readonly entries: readonly BookEntry[];
  readonly balance: Readonly<Record<string, string>>;
}

/** Steers one partner of a running sandbox over its control API. */
export class SandboxControl implements PartnerUnderTest {
  constructor(
    private readonly partnerId: string,
    private readonly sandbox: SandboxProcess,
    private readonly catcher: CallbackCatcher,
  ) {}

  get baseUrl(): string {
    return `${this.sandbox.url}/${this.partnerId}`;
  }

  get callbacks(): readonly RawCallback[] {
    return this.catcher.caught;
  }

  readonly callbackKey = CALLBACK_KEY;

  get publicUrl(): string {
    return this.catcher.publicUrl;
  }

  answerCallbacks(answer: (callback: RawCallback) => CallbackAnswer): void {
    this.catcher.answerWith(answer);
  }

  async books(): Promise<readonly BookEntry[]> {
    return (await this.#readBooks()).entries;
  }

  async balance(): Promise<Readonly<Record<string, string>>> {
    return (await this.#readBooks()).balance;
  }

  async misbehave(...faults: readonly PartnerFault[]): Promise<void> {
    await this.#ask('PUT', this.#own('faults'), faults);
  }

  async payUnasked(body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#ask('POST', this.#own('receipts'), body);
  }

  async advance(ms: number): Promise<void> {
    await this.#ask('POST', 'clock', { advanceMs: ms });
  }

  async forget(): Promise<void> {
    await this.#ask('DELETE', this.#own('books'));
    await this.#ask('DELETE', 'clock');
    this.catcher.forget();
  }

  async close(): Promise<void> {
    await this.sandbox.stop();
    await this.catcher.close();
  }

  #own(what: string): string {
    return `partners/${this.partnerId}/${what}`;
  }

  async #readBooks(): Promise<Books> {
    return (await this.#ask('GET', this.#own('books'))) as Books;
  }

  /** Says what became of the sandbox where it cannot be reached. */
  async #fetch(url: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(url, request);
    } catch (error) {
      const words = this.sandbox.lastWords;
      throw new Error(
        words === null ? 'the sandbox cannot be reached' : `the sandbox has stopped:\n${words}`,
        {
          cause: error,
        },
      );
    }
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#fetch(`${this.sandbox.url}/control/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the sandbox answers ${response.status} to ${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
