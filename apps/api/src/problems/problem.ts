import { type PartnerWord } from '#domain';
import { type ProblemCode, problems } from './problems.js';

/** One field that is wrong. */
export interface FieldError {
  /** Where the field is looked for. */
  readonly in: 'body' | 'query' | 'path' | 'header';
  /** JSON pointer inside of it: "/amount/value", "/limit". The body itself is "". */
  readonly pointer: string;
  readonly message: string;
}

/** A header with several values is sent as so many lines. */
type ProblemHeaders = Readonly<Record<string, string | string[]>>;

interface ProblemDetails {
  /** One sentence about this very occurrence; never holds what the caller sent. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly partner?: PartnerWord;
  readonly headers?: ProblemHeaders;
  readonly retryAfterS?: number;
  readonly cause?: unknown;
}

/** An answer that is not the one asked for. One filter turns it into RFC 9457. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly errors: readonly FieldError[];
  readonly partner: PartnerWord | null;
  readonly headers: ProblemHeaders;

  constructor(
    readonly code: ProblemCode,
    details: ProblemDetails = {},
  ) {
    super(details.detail ?? problems[code].title, { cause: details.cause });
    this.errors = details.errors ?? [];
    this.partner = details.partner ?? null;
    this.headers =
      details.retryAfterS === undefined
        ? (details.headers ?? {})
        : { ...details.headers, 'retry-after': String(Math.max(Math.ceil(details.retryAfterS), 1)) };
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** A problem with one field of the body. */
export const fieldProblem = (code: ProblemCode, pointer: string, message: string): Problem =>
  new Problem(code, { detail: message, errors: [{ in: 'body', pointer, message }] });
