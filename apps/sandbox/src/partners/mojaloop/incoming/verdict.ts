import { z } from 'zod';
import { type Delivery } from '../../../kit/courier.js';

/** What comes of an answer of the connector's. */
export type Verdict<Content> =
  | { readonly is: 'content'; readonly content: Content }
  /** The payer's side gets this code of the scheme. */
  | { readonly is: 'error'; readonly errorCode: string }
  /** The payer's side gets nothing that it could read, and waits in vain. */
  | { readonly is: 'nothing'; readonly problem: string };

/** The answer as it came: its body as JSON, or else as text. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const internalError = '2001';
const ErrorAnswer = z.looseObject({
  statusCode: z
    .union([z.string(), z.int().transform(String)])
    .refine((code) => /^[1-9]\d{3}$/.test(code), 'is no code of the scheme'),
  message: z.string().min(1).max(128).optional(),
});

export function answerIn(delivery: Delivery | undefined): Answer | null {
  if (!delivery?.answered) return null;
  const { status, body } = delivery;
  return { status, body: body === '' ? '' : (readObject(body) ?? body) };
}

/** As the scheme adapter makes a message for the switch of it; the switch takes only what follows `schema`. */
export function judge<Content>(delivery: Delivery | undefined, schema: z.ZodType<Content>): Verdict<Content> {
  if (!delivery) return nothing('no answer in time');
  if (!delivery.answered) return { is: 'error', errorCode: internalError };
  const { status, body } = delivery;
  const isGood = status >= 200 && status < 300;
  if (body === '') return isGood ? nothing('an empty answer') : { is: 'error', errorCode: internalError };
  const read = readObject(body);
  if (!read) return nothing('the answer is no JSON object');
  if (isGood) {
    const content = schema.safeParse(read);
    return content.success ? { is: 'content', content: content.data } : nothing(wrongsOf(content.error));
  }
  const error = ErrorAnswer.safeParse(read);
  return error.success ? { is: 'error', errorCode: error.data.statusCode } : nothing(wrongsOf(error.error));
}

const nothing = (problem: string) => ({ is: 'nothing', problem }) as const;

const wrongsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');

function readObject(text: string): object | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}
