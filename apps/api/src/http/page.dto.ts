import { z } from 'zod';
import { storableText } from './text.js';

const MOST_ITEMS = 200;
const USUAL_ITEMS = 50;

export const pageFields = {
  cursor: storableText
    .max(256)
    .optional()
    .describe('`next` of the page before, with the same filters. Opaque.'),
  limit: z.coerce
    .number('must be a whole number from 1 to 200')
    .int('must be a whole number from 1 to 200')
    .min(1, 'must be a whole number from 1 to 200')
    .max(MOST_ITEMS, 'must be a whole number from 1 to 200')
    .default(USUAL_ITEMS)
    .describe('Items on a page.'),
};

export const pageOf = <T extends z.ZodType>(item: T, id: string, what: string) =>
  z
    .strictObject({
      items: z.array(item).describe('Newest first.'),
      next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
    })
    .describe(what)
    .meta({ id });

/** Makes a time of a query: RFC 3339, with its offset. */
export const timeField = (text: string) =>
  z.iso
    .datetime({ offset: true, error: 'must be a time such as 2026-11-20T09:00:00Z' })
    .optional()
    .describe(text)
    .meta({ examples: ['2026-11-20T00:00:00Z'] });

export const toTime = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);
