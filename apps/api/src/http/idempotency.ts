import { type FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { Problem } from '../problems/problem.js';

const KEY = /^[!-~]{1,255}$/;

const wrong = (code: 'idempotency-key-missing' | 'idempotency-key-malformed', message: string): Problem =>
  new Problem(code, { errors: [{ in: 'header', pointer: '/Idempotency-Key', message }] });

/** @throws Problem where the key is missing, repeated or malformed */
export function readIdempotencyKey({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const key = headers['idempotency-key'];
  if (key === undefined) throw wrong('idempotency-key-missing', 'is missing');
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw wrong('idempotency-key-malformed', 'must be 1 to 255 visible ASCII characters');
  }
  return key;
}

const saysItself = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  // Amounts and moments say themselves what they are.
  if (saysItself(value)) return value.toJSON();
  const members = value as Readonly<Record<string, unknown>>;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(members).sort()) sorted[key] = withSortedKeys(members[key]);
  return sorted;
}

/** The same content gives the same text, in whatever order its keys were sent. No key is `__proto__`. */
export const canonicalJson = (value: unknown): string => JSON.stringify(withSortedKeys(value));

/** What a request asked for, as 64 hexadecimal digits: the same key with another digest is another request. */
export const digestOf = (kind: string, body: unknown): string =>
  hash('sha256', `${kind} ${canonicalJson(body)}`, 'hex');
