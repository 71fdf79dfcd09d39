import { Client, type Dispatcher } from 'undici';

export interface HttpRequest {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer | string;
}

/** What came of a request: the status, or the words of an error. */
export type HttpEnd = (status: number | string) => void;

/** One kept connection with at most one request under way; makes as little per request as undici allows. */
export class HttpConnection implements Dispatcher.DispatchHandler {
  private readonly client: Client;
  private status = 0;
  private ended: HttpEnd = () => undefined;

  constructor(origin: string) {
    this.client = new Client(origin, { pipelining: 1 });
  }

  post({ path, headers, body }: HttpRequest, ended: HttpEnd): void {
    this.ended = ended;
    this.client.dispatch({ method: 'POST', path, headers, body }, this);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  onRequestStart(): void {
    this.status = 0;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(): void {
    // The body is not looked at.
  }

  onResponseEnd(): void {
    this.ended(this.status);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.ended(error.message);
  }
}
