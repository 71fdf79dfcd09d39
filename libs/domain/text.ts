/** No U+0000 and no half of a surrogate pair: neither fits into a UTF-8 text of PostgreSQL. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Counted as JSON Schema and PostgreSQL count: a character beyond the first 65,536 is one, although it is two in a string. */
export const isLongerThan = (text: string, length: number): boolean =>
  text.length > length && Array.from(text).length > length;

/** So many characters at most, and never half of one: that could not be stored. What was cut does not end with a blank. */
export const cut = (text: string, length: number): string =>
  isLongerThan(text, length) ? Array.from(text).slice(0, length).join('').trimEnd() : text;
