import { hash } from 'node:crypto';
import { Problem } from '../problems/problem.js';
import { canonicalJson } from './idempotency.js';

const CURSOR = /^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}) ([0-9a-f]{16})$/;

/** Which list a cursor belongs to. */
const markOf = (filters: unknown): string => hash('sha256', canonicalJson(filters), 'hex').slice(0, 16);

/** Opaque to callers: the last id of a page, bound to the filters of its list. */
export const toCursor = (lastId: string, filters: unknown): string =>
  Buffer.from(`${lastId} ${markOf(filters)}`).toString('base64url');

/** The id to go on from; null for the first page. @throws Problem where the cursor is of another list, or none at all */
export function readCursor(cursor: string | undefined, filters: unknown): string | null {
  if (cursor === undefined) return null;
  const [, lastId, mark] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (lastId !== undefined && mark === markOf(filters)) return lastId;
  throw new Problem('validation-failed', {
    detail: '/cursor: is not a cursor of this list',
    errors: [{ in: 'query', pointer: '/cursor', message: 'is not a cursor of this list' }],
  });
}

/** One page of what was found: `found` holds one more than asked for where there is another page. */
export function toPage<T extends { readonly id: string }, Dto>(
  found: readonly T[],
  limit: number,
  filters: unknown,
  toDto: (one: T) => Dto,
): { items: Dto[]; next: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(toDto), next: found.length > limit && last ? toCursor(last.id, filters) : null };
}
