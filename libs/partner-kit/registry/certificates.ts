import { X509Certificate } from 'node:crypto';
import { type ClientTls } from '../http/partner-http.js';

/** Something that we show a partner, or know it by, and that is good for a time only. */
export interface Certificate {
  /** `certificate`: ours; `authority`: whom we believe who the partner is. */
  readonly name: 'certificate' | 'authority';
  readonly expiresAt: Date;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Of a chain the one that ends first. @throws where one of them is none */
export function certificatesOf({ certificate, authority }: ClientTls): readonly Certificate[] {
  return (
    [
      ['certificate', certificate],
      ['authority', authority],
    ] as const
  ).flatMap(([name, pem]) => {
    const ends = (pem?.match(BLOCK) ?? []).map((block) => new X509Certificate(block).validToDate.getTime());
    return ends.length === 0 ? [] : [{ name, expiresAt: new Date(Math.min(...ends)) }];
  });
}
