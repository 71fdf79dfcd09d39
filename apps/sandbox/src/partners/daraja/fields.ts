import { invalidField, invalidPayload } from './refusal.js';

/** A request body whose fields are not looked at yet. */
export type Body = Readonly<Record<string, unknown>>;

export function readBody(body: unknown): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalidPayload();
  return body as Body;
}

/** The field as text: the partner takes digits as a number or as a string. */
function written(body: Body, field: string): string | undefined {
  const value = body[field];
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** Refuses a body that lacks one of `fields`, naming the first. */
export function requireFields(body: Body, fields: readonly string[]): void {
  for (const field of fields) {
    const value = written(body, field);
    if (value === undefined || value.trim() === '') throw invalidField(field);
  }
}

/** Five to seven digits. */
export const shortCode = (body: Body, field: string): string => matching(body, field, /^\d{5,7}$/);

/** Twelve digits, no plus: a Kenyan mobile number. */
export const msisdn = (body: Body, field: string): string => matching(body, field, /^254[17]\d{8}$/);

export const oneOf = <T extends string>(body: Body, field: string, values: readonly T[]): T => {
  const value = values.find((candidate) => candidate === body[field]);
  if (value === undefined) throw invalidField(field);
  return value;
};

/** Whole shillings, at least one; answered in cents. */
export function wholeShillings(body: Body, field: string, atMost = 1_000_000_000n): bigint {
  const shillings = BigInt(matching(body, field, /^[1-9]\d{0,11}(\.0{1,2})?$/).split('.', 1)[0] ?? '0');
  if (shillings > atMost) throw invalidField(field);
  return shillings * 100n;
}

/** Text of limited length; empty when absent and `least` is 0. */
export function text(body: Body, field: string, least: number, most: number): string {
  const value = body[field] === undefined || body[field] === null ? '' : written(body, field);
  if (value === undefined || value.length < least || value.length > most) throw invalidField(field);
  return value;
}

/** An absolute http(s) address, kept byte for byte. */
export function url(body: Body, field: string): string {
  const value = written(body, field) ?? '';
  if (/\s/.test(value) || !/^https?:\/\//.test(value) || !URL.canParse(value)) throw invalidField(field);
  return value;
}

/** The C2B product also refuses addresses that hold one of a few words. */
export function notificationUrl(body: Body, field: string): string {
  const value = url(body, field);
  if (/m-?pesa|safaricom|exe|cmd|sql|query/i.test(value)) throw invalidField(field);
  return value;
}

export function matching(body: Body, field: string, pattern: RegExp): string {
  const value = written(body, field);
  if (value === undefined || !pattern.test(value)) throw invalidField(field);
  return value;
}
