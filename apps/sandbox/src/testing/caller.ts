export interface Reply {
  readonly status: number;
  readonly text: string;
  /** The body read as JSON; undefined where it is something else. */
  readonly json: unknown;
  readonly headers: Headers;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply>;

/**
 * Calls `base` with the same headers each time. A string goes as it is, anything else as JSON.
 * @param patienceMs how long to wait for each answer
 */
export function caller(
  base: string,
  always: Readonly<Record<string, string>> = {},
  patienceMs = 15_000,
): Call {
  return async (method, path, body, headers) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...always,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    return { status: response.status, text, json: readJson(text), headers: response.headers };
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
