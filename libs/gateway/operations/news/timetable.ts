import { type Operation } from '../operation.js';
import { type Circumstances } from './news.js';

/** However far callbacks lag behind, an enquiry waits no longer for them. */
export const LONGEST_WAIT_MS = 60_000;
/** Due so long since that it waits for no callback: one of them is what is to be confirmed. */
export const AT_ONCE_MS = -LONGEST_WAIT_MS;

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/** Milliseconds from now until the next enquiry; after the end of the timetable its last gap repeats. */
export function nextEnquiryInMs(timetableMs: readonly number[], elapsedMs: number): number {
  const next = timetableMs.find((at) => at > elapsedMs);
  if (next !== undefined) return next - elapsedMs;
  const [beforeLast = 0, last = 60_000] =
    timetableMs.length > 1 ? timetableMs.slice(-2) : [0, timetableMs[0]];
  return Math.max(last - beforeLast, 1_000);
}

/** Exponential from one second to one minute, spread by up to a fifth so that retries do not march in step. */
export function retryInMs(tries: number, random = Math.random()): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** Math.max(tries - 1, 0), LAST_RETRY_MS);
  return Math.round(full * (0.9 + random * 0.2));
}

/** Milliseconds since it was last sent, or made. */
export const elapsedMs = (operation: Operation, now: Date): number =>
  now.getTime() - (operation.submittedAt ?? operation.createdAt).getTime();

/** True once a refusal that might have turned has had its time. */
export const isWindowOver = (operation: Operation, { now, unresolvedAfterMs }: Circumstances): boolean =>
  elapsedMs(operation, now) >= unresolvedAfterMs;

/**
 * Milliseconds until the next look at what has ended uncertain: each time at twice its age, and once when its time is
 * over; then, until it is flagged, as often as the timetable ends.
 */
export function nextDoubt(operation: Operation, around: Circumstances): number {
  const { now, enquiryTimetableMs, unresolvedAfterMs } = around;
  const age = elapsedMs(operation, now);
  const next = Math.max(age, enquiryTimetableMs[0] ?? 0, 1_000);
  const left = unresolvedAfterMs - age;
  if (left > 0) return Math.min(next, left + 1_000);
  return operation.hasDeadline ? Math.min(next, nextEnquiryInMs(enquiryTimetableMs, age)) : next;
}

/** Milliseconds until the next look at an operation that is not resolved: the timetable's, or when it expires. */
export function nextLook(
  operation: Operation,
  { now, enquiryTimetableMs }: Circumstances,
  expiresAt?: Date,
): number {
  const enquiry = nextEnquiryInMs(enquiryTimetableMs, elapsedMs(operation, now));
  const expiry = expiresAt ?? operation.expiresAt;
  if (!expiry || expiry.getTime() <= now.getTime()) return enquiry;
  return Math.min(enquiry, expiry.getTime() - now.getTime() + 1_000);
}
