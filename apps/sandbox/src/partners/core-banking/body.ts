import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CoreRefusal } from './refusal.js';

/** Reads every body as JSON, whatever its announced type. */
export function readJsonBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string));
    } catch {
      done(new CoreRefusal('malformed', { message: 'The body is not JSON.' }));
    }
  });
}

/** @throws CoreRefusal naming every wrong field, never what it holds */
export function readFields<Shape>(schema: z.ZodType<Shape>, body: unknown): Shape {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => `/${path.map(String).join('/')}`);
  throw new CoreRefusal('malformed', { message: `Wrong or missing: ${[...new Set(fields)].join(', ')}` });
}

export const operationId = z.string().regex(/^[\w-]{1,64}$/);
const shortText = z.string().max(256);

export const AccountName = z.object({
  type: z.enum(['msisdn', 'iban', 'account', 'alias', 'merchant']),
  value: z.string().min(1).max(64),
});
export type AccountName = z.infer<typeof AccountName>;

export const Amount = z.object({ value: z.string().max(24), currency: z.string().regex(/^[A-Z]{3}$/) });
export type Amount = z.infer<typeof Amount>;

/** Other people's names, counted by characters: one that is two in a string is one. */
const foreignName = z.string().refine((text) => Array.from(text).length <= 128);
const Payer = z.object({ type: shortText, value: foreignName, name: foreignName.optional() }).nullable();

/** `POST /quotes` */
export const QuoteOrder = z.object({
  id: z.string().min(1).max(64),
  account: AccountName,
  amount: Amount,
  amountIs: z.enum(['sent', 'received']),
  payer: Payer,
});
export type QuoteOrder = z.infer<typeof QuoteOrder>;

/** `PUT /credits/{id}` */
export const CreditOrder = z.object({
  account: AccountName,
  amount: Amount,
  payer: Payer,
  reference: shortText.nullable(),
  description: shortText.nullable(),
});
export type CreditOrder = z.infer<typeof CreditOrder>;

/** `PUT /reversals/{id}` */
export const ReversalOrder = z.object({
  credit: operationId,
  amount: Amount,
  reason: shortText.nullable(),
});
export type ReversalOrder = z.infer<typeof ReversalOrder>;
