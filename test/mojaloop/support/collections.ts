import { randomBytes } from 'node:crypto';
import { TOOLKIT_API } from './toolkit.js';

const PATIENCE_MS = 60_000;

/** Requests of the toolkit's, with what is to be true of each answer and of the callback that follows. */
export interface Collection {
  readonly name?: string;
  readonly test_cases: readonly {
    readonly id: number;
    readonly name: string;
    readonly requests: readonly object[];
  }[];
  readonly options?: object;
}

/** What came of one assertion. */
export interface Assertion {
  readonly description: string;
  readonly status: string;
  readonly message: string;
}

/** What came of one request. */
export interface Exchange {
  readonly status: number | null;
  readonly body: unknown;
  /** What the scheme adapter told the switch afterwards; null: nothing. */
  readonly callback: Readonly<Record<string, unknown>> | null;
}

export interface CollectionResult {
  readonly assertions: readonly Assertion[];
  readonly exchanges: readonly Exchange[];
}

interface RanRequest {
  readonly request: {
    readonly tests?: {
      readonly assertions?: readonly {
        readonly description: string;
        readonly resultStatus?: { readonly status: string; readonly message?: string };
      }[];
    };
  };
  readonly response?: { readonly status?: number; readonly body?: unknown };
  readonly callback?: { readonly body?: Readonly<Record<string, unknown>> };
}

/** Runs a collection of the toolkit's, as the switch. */
export async function runCollection(
  collection: Collection,
  inputValues: Readonly<Record<string, string>>,
): Promise<CollectionResult> {
  const trace = `aabb${randomBytes(13).toString('hex')}`;
  const answer = await fetch(`${TOOLKIT_API}api/outbound/template/${trace}?sync=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'collection', ...collection, inputValues }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the toolkit answered ${answer.status}: ${text.slice(0, 500)}`);
  const { test_cases: cases } = JSON.parse(text) as {
    test_cases: readonly { requests: readonly RanRequest[] }[];
  };
  const requests = cases.flatMap((one) => one.requests);
  return {
    assertions: requests.flatMap(({ request }) =>
      (request.tests?.assertions ?? []).map(({ description, resultStatus }) => ({
        description,
        status: resultStatus?.status ?? 'not run',
        message: resultStatus?.message ?? '',
      })),
    ),
    exchanges: requests.map(({ response, callback }) => ({
      status: response?.status ?? null,
      body: response?.body ?? null,
      callback: callback?.body ?? null,
    })),
  };
}
