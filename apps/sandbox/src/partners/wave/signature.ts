import { createHmac, timingSafeEqual } from 'node:crypto';

const toleranceS = 300;

/** HMAC-SHA256, lower-case hex, of the timestamp directly followed by the body. */
export function digest(secret: string, timestampS: number, body: string): string {
  return createHmac('sha256', secret).update(`${timestampS}${body}`).digest('hex');
}

/** `t=…,v1=…` with one `v1` per secret. */
export function signatureHeader(secrets: readonly string[], at: Date, body: string): string {
  const timestampS = Math.floor(at.getTime() / 1000);
  return [`t=${timestampS}`, ...secrets.map((secret) => `v1=${digest(secret, timestampS, body)}`)].join(',');
}

/** True where one `v1` of `header` is right for `body` and its `t` is within five minutes of `at`. */
export function isSigned(header: string, secret: string, at: Date, body: string): boolean {
  const parts = header.split(',').map((part) => part.trim().split('=', 2));
  const stamp = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(stamp)) return false;
  if (Math.abs(at.getTime() / 1000 - Number(stamp)) > toleranceS) return false;
  const expected = Buffer.from(createHmac('sha256', secret).update(`${stamp}${body}`).digest('hex'));
  return parts.some(([name, value = '']) => {
    const given = Buffer.from(value);
    return name === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
