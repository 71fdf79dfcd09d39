import { cut, isLongerThan, isStorable } from '#domain';
import {
  InboundRefused,
  type JsonObject,
  type RawCallback,
  readJson,
  text,
  UnreadableAnswer,
} from '#partner-kit';
import { type z } from 'zod';

/** Money comes to our customer in these; in a withdrawal it is cash that they hand out. Source: FSPIOP, `TransactionScenario`. */
const SCENARIOS: readonly string[] = ['TRANSFER', 'DEPOSIT', 'PAYMENT', 'REFUND'];

const LONGEST_MESSAGE = 100;
const IN_MESSAGES = 60;

/** Source: API Definition 1.1, `Note`. */
export const LONGEST_NOTE = 128;

/** 1 to so many characters, in the scheme's own count: an emoji is one. */
export const textUpTo = (length: number) =>
  text
    .min(1)
    .refine((written) => !isLongerThan(written, length), `has more than ${String(length)} characters`);

/** @throws InboundRefused naming the first field that is wrong */
export function parse<Schema extends z.ZodType>(schema: Schema, body: JsonObject): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw new InboundRefused('malformed', 'it cannot be read');
  const isMissing = issue.path.reduce<unknown>(memberOf, body) === undefined;
  const what = `${issue.path.map(String).join('.')}: ${isMissing ? 'is missing' : issue.message}`;
  throw new InboundRefused(isMissing ? 'missing' : 'malformed', cut(what, LONGEST_MESSAGE));
}

const memberOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

/** A segment of a path. @throws InboundRefused */
export function decoded(segment: string): string {
  try {
    const text = decodeURIComponent(segment);
    if (isStorable(text)) return text;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw new InboundRefused('malformed', 'the path cannot be read');
}

/** @throws InboundRefused */
export function bodyOf({ body }: RawCallback): JsonObject {
  try {
    return readJson(body.toString('utf8'));
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw new InboundRefused('malformed', error.message);
    throw error;
  }
}

/** @throws InboundRefused */
export function checkScenario(scenario: string, field: string): void {
  if (SCENARIOS.includes(scenario)) return;
  throw new InboundRefused('unsupported_scenario', `${field}: ${cut(scenario, IN_MESSAGES)}`);
}
