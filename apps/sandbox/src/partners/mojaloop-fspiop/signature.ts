import { type KeyObject, sign, verify } from 'node:crypto';

type Headers = Readonly<Record<string, string | undefined>>;

const coded = (text: string): string => Buffer.from(text).toString('base64url');
const curve = { dsaEncoding: 'ieee-p1363' } as const;

/** The header of a message of ours. Source: API Signature 1.1. */
export function sealOf(key: KeyObject, words: Readonly<Record<string, string>>, body: string): string {
  const alg = key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
  const protectedHeader = coded(JSON.stringify({ alg, ...words }));
  const signature = sign('sha256', Buffer.from(`${protectedHeader}.${coded(body)}`), { key, ...curve });
  return JSON.stringify({ signature: signature.toString('base64url'), protectedHeader });
}

/** Is this request signed as it is? */
export function isSealed(key: KeyObject, { headers, path, method }: Sealed, body: string): boolean {
  const header = headers['fspiop-signature'];
  if (header === undefined) return false;
  try {
    const { signature, protectedHeader } = JSON.parse(header) as Record<
      'signature' | 'protectedHeader',
      string
    >;
    const words = JSON.parse(Buffer.from(protectedHeader, 'base64url').toString()) as Record<string, string>;
    const isOfThis =
      words['FSPIOP-URI'] === path &&
      words['FSPIOP-HTTP-Method'] === method &&
      words['FSPIOP-Source'] === headers['fspiop-source'] &&
      words['FSPIOP-Destination'] === headers['fspiop-destination'] &&
      words['Date'] === headers['date'];
    const input = Buffer.from(`${protectedHeader}.${coded(body)}`);
    return isOfThis && verify('sha256', input, { key, ...curve }, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

interface Sealed {
  readonly headers: Headers;
  /** Below the partner's prefix. */
  readonly path: string;
  readonly method: string;
}
