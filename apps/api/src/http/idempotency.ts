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

/** JSON with sorted keys: the same content gives the same text, in whatever order it was sent. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(members).sort()) {
    if (members[key] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(members[key])}`;
  }
  return `{${text}}`;
}

/** What a request asked for, as 64 hexadecimal digits: the same key with another digest is another request. */
export const digestOf = (kind: string, body: unknown): string =>
  hash('sha256', `${kind} ${canonicalJson(body)}`, 'hex');
