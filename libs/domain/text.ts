/** No U+0000 and no half of a surrogate pair: neither fits into a UTF-8 text of PostgreSQL. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
