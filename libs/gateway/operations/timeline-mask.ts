import { scrub } from '#platform';

/** Longer bodies are cut: a timeline is for reading. */
const LONGEST_BODY_BYTES = 16_384;

const MASK = '***';

const SECRETS =
  'secret|password|passwd|passkey|passphrase|token|credential|authorization|api_?key|signature|otp';

/** A member of a JSON text whose name sounds like a secret, and its string, number or literal. */
const SECRET_MEMBERS = new RegExp(
  String.raw`("[^"]*(?:(?:${SECRETS})[^"]*|pin)"\s*:\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false)`,
  'gi',
);

/** The same in a form: "a=1&token=…". */
const SECRET_FIELDS = new RegExp(String.raw`((?:^|&)[^=&"]*(?:(?:${SECRETS})[^=&"]*|pin)=)[^&]*`, 'gi');

/** A number of a JSON text that the mask for telephone numbers turned into something else. */
const MASKED_NUMBERS = /([:[,]\s*)(\d+\*+\d+)(?=\s*[,}\]])/g;

/** A long string of a JSON text in nothing but the letters of Base64: what is in it cannot be masked. */
const ENCODED = /"[A-Za-z0-9+/_-]{100,}={0,2}"/g;

/** Telephone numbers shortened, registered secrets and everything that is named like one gone, and what is encoded. */
export const maskText = (text: string): string =>
  scrub(
    text
      .replace(SECRET_MEMBERS, `$1"${MASK}"`)
      .replace(SECRET_FIELDS, `$1${MASK}`)
      .replace(ENCODED, `"${MASK}"`),
  );

/** Headers whose value may be a credential, or proof of one. */
const SECRET_HEADERS = new RegExp(`${SECRETS}|cookie|auth|key`, 'i');

/** Their names stay, so that their absence can be seen. */
export const maskHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.test(name) ? MASK : maskText(String(value)),
    ]),
  );

/** A JSON value, masked. */
export function masked(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return JSON.parse(maskText(JSON.stringify(value)).replace(MASKED_NUMBERS, '$1"$2"')) as unknown;
}

/** A body as it came, masked. `text` is null where it is none: nobody could read it, and no mask could be sure of it. */
export function maskBody(body: Buffer): { readonly text: string | null; readonly cut: boolean } {
  const cut = body.length > LONGEST_BODY_BYTES;
  const text = body.subarray(0, LONGEST_BODY_BYTES).toString('utf8');
  // The cut may go through the last character.
  const isText = !text.slice(0, cut ? -1 : undefined).includes('\uFFFD') && !text.includes('\0');
  return { text: isText ? maskText(text) : null, cut };
}
