import { isUtf8 } from 'node:buffer';
import { createPrivateKey, type KeyObject, sign, verify } from 'node:crypto';
import { readJson } from '#partner-kit';
import { z } from 'zod';
import { isStrong } from './mojaloop-fspiop.settings.js';

/** What is signed beside the body. Source: API Signature 1.1. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, from the resource on: "/quotes". */
  readonly uri: string;
  readonly source: string;
  readonly destination: string | null;
  /** As the header says it. */
  readonly date: string | null;
}

const HASH = 'sha256';
/** A signature of an elliptic curve is two numbers side by side, as JOSE has it. */
const keyOf = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' as const });
const algorithmOf = ({ asymmetricKeyType }: KeyObject): 'RS256' | 'ES256' =>
  asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
const inputOf = (header: string, body: string | Buffer): Buffer =>
  Buffer.from(`${header}.${Buffer.from(body).toString('base64url')}`);

/** @throws TypeError without a word of the key */
export function readSigningKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (isStrong(key)) return key;
  } catch {
    // Its message may quote the key.
  }
  throw new TypeError('signingKey is no private key in PEM, RSA of 2048 bits or more or P-256');
}

/** The value of `FSPIOP-Signature`. */
export function signatureOf(key: KeyObject, request: SignedRequest, body: string | Buffer): string {
  const { method, uri, source, destination, date } = request;
  const words = {
    alg: algorithmOf(key),
    'FSPIOP-URI': uri,
    'FSPIOP-HTTP-Method': method,
    'FSPIOP-Source': source,
    ...(destination === null ? {} : { 'FSPIOP-Destination': destination }),
    ...(date === null ? {} : { Date: date }),
  };
  const protectedHeader = Buffer.from(JSON.stringify(words)).toString('base64url');
  const signature = sign(HASH, inputOf(protectedHeader, body), keyOf(key)).toString('base64url');
  return JSON.stringify({ signature, protectedHeader });
}

const SignatureHeader = z.object({ signature: z.string().min(1), protectedHeader: z.string().min(1) });
const ProtectedHeader = z.object({
  alg: z.string(),
  'FSPIOP-URI': z.string(),
  'FSPIOP-HTTP-Method': z.string(),
  'FSPIOP-Source': z.string(),
  'FSPIOP-Destination': z.string().optional(),
  Date: z.string().optional(),
});

/** Whatever is not of that form is null. */
function read<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | null {
  try {
    return schema.parse(readJson(text));
  } catch {
    return null;
  }
}

/**
 * Why a signature does not hold; null where it does. Over the bytes as they came: what was parsed and written again
 * may be another text. Only the algorithm that the key is for counts, whatever the header says.
 */
export function faultOfSignature(
  header: string | undefined,
  peers: Readonly<Record<string, KeyObject>>,
  request: SignedRequest,
  body: Buffer,
): string | null {
  if (header === undefined) return 'no FSPIOP-Signature header';
  const written = read(SignatureHeader, header);
  const words = written && readWords(written);
  if (!words) return 'the FSPIOP-Signature header is malformed';
  const key = Object.hasOwn(peers, request.source) ? peers[request.source] : undefined;
  if (!key) return 'the signer is not known';
  if (words.alg !== algorithmOf(key)) return 'another algorithm than the signer’s key is for';
  const differing = differenceOf(words, request);
  if (differing !== null) return `the signature is of another ${differing}`;
  const isSigned = verify(
    HASH,
    inputOf(written.protectedHeader, body),
    keyOf(key),
    Buffer.from(written.signature, 'base64url'),
  );
  return isSigned ? null : 'the signature does not fit';
}

/** Does a signature that holds say when it was made? */
export function signsDate(header: string | undefined): boolean {
  const written = read(SignatureHeader, header ?? '');
  return written !== null && readWords(written)?.Date !== undefined;
}

const readWords = ({ protectedHeader }: z.output<typeof SignatureHeader>) =>
  read(ProtectedHeader, wordsOf(Buffer.from(protectedHeader, 'base64url')));

/** UTF-8, says the standard; Mojaloop's own library writes Latin-1, which differs where an alias in a path has an accent. */
const wordsOf = (header: Buffer): string => header.toString(isUtf8(header) ? 'utf8' : 'latin1');

function differenceOf(words: z.output<typeof ProtectedHeader>, request: SignedRequest): string | null {
  if (words['FSPIOP-HTTP-Method'].toUpperCase() !== request.method.toUpperCase()) return 'method';
  if (pathOf(words['FSPIOP-URI']) !== pathOf(request.uri)) return 'URI';
  if (words['FSPIOP-Source'] !== request.source) return 'source';
  if ((words['FSPIOP-Destination'] ?? null) !== request.destination) return 'destination';
  // Where the date is not signed, anybody may have written it: see `signsDate`.
  if (words.Date !== undefined && words.Date !== request.date) return 'date';
  return null;
}

/** "/parties/MSISDN/%2B221…" and the same without escapes are one path. */
export function pathOf(uri: string): string {
  const path = uri.split('?', 1)[0] ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
