import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** How far a webhook's timestamp may lie from our clock, either way. Source: Business API, "Webhooks". */
export const TOLERANCE_MS = 5 * 60_000;

/** More than two occur only in an attack; a long list would make us compute for nothing. */
const MOST_SIGNATURES = 8;

/** Lower-case hex HMAC-SHA256 over the timestamp directly followed by the raw body. */
export const signatureOf = (secret: string, timestamp: string, body: Buffer | string): string =>
  createHmac('sha256', secret).update(timestamp).update(body).digest('hex');

/** The value of `Wave-Signature` for a request of ours; an absent body counts as empty. */
export function signRequest(secret: string, now: Date, body = ''): string {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  return `t=${timestamp},v1=${signatureOf(secret, timestamp, body)}`;
}

interface SignatureHeader {
  readonly timestamp: string;
  readonly signatures: readonly string[];
}

/** Reads `t=1760000000,v1=…,v1=…`; schemes other than v1 are left out. Null where it is none. */
export function readSignatureHeader(header: string): SignatureHeader | null {
  const fields = header.split(',').map((field) => field.trim().split('=', 2) as [string, string | undefined]);
  const valuesOf = (name: string) =>
    fields.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
  const [timestamp, ...more] = valuesOf('t');
  const signatures = valuesOf('v1');
  if (timestamp === undefined || more.length > 0 || !/^\d{1,12}$/.test(timestamp)) return null;
  if (signatures.length === 0 || signatures.length > MOST_SIGNATURES) return null;
  return { timestamp, signatures };
}

/** Why a webhook's signature does not hold; null where it does. Any secret with any signature is enough. */
export function faultOfSignature(
  header: string | undefined,
  body: Buffer,
  secrets: readonly string[],
  now: Date,
): string | null {
  if (header === undefined) return 'no Wave-Signature header';
  const read = readSignatureHeader(header);
  if (!read) return 'the Wave-Signature header is malformed';
  if (Math.abs(now.getTime() - Number(read.timestamp) * 1_000) > TOLERANCE_MS) {
    return 'the signature is not of the last five minutes';
  }
  const expected = secrets.map((secret) => signatureOf(secret, read.timestamp, body));
  // No early exit: the time taken says nothing of which one fits.
  const matches = expected.flatMap((one) => read.signatures.filter((given) => isSame(one, given)));
  return matches.length > 0 ? null : 'the signature does not fit the body';
}

/** Why a webhook's bearer token does not hold; null where it does. */
export function faultOfBearer(header: string | undefined, secrets: readonly string[]): string | null {
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? '')?.[1];
  if (token === undefined) return 'no bearer token';
  return secrets.filter((secret) => isSame(secret, token)).length > 0 ? null : 'another bearer token';
}

/** Constant time whatever the lengths: compares digests. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
