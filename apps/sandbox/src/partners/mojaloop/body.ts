import { type FastifyInstance } from 'fastify';
import { type z } from 'zod';
import { malformed } from './refusal.js';

/** What is not JSON at all: the scheme adapter then knows no such page. */
export class NotJson extends Error {}

/** Reads every body as JSON, whatever its announced type. */
export function readJsonBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string));
    } catch {
      done(new NotJson());
    }
  });
}

/** @throws Refusal that says what is wrong; with several wrong fields, a list of it */
export function readFields<Shape>(schema: z.ZodType<Shape>, body: unknown): Shape {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const wrongs = parsed.error.issues.map((issue) => ({
    instancePath: issue.path.map((step) => `/${String(step)}`).join(''),
    message: sentenceFor(issue, body),
  }));
  const [only] = wrongs;
  throw malformed(
    only && wrongs.length === 1 ? only.message : `Request failed validation ${JSON.stringify(wrongs)}`,
  );
}

function sentenceFor(issue: z.core.$ZodIssue, body: unknown): string {
  if (valueAt(body, issue.path) === undefined) {
    return `must have required property '${String(issue.path.at(-1) ?? '')}'`;
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'must NOT have additional properties';
    case 'invalid_value':
      return 'must be equal to one of the allowed values';
    case 'invalid_union':
      return 'must match exactly one schema in oneOf';
    case 'invalid_format':
      return `must match pattern "${issue.pattern ?? issue.format}"`;
    case 'too_big':
      return `must NOT have more than ${issue.maximum} characters`;
    case 'too_small':
      return `must NOT have fewer than ${issue.minimum} characters`;
    default:
      return issue.message;
  }
}

const valueAt = (holder: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    holder ?? {},
  );
