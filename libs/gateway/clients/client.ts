/** A service of the bank that calls the API. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly secretHash: string;
  readonly scopes: readonly string[];
  /** Null: the usual limit. */
  readonly rateLimitPerSecond: number | null;
  readonly createdAt: Date;
  /** Null: it may call. */
  readonly disabledAt: Date | null;
}

/** What is said of a client when it is made. */
export interface NewClient {
  /** 2 to 64 of a-z 0-9 . _ -; made up where left out. */
  readonly id?: string | undefined;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly rateLimitPerSecond?: number | undefined;
}

/** The only time that anybody sees the secret. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export const CLIENT_ID = /^[a-z0-9][a-z0-9._-]{1,63}$/;
