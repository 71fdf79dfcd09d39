import { MoneyError, MsisdnError } from '#domain';
import { z } from 'zod';
import { type Reply } from './http/partner-http.js';
import { readJson } from './json.js';
import { type RawCallback } from './port/callback.js';
import { NoAnswer, NotReached, UnmappedAnswer, UnreadableAnswer, UnreadableCallback } from './port/errors.js';
import { type EnquiryOutcome, type NotSent, type Outcome, type Unknown } from './port/outcome.js';

/** What is thrown while an answer is read that the adapter does not know. */
export const isUnreadable = (error: unknown): error is Error =>
  error instanceof UnmappedAnswer ||
  error instanceof UnreadableAnswer ||
  error instanceof z.ZodError ||
  error instanceof MoneyError ||
  error instanceof MsisdnError;

/** What a failed call says of the money: `null` where the failure is a fault of ours. */
export function outcomeOfFailure(error: unknown): NotSent | Unknown | null {
  if (error instanceof NotReached) return { is: 'notSent', cause: error };
  if (error instanceof NoAnswer || isUnreadable(error)) return { is: 'unknown', cause: error };
  return null;
}

async function settleAs<Answer, Told extends EnquiryOutcome>(
  call: Promise<Answer>,
  toOutcome: (answer: Answer) => Told,
): Promise<Told | NotSent | Unknown> {
  try {
    return toOutcome(await call);
  } catch (error) {
    const outcome = outcomeOfFailure(error);
    if (outcome) return outcome;
    throw error;
  }
}

/**
 * The outcome of a submission: "never reached" is `notSent`; no answer, and an answer that no schema or table
 * knows, is `unknown`. Anything else thrown is a bug and passes through.
 */
export const settle = <Answer = Reply>(
  call: Promise<Answer>,
  toOutcome: (answer: Answer) => Outcome,
): Promise<Outcome> => settleAs(call, toOutcome);

/** The same for an enquiry or a cancellation. */
export const settleEnquiry = <Answer = Reply>(
  call: Promise<Answer>,
  toOutcome: (answer: Answer) => EnquiryOutcome,
): Promise<EnquiryOutcome> => settleAs(call, toOutcome);

/**
 * For a step before the one that moves money (a token, a search): whatever goes wrong in it, the order itself
 * was not sent.
 * @throws NotReached
 */
export async function beforeSending<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof NotReached) throw error;
    if (outcomeOfFailure(error) && error instanceof Error) {
      throw new NotReached(`not sent, since a step before it failed: ${describe(error)}`, { cause: error });
    }
    throw error;
  }
}

/**
 * The JSON object in a callback's body.
 * @throws UnreadableCallback where it is none, or does not fit the schema; names the fields at fault.
 */
export const readCallbackBody = <Schema extends z.ZodType>(
  callback: RawCallback,
  schema: Schema,
): z.output<Schema> => readingCallback(() => schema.parse(readJson(callback.body.toString('utf8'))));

/**
 * Whatever cannot be read inside `read` makes the callback unreadable.
 * @throws UnreadableCallback
 */
export function readingCallback<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isUnreadable(error)) throw new UnreadableCallback(describe(error), { cause: error });
    throw error;
  }
}

const describe = (error: Error): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`).join('; ')
    : error.message;
