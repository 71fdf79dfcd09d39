import { safeHeaders, scrub } from '#platform';

/** Longer bodies are cut: a timeline is for reading. */
const LONGEST_BODY = 16_384;

const SECRET_WORDS =
  'secret|password|passwd|passkey|passphrase|token|credential|authorization|api_?key|signature|otp|pin';

/** A JSON member or a form field whose name sounds like a secret. */
const SECRET_MEMBERS = new RegExp(
  `("[^"]*(?:${SECRET_WORDS})[^"]*"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"|[^\\s,}\\]]+)`,
  'gi',
);
const SECRET_FIELDS = new RegExp(`((?:^|&)[^=&]*(?:${SECRET_WORDS})[^=&]*=)[^&]*`, 'gi');

/** Telephone numbers shortened, registered secrets and everything that is named like one gone. */
export const maskText = (text: string): string =>
  scrub(text.replace(SECRET_MEMBERS, '$1"***"').replace(SECRET_FIELDS, '$1***'));

/** A JSON value, masked. */
export function masked(value: unknown): unknown {
  return value === null ? null : (JSON.parse(maskText(JSON.stringify(value))) as unknown);
}

/** A body as it came, masked and readable; `base64` where it is no text. */
export function maskBody(body: Buffer): {
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  readonly cut: boolean;
} {
  const cut = body.length > LONGEST_BODY;
  const kept = cut ? body.subarray(0, LONGEST_BODY) : body;
  const text = kept.toString('utf8');
  const isText = !text.slice(0, -4).includes('\uFFFD') && !text.includes('\0');
  // Bytes that are no text can hide nothing that the masks would find, and nothing that a person could read.
  return isText
    ? { text: maskText(text), encoding: 'utf8', cut }
    : { text: '', encoding: 'base64', cut: true };
}

export const maskHeaders = (headers: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> =>
  safeHeaders(headers);
