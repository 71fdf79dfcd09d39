import { cut, isLongerThan } from '#domain';
import { safeHeaders, scrub } from '#platform';

/** In characters. Longer bodies are cut: a timeline is for reading. */
const LONGEST_BODY = 16_384;
/** Masked before it is cut: what the cut goes through could not be told any more. Beyond this nobody looks. */
const LOOKED_AT_BYTES = 4 * LONGEST_BODY;

const MASK = '***';

const SECRET =
  /secret|password|passwd|passkey|passphrase|token|credential|authorization|api[_-]?key|signature|otp|fulfil|^pin$/i;

/** Who somebody is, besides their number: in a body, which may say it of anybody. */
const PERSONAL = new Set([
  ...['name', 'displayName', 'firstName', 'middleName', 'lastName', 'fullName', 'dateOfBirth'],
  ...['kycInformation', 'idValue', 'partyIdentifier', 'accountId', 'accountNumber', 'iban'],
]);

/** A member of a JSON text: its name, and a string, number or literal. */
const MEMBERS = /"([^"\\]{1,80})"(\s*:\s*)(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false)/g;
/** The same in a JSON text that is a string of another. */
const INNER_MEMBERS = /\\"([^"\\]{1,80})\\"(\s*:\s*)(?:\\"[^"\\]*\\"|-?\d[\d.eE+-]*|true|false)/g;
/** The same in a form or a query: "a=1&token=…". */
const FIELDS = /(^|[?&])([^=&?"\\\s]{1,80})=[^&"\\\s]*/g;
/** Nothing but the letters of Base64, and long: what is in it cannot be masked. */
const ENCODED = /[A-Za-z0-9+/_-]{100,}={0,2}/g;
/** A number of a JSON text that the mask for telephone numbers turned into something else. */
const MASKED_NUMBERS = /([:[,]\s*)(\d+\*+\d+)(?=\s*[,}\]])/g;
/** What names somebody in the paths of partners: "parties/ACCOUNT_ID/SN-DEMO-0001". */
const NAMED_IN_PATH = /((?:parties|participants|accounts)\/[A-Z_]+\/)([^/?]+)/g;

function withoutMembers(text: string, isHidden: (name: string) => boolean): string {
  const hide =
    (quote: string) =>
    (found: string, name: string, colon: string): string =>
      isHidden(name) ? `${quote}${name}${quote}${colon}${quote}${MASK}${quote}` : found;
  return text.replace(MEMBERS, hide('"')).replace(INNER_MEMBERS, hide('\\"'));
}

const withoutSecrets = (text: string): string =>
  text
    .replace(FIELDS, (found, start: string, name: string) =>
      SECRET.test(name) ? `${start}${name}=${MASK}` : found,
    )
    .replace(ENCODED, MASK);

/** Telephone numbers shortened; registered secrets, what is named like one, and what is encoded gone. Stays JSON where it was. */
export const maskText = (text: string): string =>
  scrub(withoutSecrets(withoutMembers(text, (name) => SECRET.test(name))));

/** A path of a partner's, or of ours: numbers and accounts shortened. */
export const maskPath = (path: string): string =>
  maskText(path).replace(NAMED_IN_PATH, (found, start: string, value: string) =>
    value.includes('*') ? found : `${start}${value.slice(0, 2)}${MASK}`,
  );

/** A JSON value, masked. */
export function masked(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return JSON.parse(maskText(JSON.stringify(value)).replace(MASKED_NUMBERS, '$1"$2"')) as unknown;
}

/**
 * A body as it came, masked, and without names and accounts. `text` is null where it is none: nobody could read it, and no
 * mask could be sure of it.
 */
export function maskBody(body: Buffer): { readonly text: string | null; readonly cut: boolean } {
  const isLong = body.length > LOOKED_AT_BYTES;
  const text = body.subarray(0, LOOKED_AT_BYTES).toString('utf8');
  // The cut may go through the last character.
  const isText = !text.slice(0, isLong ? -1 : undefined).includes('\uFFFD') && !text.includes('\0');
  if (!isText) return { text: null, cut: isLong };
  const shown = maskText(withoutMembers(text, (name) => PERSONAL.has(name)));
  return { text: cut(shown, LONGEST_BODY), cut: isLong || isLongerThan(shown, LONGEST_BODY) };
}

/** Besides those that a log line may show: who speaks to whom, of what, and when. */
const SHOWN = /^(?:date|host|location|x-request-id|fspiop-(?!signature).+)$/i;

/** The values of those that are known to hold no credential; of the others the names, so that their absence can be seen. */
export const maskHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(safeHeaders(headers)).map(([name, value]) => [
      name,
      maskPath(String(SHOWN.test(name) ? headers[name] : value)),
    ]),
  );
