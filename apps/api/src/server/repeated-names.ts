const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

/** Where the string that begins there ends. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
  return (at - before) % 2 === 1;
}

/** A name stands before every colon that is in no string. */
function namesWritten(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === COLON) count += 1;
  }
  return count;
}

function namesKept(value: unknown): number {
  let count = 0;
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!isNested(next)) continue;
    if (!Array.isArray(next)) count += Object.keys(next).length;
    for (const name in next) {
      const inner = (next as Readonly<Record<string, unknown>>)[name];
      if (isNested(inner)) open.push(inner);
    }
  }
  return count;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

interface Level {
  /** Null in an array. */
  readonly names: Set<string> | null;
  /** The name or the index under which we are. */
  at: string | number;
}

/** Is the string that ends there a name? */
function isName(text: string, end: number): boolean {
  let next = end + 1;
  while (BLANKS.includes(text.charCodeAt(next))) next += 1;
  return text.charCodeAt(next) === COLON;
}

function pathOfFirst(text: string): readonly (string | number)[] | null {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const level = levels.at(-1);
    switch (text[at]) {
      case '{':
        levels.push({ names: new Set(), at: '' });
        break;
      case '[':
        levels.push({ names: null, at: 0 });
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (typeof level?.at === 'number') level.at += 1;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (level?.names && isName(text, end)) {
          level.at = String(JSON.parse(text.slice(at, end + 1)));
          if (level.names.has(level.at)) return levels.map((one) => one.at);
          level.names.add(level.at);
        }
        at = end;
        break;
      }
      default:
    }
  }
  return null;
}

/**
 * The path of the first name that an object of the text has twice, of which `JSON.parse` keeps the last without a word;
 * null where there is none. Only where the text has more names than its value is it looked for.
 * @param value what `JSON.parse` makes of the text
 */
export const repeatedName = (text: string, value: unknown): readonly (string | number)[] | null =>
  namesWritten(text) === namesKept(value) ? null : pathOfFirst(text);
