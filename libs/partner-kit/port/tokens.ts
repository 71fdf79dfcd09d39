export interface FreshToken {
  /** Secret. */
  readonly value: string;
  readonly expiresAt: Date;
}

/** A partner's access tokens, one at a time for all processes. */
export interface TokenStore {
  /**
   * The current token of that name; `fetch` runs once for all callers of all processes when there is none,
   * or when the one there is about to end, and outside the time of any call. A process that is cut off while it fetches is
   * overtaken by another.
   */
  get(name: string, fetch: () => Promise<FreshToken>): Promise<string>;
  /** The partner refused this token: the next `get` fetches, unless somebody already has. */
  reject(name: string, token: string): Promise<void>;
}
