import { CURRENCIES } from '#domain';

const MASK = '***';

/** Shorter values would mask half the log. */
const SHORTEST_SECRET = 8;

const secrets = new Set<string>();

/** One expression of all of them: many times faster than looking for each. Made when it is next needed. */
let anySecret: RegExp | undefined;

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/** The longest first: one secret may be the beginning of another. */
const expressionOf = (values: Iterable<string>): RegExp =>
  new RegExp(
    [...values]
      .toSorted((one, other) => other.length - one.length)
      .map(escape)
      .join('|'),
    'g',
  );

function hideSecrets(text: string): string {
  if (secrets.size === 0) return text;
  anySecret ??= expressionOf(secrets);
  return text.replace(anySecret, MASK);
}

/**
 * What no log line may show from now on. A value of several lines (a PEM key) is masked line by line; its frame
 * (`-----BEGIN …`) stays readable.
 */
export function registerSecret(secret: string): void {
  for (const line of secret.split(/\r?\n/)) {
    const value = line.trim();
    if (value.length >= SHORTEST_SECRET && !value.startsWith('-----')) {
      secrets.add(value);
      // How the value looks inside a JSON text and inside a URL.
      secrets.add(JSON.stringify(value).slice(1, -1));
      secrets.add(encodeURIComponent(value));
    }
  }
  anySecret = undefined;
}

const CURRENCY = `(?:${Object.keys(CURRENCIES).join('|')})`;
/** What stands before and after a number that is not a part of a longer word or number. */
const START = String.raw`(?<=\\[nrt]|%2B|(?<![0-9A-Za-z_.]))`;
const END = String.raw`(?![0-9A-Za-z_]|\.\d)`;

/** Long digits and what they are, the first that fits. Only the last one is masked. */
const NUMBERS = new RegExp(
  [
    // A UUID is taken whole, so that its last group is not looked at.
    String.raw`[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}`,
    // A key that names an amount, a duration or a size; a value with its currency in the next field.
    String.raw`"(?:\w*[aA]mount|minor|\w*Minor|fee|\w*[bB]alance|\w*Ms|\w*Bytes)\\?":\\?"?-?\d+`,
    String.raw`${START}\d{9,15}(?=\\?",\\?"currency)`,
    String.raw`${START}\d{9,10}(?= ${CURRENCY}\b)|(?<=\b${CURRENCY} )\d{9,10}${END}`,
    // YYYYMMDDHHmmss, seconds and milliseconds since 1970.
    String.raw`${START}20[2-9]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[0-2]\d(?:[0-5]\d){2}${END}`,
    String.raw`${START}1[6-9]\d{8}(?:\d{3})?${END}`,
    String.raw`(?<phone>${START}\+?\d{9,15}${END})`,
  ].join('|'),
  'g',
);

/** Whether there is anything to look at more closely: most lines end here. */
const CANDIDATE = /(?:^|[^0-9A-Za-z_.]|\\[nrt]|%2B)\d{9,15}(?![0-9A-Za-z_])/;

const maskPhone = (phone: string): string => {
  const start = phone.startsWith('+') ? 5 : 4;
  return phone.slice(0, start) + '*'.repeat(phone.length - start - 3) + phone.slice(-3);
};

/**
 * The last line of defence of everything that is written: registered secrets disappear, runs of 9 to 15 digits
 * that may be a telephone number keep their first 4 and last 3. UUIDs, amounts and times stay readable.
 */
export function scrub(text: string): string {
  const clean = hideSecrets(text);
  if (!CANDIDATE.test(clean)) return clean;
  return clean.replace(NUMBERS, (found, phone: string | undefined) =>
    phone === undefined ? found : maskPhone(phone),
  );
}
