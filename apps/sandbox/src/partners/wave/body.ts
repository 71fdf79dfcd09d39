import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type z } from 'zod';
import { type Detail, WaveRefusal } from './refusal.js';

const rawBodies = new WeakMap<FastifyRequest, string>();

/** The body's characters as they came; '' without one. */
export const rawBodyOf = (request: FastifyRequest): string => rawBodies.get(request) ?? '';

/** Reads every body as JSON, whatever its announced type, and keeps the original. */
export function readJsonBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    const raw = body as string;
    rawBodies.set(request, raw);
    try {
      done(null, raw === '' ? undefined : JSON.parse(raw));
    } catch {
      done(new WaveRefusal('request-not-json'));
    }
  });
}

/** @throws WaveRefusal naming every wrong field. */
export function readFields<Shape>(schema: z.ZodType<Shape>, body: unknown): Shape {
  if (body === undefined) throw new WaveRefusal('request-not-json');
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new WaveRefusal('request-parsing-error');
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => detailOf(issue.path, issue.message, body));
  throw new WaveRefusal('request-validation-error', { details });
}

function detailOf(path: readonly PropertyKey[], message: string, body: object): Detail {
  const loc = path.map((step) => (typeof step === 'number' ? step : String(step)));
  return valueAt(body, loc) === undefined
    ? { loc, msg: 'field required', type: 'value_error.missing' }
    : { loc, msg: message, type: 'value_error' };
}

function valueAt(holder: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    holder,
  );
}

/** One wrong thing that is not in the body: a query parameter, a header. */
export function wrongParameter(name: string, msg: string, message?: string): WaveRefusal {
  const details = [{ loc: [name], msg, type: 'value_error' }];
  return new WaveRefusal('request-validation-error', {
    details,
    ...(message === undefined ? {} : { message }),
  });
}
