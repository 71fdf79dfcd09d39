import { isStorable } from '#domain';
import { z } from 'zod';
import { UnreadableAnswer } from './port/errors.js';

/** What `readJson` gives: every number of the wire is the text that it was written with. */
export type Json = string | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** Keys that reach behind an object; no partner has a use for them. */
const REFUSED_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Text that the database refuses would fail whoever stores it, at each new try. */
const checkAndKeepNumbers: Reviver = (key, value, { source }) => {
  if (REFUSED_KEYS.includes(key)) throw new UnreadableAnswer('a key of the JSON is not allowed');
  if (!isStorable(key) || (typeof value === 'string' && !isStorable(value))) {
    throw new UnreadableAnswer('a text of the JSON cannot be kept: U+0000, or half of a surrogate pair');
  }
  return typeof value === 'number' ? source : value;
};

/**
 * Reads one JSON object. A number arrives as its text ("2500.00", "254712000345"), since a float would lose
 * digits of amounts and identifiers.
 * @throws UnreadableAnswer on anything else; says nothing of the content.
 */
export function readJson(text: string): JsonObject {
  let value: unknown;
  try {
    value = parseWithSource(text, checkAndKeepNumbers);
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw error;
    throw new UnreadableAnswer('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableAnswer('not a JSON object');
  }
  return value as JsonObject;
}

/** "1.5E3" becomes "1500", "+7" becomes "7": the same number, written out. Null where it is no number. */
export function plainDecimal(text: string): string | null {
  const match = /^([+-]?)(\d{1,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const places = fraction.length - Number(exponent);
  const padded = places > 0 ? digits.padStart(places + 1, '0') : digits + '0'.repeat(-places);
  const integer = (places > 0 ? padded.slice(0, -places) : padded).replace(/^0+(?=\d)/, '');
  const decimals = places > 0 ? `.${padded.slice(-places)}` : '';
  return (sign === '-' ? '-' : '') + integer + decimals;
}

/** A string, or a number as its text. */
export const text = z.string();

/** A string or a number; missing, null and empty are null. */
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));

/** A decimal number, however the partner writes it, as plain digits: "1500", "-10.50". */
export const decimalText = z.string().transform((value, context) => {
  const plain = plainDecimal(value);
  if (plain !== null) return plain;
  context.addIssue({ code: 'custom', message: 'expected a decimal number' });
  return z.NEVER;
});

/** A list, or the one object that some partners write instead of a list of one; missing is empty. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .unknown()
    .optional()
    .transform((value): readonly unknown[] =>
      (Array.isArray(value) ? (value as unknown[]) : [value]).filter(
        (one) => one !== undefined && one !== null,
      ),
    )
    .pipe(z.array(item));
