import pg from 'pg';
import { errorCode } from '../error-code.js';

/**
 * The database cannot be used just now: away, shutting down, full or too slow. Whether a statement that was under
 * way has been done is not known. `cause` is what the driver said.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';

  constructor(cause: unknown) {
    super('the database is unavailable', { cause });
  }
}

/** A statement that was stopped because it took too long, or waited too long for a lock. */
const STOPPED = '57014';

/** SQLSTATEs and their classes. Source: PostgreSQL 18, appendix A. */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '53', '58']);
const UNAVAILABLE_STATES = new Set([
  '25006', // read only: a standby during a failover
  '25P03', // idle in transaction for too long
  '3D000', // the database does not exist (yet)
  STOPPED, // statement timeout
  '57P01', // administrator shutdown
  '57P02', // crash shutdown
  '57P03', // cannot connect now
  '57P05', // idle session timeout
]);

const NETWORK = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Errors of the driver that carry no code. */
const DRIVER_WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (?:has encountered a connection error|was closed)|Cannot use a pool after calling end)/;

/** TypeORM wraps what the driver threw. */
const driverError = (error: unknown): unknown =>
  error instanceof Error && 'driverError' in error ? error.driverError : error;

function isUnavailable(error: unknown): boolean {
  const code = errorCode(error);
  if (error instanceof pg.DatabaseError) {
    // A fatal error ends the connection, whatever it is called.
    const isFatal = error.severity === 'FATAL' || error.severity === 'PANIC';
    return isFatal || UNAVAILABLE_STATES.has(code) || UNAVAILABLE_CLASSES.has(code.slice(0, 2));
  }
  if (NETWORK.has(code)) return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return error instanceof Error && DRIVER_WORDS.test(error.message);
}

/** `DatabaseUnavailable` where that is what happened, in SQL of ours or in the ORM's; otherwise the error itself. */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return error;
  const cause = driverError(error);
  return isUnavailable(cause) ? new DatabaseUnavailable(cause) : error;
}

/** The database is there, but this statement took too long: perhaps because of what it was asked, and every time. */
export const isTooSlow = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable && errorCode(error.cause) === STOPPED;

/** The row is to blame, not the database: a value that does not fit (class 22) or a broken constraint (class 23). */
export function isDataError(error: unknown): boolean {
  const cause = driverError(error);
  return cause instanceof pg.DatabaseError && /^2[23]/.test(cause.code ?? '');
}

/** Name of the constraint that a statement broke. */
export function brokenConstraint(error: unknown): string | undefined {
  const cause = driverError(error);
  return cause instanceof pg.DatabaseError ? cause.constraint : undefined;
}
