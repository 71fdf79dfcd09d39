import { type Reply } from '#partner-kit';
import { z } from 'zod';
import { bodyOf, errorIn, extra, isSuccess, payeeOf, readable } from './mojaloop.wire.js';

/** §4.10 A request to pay as the scheme adapter keeps it. 18.0.2 keeps nothing of what the payer's institution answers. */
const Request = z
  .looseObject({
    transactionRequestId: extra,
    currentState: extra,
    to: z.unknown().optional(),
    getPartiesResponse: z.unknown().optional(),
    transactionRequestResponse: z.unknown().optional(),
    requestToPayState: extra,
    lastError: z.unknown().optional(),
  })
  .transform((kept) => ({
    id: kept.transactionRequestId,
    currentState: kept.currentState,
    /** Whom it looked up. */
    found: payeeOf(kept.getPartiesResponse, kept.to),
    /** What the payer's institution says; null where the scheme adapter does not pass it on. */
    state:
      readable(Answered, bodyOf(kept.transactionRequestResponse))?.transactionRequestState ??
      kept.requestToPayState,
    error: errorIn(kept.lastError),
  }));
const Answered = z.looseObject({ transactionRequestState: extra });
export type MojaloopRequest = z.output<typeof Request>;

const Problem = z.looseObject({
  message: extra,
  statusCode: extra,
  requestToPayState: z.unknown().optional(),
});

/** An answer about a request to pay, good or bad. */
export interface RequestAnswer {
  readonly status: number;
  /** A code of the switch where it spoke, else an HTTP status. */
  readonly statusCode: string;
  readonly message: string | null;
  /** Null where the answer holds none. */
  readonly request: MojaloopRequest | null;
}

/** 18.0.2 loses the code of an error, but writes all of it into the message. */
const CODE_IN_MESSAGE = /errorCode\\?["']?:\s*\\?["'](\d{4})/;

export function readRequestAnswer({ status, text }: Reply): RequestAnswer {
  if (isSuccess(status)) {
    const request = text === '' ? null : readable(Request, text);
    return { status, statusCode: String(status), message: null, request };
  }
  const problem = readable(Problem, text);
  const held = problem?.requestToPayState;
  const request = typeof held === 'object' && held !== null ? readable(Request, held) : null;
  const message = problem?.message ?? null;
  const written = message === null ? undefined : CODE_IN_MESSAGE.exec(message)?.[1];
  const statusCode = request?.error?.errorCode ?? written ?? problem?.statusCode ?? String(status);
  return { status, statusCode, message, request };
}
