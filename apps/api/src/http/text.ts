import { isStorable } from '#domain';
import { z } from 'zod';

const REFUSED = 'must not contain U+0000 or half of a surrogate pair';

/** Refines any text of a request to what the database can hold. */
export const storable = <T extends z.ZodType<string>>(text: T): T => text.refine(isStorable, REFUSED);

/** Text as a caller writes it. Every text of a request starts from this one. */
export const storableText = storable(z.string());
