import { errorCode } from '../error-code.js';

/** What a log line shows of an error. */
export interface ErrorLine {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorLine;
  readonly errors?: readonly ErrorLine[];
}

const DEEPEST = 4;

const isErrorLike = (
  value: unknown,
): value is { name: string; message: string; stack?: unknown; cause?: unknown } =>
  typeof value === 'object' &&
  value !== null &&
  'message' in value &&
  typeof value.message === 'string' &&
  'name' in value &&
  typeof value.name === 'string';

/**
 * Only what is known to be harmless. Other properties of an error can hold anything: the driver hangs its whole
 * connection on it, the ORM the values of the statement, PostgreSQL the row that broke a constraint.
 */
export function toErrorLine(error: unknown, depth = 0): ErrorLine {
  if (!isErrorLike(error)) return { type: typeof error, message: String(error) };
  const code = errorCode(error);
  const more = depth < DEEPEST;
  return {
    type: error.name,
    message: error.message,
    ...(code === '' ? {} : { code }),
    ...(typeof error.stack === 'string' ? { stack: error.stack } : {}),
    ...(more && error.cause !== undefined ? { cause: toErrorLine(error.cause, depth + 1) } : {}),
    ...(more && 'errors' in error && Array.isArray(error.errors)
      ? { errors: error.errors.map((one: unknown) => toErrorLine(one, depth + 1)) }
      : {}),
  };
}
