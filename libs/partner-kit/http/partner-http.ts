/** One request to a partner. */
export interface PartnerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, appended to the partner's base URL. */
  readonly path: string;
  /** The path as metrics and logs show it: "/v1/checkout/sessions/:id". Never holds a value. */
  readonly route: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The exact bytes sent. */
  readonly body?: string;
  /**
   * Until the answer's headers are there, in milliseconds; then again for the body. Default: the partner's. Where less is
   * left of the call that the request belongs to, that is what counts.
   */
  readonly timeoutMs?: number;
}

/** Mutual TLS, in PEM. What is left out is as usual: no certificate of ours, and the public authorities. */
export interface ClientTls {
  readonly certificate?: string | undefined;
  /** Secret. */
  readonly key?: string | undefined;
  /** Who alone vouches for the partner's certificate. */
  readonly authority?: string | undefined;
}

/** What the partner answered, whatever the status. */
export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The wire to one partner: pooled connections, time limits, size limits, traced, measured, logged without content. */
export interface PartnerHttp {
  /**
   * @throws NotReached when nothing was written (refused, name not found, connect timeout, no time left for it)
   * @throws NoAnswer when it may have been (timeout, reset, an answer over the size limit)
   */
  send(request: PartnerRequest): Promise<Reply>;
}
